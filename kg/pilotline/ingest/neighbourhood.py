"""Gathers what a dataset leans on: the bounded neighbourhood of the outside nodes that it names."""

from collections.abc import Iterator

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from pilotline.ingest.linking import Linked, touched_by
from pilotline.namespaces import HAS_OUTPUT, LINKS_GRAPH, ONTOLOGY_GRAPH
from pilotline.validation import Prepared

HOPS = 2
_DEFAULT = DefaultGraph()
_LINKS = NamedNode(LINKS_GRAPH)
_ONTOLOGY = NamedNode(ONTOLOGY_GRAPH)
_HAS_OUTPUT = NamedNode(HAS_OUTPUT)


def neighbourhood(store: Store, own: Prepared) -> Iterator[Quad]:
    """Yield what is in scope on outside nodes, at most HOPS away, and on the runs that made them.

    own: what the dataset says itself.
    Terms of the ontology are left out: a validation sees the ontology as a whole.
    The cost depends on the dataset, not on the store.
    """
    links = list(_links(store, own.scope.links.nodes))
    yield from links
    edge = {NamedNode(token[1:-1]) for token in own.outside}
    edge |= {node for quad in links for node in _nodes(quad)}
    seen: set[NamedNode] = set()
    for _ in range(HOPS):
        edge = {node for node in edge - seen if str(node) not in own.described and not _is_term(store, node)}
        seen |= edge
        found = [quad for node in edge for quad in _about(store, node)]
        yield from found
        edge = {node for quad in found for node in _nodes(quad)}


def _links(store: Store, own: Linked) -> Iterator[Quad]:
    """Yield the links of a dataset, which start at its runs and at the states that runs leave."""
    if next(store.quads_for_pattern(None, None, None, _LINKS), None) is None:
        return
    touched, left = touched_by(own), {output for _, output in own(_HAS_OUTPUT)}
    for node in touched.runs | touched.states | left:
        yield from store.quads_for_pattern(node, None, None, _LINKS)


def _about(store: Store, node: NamedNode) -> Iterator[Quad]:
    yield from store.quads_for_pattern(node, None, None, _DEFAULT)
    yield from store.quads_for_pattern(None, _HAS_OUTPUT, node, _DEFAULT)


def _nodes(quad: Quad) -> Iterator[NamedNode]:
    for term in (quad.subject, quad.object):
        if isinstance(term, NamedNode):
            yield term


def _is_term(store: Store, node: NamedNode) -> bool:
    """Say whether the ontology describes a node."""
    return any(True for _ in store.quads_for_pattern(node, None, None, _ONTOLOGY))
