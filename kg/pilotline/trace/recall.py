"""Turns a doubtful lot, or a stretch of one, into the cells to recall: sure ones and possible ones apart."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from pilotline.trace.graph import CELL, DERIVED, POSSIBLY_DERIVED, STATE_OF, Graph
from pilotline.trace.lineage import Trace, ahead
from pilotline.trace.web import Stretch, cut_pieces, forward, is_cut, maps_from


@dataclass(frozen=True)
class Recalled:
    """One cell of a recall. sure: it holds the lot, and no missing position or pool stands between."""

    cell: str
    label: str
    sure: bool


@dataclass(frozen=True)
class Recall:
    """What a recall found.

    stretches: where the doubtful stretch lies on each lot made later. pieces: labels of the pieces cut there.
    unknown: labels of lots whose metres nobody recorded; they count as a whole.
    """

    lot: str
    cells: tuple[Recalled, ...]
    stretches: tuple[Stretch, ...] = ()
    pieces: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def recall(graph: Graph, lot: NamedNode) -> Recall:
    """Return the cells that hold material of a lot."""
    return Recall(lot.value, tuple(_cells(graph, ahead(graph, lot))))


def recall_stretch(graph: Graph, stretch: Stretch) -> Recall:
    """Return the cells that hold a piece of web which lies in a stretch of a lot.

    A lot without a map from there, or a piece without metres, counts as a whole and makes its cells possible.
    """
    stretches = [stretch, *forward(graph, stretch)]
    pieces = {piece for each in last_on_each_lot(stretches) for piece in cut_pieces(graph, each)}
    unknown = set(_without_position(graph, stretches))
    sure = ahead(graph, *pieces) if pieces else Trace(stretch.lot, (), ())
    maybe = ahead(graph, *unknown) if unknown else Trace(stretch.lot, (), ())
    found = {each.cell: each for each in _cells(graph, maybe, never_sure=True)}
    found |= {each.cell: each for each in _cells(graph, sure)}
    return Recall(
        stretch.lot,
        tuple(sorted(found.values(), key=lambda each: (not each.sure, len(each.label), each.label))),
        tuple(stretches),
        tuple(sorted(graph.label(piece) for piece in pieces)),
        tuple(sorted(graph.label(each) for each in unknown)),
    )


def _cells(graph: Graph, trace: Trace, *, never_sure: bool = False) -> Iterator[Recalled]:
    lots = {lot: sure for lot, sure in trace.lots().items() if graph.has_type(NamedNode(lot), CELL)}
    labels = {lot: graph.label(NamedNode(lot)) for lot in lots}
    for lot in sorted(lots, key=lambda lot: (not lots[lot], len(labels[lot]), labels[lot])):
        yield Recalled(lot, labels[lot], lots[lot] and not never_sure)


def last_on_each_lot(stretches: Iterable[Stretch]) -> Iterable[Stretch]:
    """Return the stretches as the lots lay when pieces were cut from them: after their last map."""
    return {(each.lot, each.left, each.right): each for each in stretches}.values()


def _without_position(graph: Graph, stretches: list[Stretch]) -> Iterator[NamedNode]:
    """Yield the lots made from the lots of the stretches by a step that winds, of which no map tells."""
    for lot in {each.lot for each in stretches}:
        mapped = {each.target for each in maps_from(graph, NamedNode(lot))}
        for state in graph.states(NamedNode(lot)):
            for predicate in (DERIVED, POSSIBLY_DERIVED):
                for result in graph.subjects(predicate, state):
                    made = graph.first(result, STATE_OF)
                    if made and made.value not in mapped | {lot} and not is_cut(graph, made):
                        yield made
