"""Finds which datasets depend on which: those that refer to things that only another describes."""

from collections import Counter
from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from pilotline.datasets import catalogue
from pilotline.namespaces import LINKS_GRAPH

_LINKS = NamedNode(LINKS_GRAPH)


def dependents(store: Store, dataset: str) -> dict[str, int]:
    """Return the datasets that refer to what only this one describes, with how many references.

    The cost depends on the dataset and on who refers to it, not on the store.
    """
    sizes = {entry.iri: entry.triples for entry in catalogue.entries(store)}
    own = sizes.pop(dataset, 0)
    known = {NamedNode(iri) for iri in sizes}
    found: Counter[str] = Counter()
    # Most nodes are named by nobody else; who else describes one is asked only of the others.
    for node in _named_elsewhere(store, dataset, known, read_all=sum(sizes.values()) < own):
        named = [
            each
            for quad in store.quads_for_pattern(None, None, node, None)
            for each in _datasets_of(store, quad, known)
        ]
        if named and not _datasets_about(store, node, known):
            found.update(named)
    return dict(sorted(found.items()))


def _named_elsewhere(
    store: Store, dataset: str, known: set[NamedNode], *, read_all: bool
) -> Iterator[NamedNode]:
    """Yield the nodes that a dataset describes and that links or other datasets refer to.

    read_all: the store reads the others once, rather than look each node of the dataset up.
    """
    graphs = [str(graph) for graph in (_LINKS, *known)]
    query = f"""
        SELECT ?node WHERE {{
          {{ SELECT DISTINCT ?node WHERE {{
            VALUES ?graph {{ {" ".join(graphs)} }} GRAPH ?graph {{ ?subject ?reference ?node }}
          }} }}
          FILTER(isIRI(?node)) FILTER EXISTS {{ GRAPH <{dataset}> {{ ?node ?predicate ?value }} }}
        }}
    """
    if not read_all:
        query = f"""
            SELECT DISTINCT ?node WHERE {{
              {{ SELECT DISTINCT ?node WHERE {{ GRAPH <{dataset}> {{ ?node ?predicate ?value }} }} }}
              GRAPH ?graph {{ ?subject ?reference ?node }} FILTER(?graph IN ({", ".join(graphs)}))
            }}
        """
    solutions = store.query(query)
    assert isinstance(solutions, QuerySolutions)
    return (row["node"] for row in solutions if isinstance(row["node"], NamedNode))


def _datasets_of(store: Store, quad: Quad, known: set[NamedNode]) -> set[str]:
    """Return the datasets that state a reference; a link belongs to whoever describes where it starts."""
    if isinstance(quad.graph_name, NamedNode) and quad.graph_name in known:
        return {quad.graph_name.value}
    if quad.graph_name == _LINKS and isinstance(quad.subject, NamedNode):
        return _datasets_about(store, quad.subject, known)
    return set()


def _datasets_about(store: Store, node: NamedNode, known: set[NamedNode]) -> set[str]:
    graphs = {quad.graph_name for quad in store.quads_for_pattern(node, None, None, None)}
    return {graph.value for graph in graphs if isinstance(graph, NamedNode) and graph in known}
