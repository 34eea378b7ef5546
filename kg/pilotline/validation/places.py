"""Finds for a result the cell that it is about, and what a person typed there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from pilotline.datasets.columns import Columns
from pilotline.datasets.pointers import NOWHERE, Place, first_row, parse_pointer
from pilotline.namespaces import HAS_NUMERICAL_PART, HAS_OUTPUT, HAS_PROPERTY, PL
from pilotline.validation.terms import Term

_IRI = re.compile(r"<([^<>]+)>")
_CELL = NamedNode(PL + "cell")
_AS_TYPED = NamedNode(PL + "asTyped")
_COMPONENT_OF, _HAS_COMPONENT = NamedNode(PL + "componentOf"), NamedNode(PL + "hasComponent")
_NUMBER = NamedNode(HAS_NUMERICAL_PART)
_DEFAULT = DefaultGraph()

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
    """Answers where the nodes of the default graph of a store were read from.

    columns: of the sheets; without them what has no cell of its own has that of its row's identity.
    """

    def __init__(self, store: Store, columns: Columns | None = None) -> None:
        self._store = store
        self._columns = columns or Columns(store)

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
            found = [quad.object for quad in self._quads(node, _HAS_COMPONENT, None)]
            found += [quad.subject for quad in self._quads(None, _COMPONENT_OF, node)]
            named = [component for component in found if isinstance(component, NamedNode)]
            yield from sorted(named, key=lambda component: first_row(self._own(component)))

    def _leading_to(self, node: Term, value: Term | None) -> list[str]:
        """Return the properties that lead from a node to a value."""
        if not isinstance(node, NamedNode) or not isinstance(value, NamedNode):
            return []
        return [quad.predicate.value for quad in self._store.quads_for_pattern(node, None, value, _DEFAULT)]

    def quantity_of(self, node: Term) -> NamedNode | None:
        """Return the quantity that a node is, or is a number, curve or point of."""
        for candidate in self._walk(node, _UPWARDS[:3]):
            if any(self._quads(None, NamedNode(HAS_PROPERTY), candidate)):
                return candidate
        return None

    def _own(self, node: Term | None) -> str:
        """Return the pointer of a node, of several that to the first row."""
        if not isinstance(node, NamedNode):
            return ""
        cells = (quad.object for quad in self._quads(node, _CELL, None))
        pointers = [cell.value for cell in cells if isinstance(cell, NamedNode)]
        return min(pointers, key=first_row, default="")

    def _walk(self, node: Term, upwards: tuple[NamedNode, ...]) -> Iterator[NamedNode]:
        """Yield a node and those above it, nearest first."""
        level = [node] if isinstance(node, NamedNode) else []
        for _ in range(_FARTHEST):
            yield from level
            level = [above for below in level for above in self._above(below, upwards)]

    def _above(self, node: NamedNode, upwards: tuple[NamedNode, ...]) -> Iterator[NamedNode]:
        for predicate in upwards:
            for quad in self._quads(None, predicate, node):
                if isinstance(quad.subject, NamedNode):
                    yield quad.subject
        for predicate in _ACROSS if len(upwards) == len(_UPWARDS) else ():
            for quad in self._quads(node, predicate, None):
                if isinstance(quad.object, NamedNode):
                    yield quad.object

    def _typed(self, node: Term) -> str:
        if not isinstance(node, NamedNode):
            return ""
        numbers = [quad.object for quad in self._quads(node, _NUMBER, None)]
        for holder in (node, *numbers):
            if isinstance(holder, NamedNode):
                for quad in self._quads(holder, _AS_TYPED, None):
                    if isinstance(quad.object, Literal):
                        return quad.object.value
        return ""

    def _quads(
        self, subject: NamedNode | None, predicate: NamedNode, value: NamedNode | None
    ) -> Iterator[Quad]:
        return self._store.quads_for_pattern(subject, predicate, value, _DEFAULT)
