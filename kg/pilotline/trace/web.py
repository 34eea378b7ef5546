"""Turns metres on a roll into metres on what was wound, stretched, slit and cut from it, and back."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from pilotline.namespaces import PL
from pilotline.trace.graph import DERIVED, INPUT, STARTED, STATE_OF, Graph

_MAP_OF = NamedNode(PL + "mapOf")
_FROM_LOT, _TO_LOT = NamedNode(PL + "fromLot"), NamedNode(PL + "toLot")
_CUT_FROM = NamedNode(PL + "cutFrom")
_INTERVAL = tuple(NamedNode(PL + name) for name in ("fromStart", "fromEnd", "toStart", "toEnd"))
_LANE, _LANE_START, _LANE_END = (NamedNode(PL + name) for name in ("lane", "laneStart", "laneEnd"))
_CUT_START, _CUT_END = NamedNode(PL + "cutStart"), NamedNode(PL + "cutEnd")
# Steps that unwind and wind the web: after one of them without a map nobody knows where a metre lies.
ROLL_TO_ROLL = frozenset({"Coating", "Drying", "Rewinding", "Calendering", "Slitting"})


@dataclass(frozen=True)
class Stretch:
    """A piece of web: metres along a lot, as counted after `run`; left and right in mm across it.

    run: IRI of the run after which the metres count. known: False where only the whole lot can be named.
    """

    lot: str
    start: float
    end: float
    run: str = ""
    left: float | None = None
    right: float | None = None
    known: bool = True

    def meets(self, start: float, end: float) -> bool:
        """Say whether the stretch shares more than a point with an interval."""
        low, high = sorted((start, end))
        return not self.known or (self.start < high and low < self.end)


@dataclass(frozen=True)
class PositionMap:
    """How one run maps the metres of one lot to those of another, or of the same lot wound anew.

    interval: start and end before, start and end after. lanes: left and right on the web it comes from, mm.
        None: the run winds the web and nobody recorded how.
    rank: orders the runs on one lot: how many states it had before, then time, then place along the line.
    """

    run: str
    source: str
    target: str
    interval: tuple[float, float, float, float] | None
    lanes: tuple[float, float] | None
    rank: tuple[int, str, float]

    def forward(self, stretch: Stretch) -> Stretch | None:
        """Return where a stretch lies after the run; None where it was cut off or lies in another lane."""
        if self.interval is None or not stretch.known:
            return replace(stretch, lot=self.target, run=self.run, known=False)
        return self._moved(stretch, self.target, self.interval)

    def back(self, stretch: Stretch) -> Stretch | None:
        """Return where a stretch lay before the run."""
        if self.interval is None:
            return replace(stretch, lot=self.source, known=False)
        a, b, c, d = self.interval
        lane = replace(stretch, left=None, right=None) if self.lanes else stretch
        found = self._moved(lane, self.source, (c, d, a, b))
        return replace(found, left=self.lanes[0], right=self.lanes[1]) if found and self.lanes else found

    def _moved(
        self, stretch: Stretch, lot: str, interval: tuple[float, float, float, float]
    ) -> Stretch | None:
        first, last, to_first, to_last = interval
        low, high = max(stretch.start, min(first, last)), min(stretch.end, max(first, last))
        across = self._across(stretch)
        if low >= high or first == last or across is None:
            return None
        scale = (to_last - to_first) / (last - first)
        ends = sorted(to_first + (metre - first) * scale for metre in (low, high))
        return Stretch(lot, ends[0], ends[1], self.run, *across)

    def _across(self, stretch: Stretch) -> tuple[float | None, float | None] | None:
        """Return left and right on the new web, nothing where the stretch misses the lane."""
        if self.lanes is None or stretch.left is None or stretch.right is None:
            return (stretch.left, stretch.right) if self.lanes is None else (None, None)
        left, right = max(stretch.left, self.lanes[0]), min(stretch.right, self.lanes[1])
        return (left - self.lanes[0], right - self.lanes[0]) if left < right else None


def maps_from(graph: Graph, lot: NamedNode) -> list[PositionMap]:
    """Return the maps whose web unwinds from a lot, in the order of their runs."""
    return _ordered(graph, lot, graph.subjects(_FROM_LOT, lot))


def maps_to(graph: Graph, lot: NamedNode) -> list[PositionMap]:
    """Return the maps whose web is wound up as a lot, in the order of their runs."""
    return _ordered(graph, lot, graph.subjects(_TO_LOT, lot))


def forward(graph: Graph, stretch: Stretch) -> Iterator[Stretch]:
    """Yield where a stretch of web is found later: on the same lot, then on each lot made from it."""
    lot = NamedNode(stretch.lot)
    maps = maps_from(graph, lot)
    current: Stretch | None = stretch
    for each in _after(graph, maps, stretch):
        if current is None:
            return
        moved = each.forward(current)
        if each.target != each.source and moved:
            yield moved
            yield from forward(graph, moved)
        elif each.target == each.source:
            current = moved
            if moved:
                yield moved


def backward(graph: Graph, stretch: Stretch) -> Iterator[Stretch]:
    """Yield where a stretch of web lay before, run by run, down to the run that coated it."""
    current: Stretch | None = stretch
    seen = {stretch.run} if stretch.run else set()
    while current:
        earlier = [each for each in maps_to(graph, NamedNode(current.lot)) if each.run not in seen]
        if not earlier:
            return
        last = earlier[-1]
        seen |= {each.run for each in maps_to(graph, NamedNode(current.lot)) if each.rank >= last.rank}
        yield replace(current, run=last.run)
        before = last.back(current)
        current = replace(before, run="") if before else None


def cut_pieces(graph: Graph, stretch: Stretch) -> Iterator[NamedNode]:
    """Yield the pieces cut from a lot that hold some of a stretch of it."""
    for piece in graph.subjects(_CUT_FROM, NamedNode(stretch.lot)):
        start, end = graph.number(piece, _CUT_START), graph.number(piece, _CUT_END)
        if start is None or end is None or stretch.meets(start, end):
            yield piece


def stretch_of(graph: Graph, piece: NamedNode) -> Stretch | None:
    """Return where on its coil a piece was cut; None where that is not recorded."""
    coil = graph.first(piece, _CUT_FROM)
    start, end = graph.number(piece, _CUT_START), graph.number(piece, _CUT_END)
    if coil is None or start is None or end is None:
        return None
    return Stretch(coil.value, min(start, end), max(start, end))


def first_run(graph: Graph, lot: NamedNode) -> str:
    """Return the run that made a lot, after which its metres count first; empty where none is known."""
    runs = [run for state in graph.states(lot) if (run := graph.run_of(state))]
    return min(runs, key=lambda run: _rank(graph, run, lot)).value if runs else ""


def _after(graph: Graph, maps: list[PositionMap], stretch: Stretch) -> list[PositionMap]:
    if not stretch.run:
        return maps
    rank = _rank(graph, NamedNode(stretch.run), NamedNode(stretch.lot))
    return [each for each in maps if each.rank > rank and each.run != stretch.run]


def _ordered(graph: Graph, lot: NamedNode, nodes: Iterator[NamedNode]) -> list[PositionMap]:
    found = [position_map for node in nodes if (position_map := _read(graph, node))]
    found += _unmapped(graph, lot, {each.run for each in found})
    return sorted(found, key=lambda each: (*each.rank, each.run, each.target))


def _unmapped(graph: Graph, lot: NamedNode, mapped: set[str]) -> Iterator[PositionMap]:
    """Yield the runs that wound a lot anew without a map."""
    for state in graph.states(lot):
        run = graph.run_of(state)
        if run and run.value not in mapped and graph.step(run)[0] in ROLL_TO_ROLL:
            yield PositionMap(run.value, lot.value, lot.value, None, None, _rank(graph, run, lot))


def _read(graph: Graph, node: NamedNode) -> PositionMap | None:
    """Return a map; None where an end is missing, which a shape reports."""
    run, source, target = (graph.first(node, each) for each in (_MAP_OF, _FROM_LOT, _TO_LOT))
    ends = [graph.number(node, each) for each in _INTERVAL]
    if run is None or source is None or target is None or None in ends:
        return None
    left, right = graph.number(node, _LANE_START), graph.number(node, _LANE_END)
    return PositionMap(
        run=run.value,
        source=source.value,
        target=target.value,
        interval=tuple(ends),  # type: ignore[arg-type] # four numbers, none missing
        lanes=None if left is None or right is None else (left, right),
        rank=_rank(graph, run, source),
    )


def _rank(graph: Graph, run: NamedNode, lot: NamedNode) -> tuple[int, str, float]:
    return _states_before(graph, run, lot), graph.text(run, STARTED), graph.step(run)[1]


def _states_before(graph: Graph, run: NamedNode, lot: NamedNode) -> int:
    """Return through how many states a lot had gone before a run."""
    edge = [state for state in graph.objects(run, INPUT) if graph.first(state, STATE_OF) == lot]
    seen: set[NamedNode] = set()
    while edge:
        seen.update(edge)
        edge = [
            source
            for state in edge
            for source in graph.objects(state, DERIVED)
            if source not in seen and graph.first(source, STATE_OF) == lot
        ]
    return len(seen)


def is_cut(graph: Graph, lot: NamedNode) -> bool:
    """Say whether a lot is a piece cut from another one."""
    return graph.first(lot, _CUT_FROM) is not None
