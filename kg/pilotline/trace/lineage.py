"""Turns links between states into what is behind a thing and where a thing went."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from pilotline.trace.graph import DERIVED, POSSIBLY_DERIVED, STARTED, STATE_OF, Graph


@dataclass(frozen=True)
class Stage:
    """One state of one lot on the way, with the run that left it so; IRIs and what people call them.

    kind: class of the lot. order: place of the step along the line; 0 for a lot as it came in.
    sure: no pool of lots stands between it and the thing that is traced.
    """

    state: str
    lot: str
    label: str
    kind: str
    run: str
    run_label: str
    step: str
    order: float
    started: str
    sure: bool


@dataclass(frozen=True)
class Link:
    """One state came from another; both are IRIs."""

    state: str
    source: str
    sure: bool


@dataclass(frozen=True)
class Trace:
    """What is behind a thing, or what came of it, ordered along the line."""

    thing: str
    stages: tuple[Stage, ...]
    links: tuple[Link, ...]

    def lots(self) -> dict[str, bool]:
        """Return the lots on the way, and whether each is sure."""
        found: dict[str, bool] = {}
        for stage in self.stages:
            found[stage.lot] = found.get(stage.lot, False) or stage.sure
        return found


_Edges = Callable[[NamedNode], Iterator[tuple[NamedNode, bool]]]


def behind(graph: Graph, thing: NamedNode) -> Trace:
    """Return every state that a lot, a state or the outputs of a run came from."""
    reached = _reached(_starts(graph, thing), lambda state: _sources(graph, state))
    return _trace(graph, thing, reached)


def ahead(graph: Graph, *things: NamedNode) -> Trace:
    """Return every state that came of lots, states or the outputs of runs."""
    starts = [state for thing in things for state in _starts(graph, thing)]
    return _trace(graph, things[0], _reached(starts, lambda state: _results(graph, state)))


def _starts(graph: Graph, thing: NamedNode) -> list[NamedNode]:
    if graph.first(thing, STATE_OF):
        return [thing]
    return graph.states(thing) or list(graph.outputs(thing))


def _sources(graph: Graph, state: NamedNode) -> Iterator[tuple[NamedNode, bool]]:
    yield from ((source, True) for source in graph.objects(state, DERIVED))
    yield from ((source, False) for source in graph.objects(state, POSSIBLY_DERIVED))


def _results(graph: Graph, state: NamedNode) -> Iterator[tuple[NamedNode, bool]]:
    yield from ((result, True) for result in graph.subjects(DERIVED, state))
    yield from ((result, False) for result in graph.subjects(POSSIBLY_DERIVED, state))


def _reached(starts: Iterable[NamedNode], edges: _Edges) -> dict[NamedNode, bool]:
    """Return the states that can be reached, and whether by sure links alone."""
    found = dict.fromkeys(starts, True)
    edge = list(found)
    while edge:
        following: dict[NamedNode, None] = {}
        for state in edge:
            for other, certain in edges(state):
                sure = certain and found[state]
                if other not in found or (sure and not found[other]):
                    found[other] = sure
                    following[other] = None
        edge = list(following)
    return found


def _trace(graph: Graph, thing: NamedNode, reached: dict[NamedNode, bool]) -> Trace:
    stages = sorted(
        (stage_of(graph, state, sure=sure) for state, sure in reached.items()), key=_along_the_line
    )
    links = sorted(
        (
            Link(state.value, source.value, sure)
            for state in reached
            for source, sure in _sources(graph, state)
            if source in reached
        ),
        key=lambda link: (link.state, link.source),
    )
    return Trace(thing.value, tuple(stages), tuple(links))


def stage_of(graph: Graph, state: NamedNode, *, sure: bool) -> Stage:
    """Return what is known of one state."""
    lot = graph.first(state, STATE_OF) or state
    run = graph.run_of(state)
    step, order = graph.step(run)
    return Stage(
        state=state.value,
        lot=lot.value,
        label=graph.label(lot),
        kind=graph.kind(lot),
        run=run.value if run else "",
        run_label=graph.label(run) if run else "",
        step=step,
        order=order,
        started=graph.text(run, STARTED) if run else "",
        sure=sure,
    )


def _along_the_line(stage: Stage) -> tuple[float, str, str]:
    return stage.order, stage.started, stage.label
