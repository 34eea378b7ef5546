"""Says which triples of an in-scope graph reach the default graph."""

from collections.abc import Iterable

from pyoxigraph import DefaultGraph, NamedNode, Quad
from pyoxigraph import Store as Oxigraph

from pilotline.namespaces import DCTERMS, GRAPH, PL
from pilotline.store.errors import StoreError
from pilotline.store.terms import Term

SCOPE_GRAPH = GRAPH + "scope"
DEFAULT_GRAPH = GRAPH + "default"
STATUS = NamedNode(PL + "status")
OUT_OF_SCOPE = frozenset(
    NamedNode(PL + name) for name in ("Invalid", "NotMeasured", "BelowDetection", "Excluded")
)
_IS_PART_OF = NamedNode(DCTERMS + "isPartOf")


def scope_quad(graph: str) -> Quad:
    """Return the statement that a graph is part of the default graph."""
    return Quad(NamedNode(graph), _IS_PART_OF, NamedNode(DEFAULT_GRAPH), NamedNode(SCOPE_GRAPH))


def graphs_in_scope(store: Oxigraph) -> frozenset[str]:
    """Return the graphs whose triples make up the default graph."""
    quads = store.quads_for_pattern(None, _IS_PART_OF, NamedNode(DEFAULT_GRAPH), NamedNode(SCOPE_GRAPH))
    return frozenset(quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode))


def check_default_graph(store: Oxigraph, name: object) -> None:
    """Raise StoreError for a default graph that no dataset shows: a plain SPARQL store was written there.

    name: how the error calls the store.
    """
    if next(store.quads_for_pattern(None, None, None, DefaultGraph()), None) and not graphs_in_scope(store):
        raise StoreError(
            f"{name} holds triples of a plain SPARQL store, which belong to no dataset; serve it with "
            "--default-graph plain, or ingest into another folder"
        )


class Excluded:
    """The quantities that one graph itself takes out of scope by their status."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._quantities = {
            quad.subject.value
            for quad in quads
            if quad.predicate == STATUS
            and quad.object in OUT_OF_SCOPE
            and isinstance(quad.subject, NamedNode)
        }
        self._known: dict[str, bool] = {}

    @classmethod
    def of_graph(cls, store: Oxigraph, graph: str) -> "Excluded":
        """Return what a stored graph excludes."""
        return cls(store.quads_for_pattern(None, STATUS, None, NamedNode(graph)))

    def __contains__(self, quad: Quad) -> bool:
        """Say whether the subject or the object of a quad is such a quantity or a node below one."""
        return bool(self._quantities) and (self._covers(quad.subject) or self._covers(quad.object))

    def _covers(self, term: Term) -> bool:
        if not isinstance(term, NamedNode):
            return False
        iri = term.value
        if (known := self._known.get(iri)) is None:
            known = self._known[iri] = any(part in self._quantities for part in _quantities_above(iri))
        return known


def _quantities_above(iri: str) -> Iterable[str]:
    """Return the IRI and those above it that may be its quantity.

    `…/measured/value` lies below `…/measured`; `…/measured/replicate=2` is a quantity of its own.
    """
    yield iri
    above, slash, last = iri.rpartition("/")
    while slash and "=" not in last:
        yield above
        above, slash, last = above.rpartition("/")


def in_default_graph(quad: Quad) -> Quad:
    """Return a quad as it stands in the default graph."""
    return Quad(quad.subject, quad.predicate, quad.object, DefaultGraph())
