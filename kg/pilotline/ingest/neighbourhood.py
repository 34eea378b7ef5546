"""Gathers what a dataset leans on: the bounded neighbourhood of the outside nodes that it names."""

from collections.abc import Iterable, Iterator

from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolutions, Store

from pilotline.namespaces import (
    HAS_OUTPUT,
    LINKS_GRAPH,
    ONTOLOGY_GRAPH,
    PL,
)

HOPS = 2
_DEFAULT = DefaultGraph()
_LINKS = NamedNode(LINKS_GRAPH)
_ONTOLOGY = NamedNode(ONTOLOGY_GRAPH)
_HAS_OUTPUT = NamedNode(HAS_OUTPUT)
# Links start at runs and at the states that runs leave.
_LINKED = f"""
SELECT DISTINCT ?node WHERE {{{{
  GRAPH <{{dataset}}> {{{{
    {{{{ ?node <{PL}inputLot> ?lot }}}} UNION {{{{ ?node <{PL}stateOf> ?lot }}}}
    UNION {{{{ ?run <{HAS_OUTPUT}> ?node }}}}
  }}}}
  FILTER EXISTS {{{{ GRAPH <{LINKS_GRAPH}> {{{{ ?node ?any ?value }}}} }}}}
}}}}
"""


def neighbourhood(store: Store, dataset: str, outside: Iterable[NamedNode]) -> Iterator[Quad]:
    """Yield what is in scope on outside nodes, at most HOPS away, and on the runs that made them.

    outside: what the dataset names and does not describe.
    Terms of the ontology are left out: a validation sees the ontology as a whole.
    The cost depends on the dataset, not on the store.
    """
    own = NamedNode(dataset)
    linked = _found(store, _LINKED.format(dataset=dataset))
    links = [quad for node in linked for quad in store.quads_for_pattern(node, None, None, _LINKS)]
    yield from links
    edge = {*outside, *(node for quad in links for node in _nodes(quad))}
    seen: set[NamedNode] = set()
    for _ in range(HOPS):
        edge = {node for node in edge - seen if not _in(store, node, own) and not _in(store, node, _ONTOLOGY)}
        seen |= edge
        found = [quad for node in edge for quad in _about(store, node)]
        yield from found
        edge = {node for quad in found for node in _nodes(quad)}


def _found(store: Store, query: str) -> Iterator[NamedNode]:
    solutions = store.query(query)
    assert isinstance(solutions, QuerySolutions)
    return (node for row in solutions if isinstance(node := row["node"], NamedNode))


def _about(store: Store, node: NamedNode) -> Iterator[Quad]:
    yield from store.quads_for_pattern(node, None, None, _DEFAULT)
    yield from store.quads_for_pattern(None, _HAS_OUTPUT, node, _DEFAULT)


def _nodes(quad: Quad) -> Iterator[NamedNode]:
    for term in (quad.subject, quad.object):
        if isinstance(term, NamedNode):
            yield term


def _in(store: Store, node: NamedNode, graph: NamedNode) -> bool:
    """Say whether a graph describes a node."""
    return any(True for _ in store.quads_for_pattern(node, None, None, graph))
