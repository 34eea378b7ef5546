"""Gathers what a dataset leans on: the bounded neighbourhood of the outside nodes that it names."""

from collections.abc import Iterator

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from pilotline.namespaces import HAS_OUTPUT, LINKS_GRAPH, ONTOLOGY_GRAPH

HOPS = 2
_DEFAULT = DefaultGraph()
_LINKS = NamedNode(LINKS_GRAPH)
_ONTOLOGY = NamedNode(ONTOLOGY_GRAPH)
_HAS_OUTPUT = NamedNode(HAS_OUTPUT)


def neighbourhood(store: Store, dataset: str) -> Iterator[Quad]:
    """Yield what is in scope on outside nodes, at most HOPS away, and on the runs that made them.

    Terms of the ontology are left out: a validation sees the ontology as a whole.
    The cost depends on the dataset, not on the store.
    """
    own = {quad.subject for quad in store.quads_for_pattern(None, None, None, NamedNode(dataset))}
    links = [quad for node in own for quad in store.quads_for_pattern(node, None, None, _LINKS)]
    yield from links
    named = store.quads_for_pattern(None, None, None, NamedNode(dataset))
    edge = {node for quad in (*named, *links) for node in _nodes(quad)} - own
    seen = set(own)
    for _ in range(HOPS):
        edge = {node for node in edge - seen if not _is_term(store, node)}
        seen |= edge
        found = [quad for node in edge for quad in _about(store, node)]
        yield from found
        edge = {node for quad in found for node in _nodes(quad)}


def _about(store: Store, node: NamedNode) -> Iterator[Quad]:
    yield from store.quads_for_pattern(node, None, None, _DEFAULT)
    yield from store.quads_for_pattern(None, _HAS_OUTPUT, node, _DEFAULT)


def _nodes(quad: Quad) -> Iterator[NamedNode]:
    for term in (quad.subject, quad.object):
        if isinstance(term, NamedNode):
            yield term


def _is_term(store: Store, node: NamedNode) -> bool:
    return any(True for _ in store.quads_for_pattern(node, None, None, _ONTOLOGY))
