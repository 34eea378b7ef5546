"""Finds which datasets depend on which: those that refer to things that only another describes."""

from collections import Counter
from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from pilotline import catalogue
from pilotline.namespaces import LINKS_GRAPH

_LINKS = NamedNode(LINKS_GRAPH)


def dependents(store: Store, dataset: str) -> dict[str, int]:
    """Return the datasets that refer to what only this one describes, with how many references.

    The cost depends on the dataset and on who refers to it, not on the store.
    """
    known = {NamedNode(entry.iri) for entry in catalogue.entries(store)} - {NamedNode(dataset)}
    found: Counter[str] = Counter()
    # Most nodes are named by nobody else; who else describes one is asked only of the others.
    for node in _named_elsewhere(store, dataset, known):
        named = [
            each
            for quad in store.quads_for_pattern(None, None, node, None)
            for each in _datasets_of(store, quad, known)
        ]
        if named and not _datasets_about(store, node, known):
            found.update(named)
    return dict(sorted(found.items()))


def _named_elsewhere(store: Store, dataset: str, known: set[NamedNode]) -> Iterator[NamedNode]:
    """Yield the nodes that a dataset describes and that links or other datasets refer to."""
    places = ", ".join(str(graph) for graph in (_LINKS, *known))
    query = f"""
        SELECT DISTINCT ?node WHERE {{
          {{ SELECT DISTINCT ?node WHERE {{ GRAPH <{dataset}> {{ ?node ?predicate ?value }} }} }}
          GRAPH ?graph {{ ?subject ?reference ?node }} FILTER(?graph IN ({places}))
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
