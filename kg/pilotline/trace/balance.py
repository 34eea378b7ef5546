"""Counts what became of the pieces and cells of a line: used further, disposed of, or unaccounted for."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from pilotline.namespaces import PL
from pilotline.trace.graph import DERIVED, POSSIBLY_DERIVED, STATE_OF, Graph

_CUT_FROM = NamedNode(PL + "cutFrom")
_DISPOSITION_OF, _KIND = NamedNode(PL + "dispositionOf"), NamedNode(PL + "dispositionKind")


@dataclass(frozen=True)
class CountBalance:
    """What became of the lots made from one lot.

    made: pieces cut or lots made. used: those from which something else was made. disposed: by kind.
    unaccounted: labels of those with neither; the end products of a line stand here until they are released.
    """

    lot: str
    made: int
    used: int
    disposed: dict[str, int]
    unaccounted: tuple[str, ...]


def count_balance(graph: Graph, lot: NamedNode) -> CountBalance:
    """Return what became of the pieces cut from a lot and of the lots made from it."""
    made = sorted(set(_children(graph, lot)), key=lambda child: (len(child.value), child.value))
    disposed: dict[str, int] = {}
    used, open_ends = 0, []
    for child in made:
        kinds = [graph.name(kind) for kind in _dispositions(graph, child)]
        for kind in kinds:
            disposed[kind] = disposed.get(kind, 0) + 1
        if any(True for _ in _made_of(graph, child)):
            used += 1
        elif not kinds:
            open_ends.append(graph.label(child))
    return CountBalance(lot.value, len(made), used, disposed, tuple(open_ends))


def _children(graph: Graph, lot: NamedNode) -> Iterator[NamedNode]:
    yield from graph.subjects(_CUT_FROM, lot)
    yield from _made_of(graph, lot)


def _made_of(graph: Graph, lot: NamedNode) -> Iterator[NamedNode]:
    """Yield the other lots with a state that came from a state of this one."""
    for state in graph.states(lot):
        for predicate in (DERIVED, POSSIBLY_DERIVED):
            for result in graph.subjects(predicate, state):
                other = graph.first(result, STATE_OF)
                if other and other != lot:
                    yield other


def _dispositions(graph: Graph, lot: NamedNode) -> Iterator[NamedNode]:
    for node in graph.subjects(_DISPOSITION_OF, lot):
        yield from graph.objects(node, _KIND)
