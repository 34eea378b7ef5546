"""Finds for a result the cell that it is about, and what a person typed there."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from pyoxigraph import NamedNode, Store

from pilotline.datasets.columns import Columns
from pilotline.datasets.pointers import NOWHERE, Place, first_row, parse_pointer
from pilotline.namespaces import HAS_NUMERICAL_PART, HAS_OUTPUT, HAS_PROPERTY, PL
from pilotline.validation.links import Links
from pilotline.validation.paths import Step
from pilotline.validation.terms import Term, Token, text_of

_IRI = re.compile(r"<([^<>]+)>")
_CELL = NamedNode(PL + "cell")
_AS_TYPED = NamedNode(PL + "asTyped")
_COMPONENT_OF, _HAS_COMPONENT = NamedNode(PL + "componentOf"), NamedNode(PL + "hasComponent")
_NUMBER = NamedNode(HAS_NUMERICAL_PART)

# From a node to the one that was read from the source: its quantity, curve, run or lot.
_UPWARDS = (
    NamedNode(HAS_NUMERICAL_PART),
    NamedNode(PL + "hasPoint"),
    NamedNode(PL + "hasCurve"),
    NamedNode(HAS_PROPERTY),
    NamedNode(HAS_OUTPUT),
    NamedNode(PL + "outputLot"),
)
_ACROSS = tuple(NamedNode(PL + name) for name in ("mapOf", "stageOf", "dispositionOf", "stateOf"))
_FARTHEST = 4


@dataclass(frozen=True)
class Whereabouts:
    """Where a node was read from.

    pointer: the IRI of the cell, empty where no source is known; typed: the text in it.
    """

    place: Place = NOWHERE
    pointer: str = ""
    typed: str = ""


class Places:
    """Answers where nodes were read from.

    links: with the triples about them.
    columns: of the sheets; without them what has no cell of its own has that of its row's identity.
    """

    def __init__(self, links: Links, columns: Columns | None = None) -> None:
        self._links = links
        self._columns = columns or Columns(Store())

    def of(self, focus: Term, value: Term | None = None, path: str = "") -> Whereabouts:
        """Return the whereabouts of the focus; where it has none of its own, those of the value.

        A number has those of its quantity, a quantity without a cell those of what bears it.
        path: what the result is about, as a SPARQL path; the cell is that of the property where it is known.
        """
        node, pointer = self._named(focus, value)
        if pointer:
            properties = _IRI.findall(path) or self._leading_to(node, value) or self._leading_to(focus, value)
            pointer = self._columns.cell(pointer, node.value, properties, getattr(value, "value", ""))
        return Whereabouts(parse_pointer(pointer) if pointer else NOWHERE, pointer, self._typed(focus))

    def _named(self, focus: Term, value: Term | None) -> tuple[NamedNode, str]:
        """Return the node that a result is read from, and its pointer, empty where none is known."""
        for node in chain((focus, value), self._walk(focus, _UPWARDS), self._components(focus)):
            if isinstance(node, NamedNode) and (pointer := self._own(node)):
                return node, pointer
        return NamedNode("urn:pilotline:nowhere"), ""

    def _components(self, node: Term) -> Iterator[NamedNode]:
        """Yield the components of a recipe by their rows; a sheet has no other row for it."""
        if isinstance(node, NamedNode):
            found = {*self._from(node, _HAS_COMPONENT), *self._to(node, _COMPONENT_OF)}
            yield from sorted(found, key=lambda component: first_row(self._own(component)))

    def _leading_to(self, node: Term, value: Term | None) -> list[str]:
        """Return the properties that lead from a node to a value."""
        if not isinstance(node, NamedNode) or not isinstance(value, NamedNode):
            return []
        return [predicate[1:-1] for predicate in self._links.between(str(node), str(value))]

    def quantity_of(self, node: Term) -> NamedNode | None:
        """Return the quantity that a node is, or is a number, curve or point of."""
        for candidate in self._walk(node, _UPWARDS[:3]):
            if self._to(candidate, NamedNode(HAS_PROPERTY)):
                return candidate
        return None

    def _own(self, node: Term | None) -> str:
        """Return the pointer of a node, of several that to the first row."""
        if not isinstance(node, NamedNode):
            return ""
        return min((cell.value for cell in self._from(node, _CELL)), key=first_row, default="")

    def _walk(self, node: Term, upwards: tuple[NamedNode, ...]) -> Iterator[NamedNode]:
        """Yield a node and those above it, nearest first."""
        level = [node] if isinstance(node, NamedNode) else []
        for _ in range(_FARTHEST):
            yield from level
            level = [above for below in level for above in self._above(below, upwards)]

    def _above(self, node: NamedNode, upwards: tuple[NamedNode, ...]) -> Iterator[NamedNode]:
        for predicate in upwards:
            yield from self._to(node, predicate)
        for predicate in _ACROSS if len(upwards) == len(_UPWARDS) else ():
            yield from self._from(node, predicate)

    def _typed(self, node: Term) -> str:
        if not isinstance(node, NamedNode):
            return ""
        for holder in (node, *self._from(node, _NUMBER)):
            if found := self._links.ends(Step(_AS_TYPED), str(holder)):
                return text_of(found[0])
        return ""

    def _from(self, node: NamedNode, predicate: NamedNode) -> list[NamedNode]:
        """Return the named nodes that a predicate leads to."""
        return _named(self._links.ends(Step(predicate), str(node)))

    def _to(self, node: NamedNode, predicate: NamedNode) -> list[NamedNode]:
        """Return the named nodes that a predicate leads from."""
        return _named(self._links.ends(Step(predicate, backwards=True), str(node)))


def _named(tokens: Iterable[Token]) -> list[NamedNode]:
    return [NamedNode(token[1:-1]) for token in tokens if token[0] == "<"]
