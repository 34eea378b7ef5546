"""Reads from a shape what a finding says of its rule: what would be right, and who says so."""

from dataclasses import dataclass

from rdflib import DCTERMS, SH, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from pilotline.validation.terms import Term, to_rdflib

# The place of the paper's ranges among the limits, the farthest.
REPORTED = 5
_BOUNDS = {
    SH.minInclusive: "≥ {}",
    SH.minExclusive: "> {}",
    SH.maxInclusive: "≤ {}",
    SH.maxExclusive: "< {}",
    SH.datatype: "{}",
    SH["class"]: "{}",
    SH.pattern: "{}",
    SH.hasValue: "{}",
}


@dataclass(frozen=True)
class Rule:
    """What would be right, in short, and where the rule comes from.

    reported: it tells what others report, and nothing is wrong with a value outside.
    """

    expected: str = ""
    source: str = ""
    reported: bool = False


class Rules:
    """Answers which rule a shape states."""

    def __init__(self, shapes: Graph) -> None:
        self._shapes = shapes
        self._known: dict[Term, Rule] = {}

    def of(self, shape: Term) -> Rule:
        """Return the rule of a shape."""
        if shape not in self._known:
            node = to_rdflib(shape)
            self._known[shape] = Rule(self._expected(node), self._source(node), self._reported(node))
        return self._known[shape]

    def _expected(self, shape: Node) -> str:
        """Return the shape's own words, else its bounds and choices."""
        if words := sorted(str(text) for text in self._shapes.objects(shape, SH.description)):
            return "; ".join(words)
        parts = [
            text.format(_short(bound))
            for predicate, text in _BOUNDS.items()
            for bound in sorted(self._shapes.objects(shape, predicate), key=str)
        ]
        parts += [" | ".join(_short(item) for item in items) for items in self._choices(shape)]
        return ", ".join(parts)

    def _choices(self, shape: Node) -> list[Collection]:
        return [Collection(self._shapes, head) for head in self._shapes.objects(shape, SH["in"])]

    def _reported(self, shape: Node) -> bool:
        return (shape, SH.order, Literal(REPORTED)) in self._shapes

    def _source(self, shape: Node) -> str:
        return "; ".join(sorted(str(source) for source in self._shapes.objects(shape, DCTERMS.source)))


def _short(term: Node) -> str:
    text = str(term)
    return text.rsplit("#", 1)[-1].rsplit("/", 1)[-1] if isinstance(term, URIRef) else text
