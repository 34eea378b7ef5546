"""Turns terms as written into terms as Oxigraph stores them."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple
from pyoxigraph import Store as Oxigraph

Term = NamedNode | BlankNode | Literal | Triple

_BLOCK = 10_000  # quads normalised at once


def as_stored(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield quads as they would be read back, in another order.

    Oxigraph keeps numbers and dates by value: 1.50 comes back as 1.5.
    """
    source = iter(quads)
    while block := list(islice(source, _BLOCK)):
        # A fresh store each time: one in memory does not give back what it has let go.
        store = Oxigraph()
        store.extend(block)
        yield from store


class BlankNodeNames:
    """Names for the blank nodes of one file: the same at each reading of it, and found in no other file."""

    def __init__(self) -> None:
        self._prefix = BlankNode().value

    def rename(self, quad: Quad) -> Quad:
        """Return the quad with its blank nodes renamed."""
        subject, value = quad.subject, quad.object
        if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
            return quad
        return Quad(self._renamed(subject), quad.predicate, self._renamed(value), quad.graph_name)

    def _renamed(self, term: Any) -> Any:
        if isinstance(term, BlankNode):
            return BlankNode(self._prefix + term.value)
        if isinstance(term, Triple):
            return Triple(self._renamed(term.subject), term.predicate, self._renamed(term.object))
        return term
