"""Gathers what a validation looks at: the data with the hierarchy and neighbours it leans on, in memory."""

from collections.abc import Callable, Iterable
from io import BytesIO

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store

from pilotline.validation.results import Result


def merged(store: Store, graphs: Iterable[str]) -> Store:
    """Return a store in memory whose default graph is the set union of the named graphs."""
    merged_ = Store()
    for graph in graphs:
        _add(merged_, store, NamedNode(graph))
    return merged_


def copied(store: Store) -> Store:
    """Return the default graph of a store as a store in memory."""
    copy = Store()
    _add(copy, store, DefaultGraph())
    return copy


def _add(target: Store, store: Store, graph: NamedNode | DefaultGraph) -> None:
    dumped = BytesIO()
    store.dump(dumped, RdfFormat.N_TRIPLES, from_graph=graph)
    dumped.seek(0)
    target.bulk_load(dumped, RdfFormat.N_TRIPLES)


def described_in(store: Store, graphs: Iterable[str]) -> Callable[[Result], bool]:
    """Return a test that says whether one of the graphs describes the node of a result.

    A literal is described by nothing and always belongs.
    """
    names = [NamedNode(graph) for graph in graphs]

    def described(result: Result) -> bool:
        focus = result.focus
        return isinstance(focus, Literal) or any(
            _first(store.quads_for_pattern(focus, None, None, name)) for name in names
        )

    return described


def _first(quads: Iterable[Quad]) -> Quad | None:
    return next(iter(quads), None)
