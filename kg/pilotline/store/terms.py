"""Turns terms as written into terms as Oxigraph stores them."""

from functools import lru_cache
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple
from pyoxigraph import Store as Oxigraph

from pilotline.namespaces import XSD

Term = NamedNode | BlankNode | Literal | Triple

_STRING = NamedNode(XSD + "string")
_ANY = NamedNode("urn:any")
_REMEMBERED = 65_536


class Canonical:
    """The stored form of a quad: Oxigraph keeps numbers and dates by value, so 1.50 comes back as 1.5."""

    def __init__(self) -> None:
        self._store = Oxigraph()
        self._stored = lru_cache(_REMEMBERED)(self._through_the_store)

    def __call__(self, quad: Quad) -> Quad:
        """Return the quad as it would be read back."""
        term = quad.object
        if isinstance(term, NamedNode | BlankNode) or (
            isinstance(term, Literal) and term.datatype == _STRING
        ):
            return quad
        return Quad(quad.subject, quad.predicate, self._stored(term), quad.graph_name)

    def _through_the_store(self, term: Term) -> Term:
        self._store.add(Quad(_ANY, _ANY, term))
        (quad,) = self._store
        self._store.clear()
        stored: Term = quad.object
        return stored


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
