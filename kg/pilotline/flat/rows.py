"""Chooses what the rows of a flat table are, and gathers the values behind each."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pyoxigraph import NamedNode

from pilotline.flat.weights import Ancestor, Background
from pilotline.namespaces import PL
from pilotline.trace.graph import CELL, INPUT, Graph
from pilotline.trace.values import Value, values_of

_TAKEN_FROM = NamedNode(PL + "takenFrom")


@dataclass(frozen=True)
class RowKind:
    """What one row is: a cell, or a run of a step. step: the class of the runs, None for cells."""

    step: NamedNode | None = None

    def things(self, graph: Graph) -> list[NamedNode]:
        """Return the cells or runs, in the order in which people count them."""
        found = set(graph.instances(self.step or CELL))
        return sorted(found, key=lambda thing: (len(graph.label(thing)), graph.label(thing), thing.value))

    def states(self, graph: Graph, thing: NamedNode) -> list[NamedNode]:
        """Return the states that belong to the row itself: of the cell, or left by the run."""
        if self.step is None:
            return graph.states(thing)
        return list(graph.outputs(thing)) or list(graph.objects(thing, INPUT))


@dataclass(frozen=True)
class Found:
    """One value behind a row.

    step: of the run that set, made or left it; empty for a value of a lot as it came in.
    origin: label of the lot that it was inherited from, with the sample where it was measured on one;
        empty where it is the row's own.
    weight: share of the lot in the row.
    """

    value: Value
    step: str
    polarity: str
    origin: str
    weight: float
    sure: bool


class Gatherer:
    """Gathers values; what one state bears is read once."""

    def __init__(self, graph: Graph, kind: RowKind) -> None:
        self._graph, self._kind = graph, kind
        self._background = Background(graph)
        self._label = cache(graph.label)
        self._borne: dict[NamedNode, list[tuple[Value, str, str]]] = {}
        self._of_lots: dict[NamedNode, list[tuple[Value, str, str]]] = {}

    def values(self, thing: NamedNode) -> Iterator[Found]:
        """Yield what a cell or run bears, and what it inherits from all that lies behind it."""
        own = self._kind.states(self._graph, thing)
        seen: set[tuple[str, str]] = set()
        for ancestor in self._background.ancestors(own):
            mine = ancestor.lot == thing or (self._kind.step is not None and ancestor.state in own)
            for value, step, sample in self._at(ancestor):
                if (value.quantity, ancestor.polarity) not in seen:
                    seen.add((value.quantity, ancestor.polarity))
                    origin = "" if mine else self._label(ancestor.lot) + (f" ({sample})" if sample else "")
                    yield Found(value, step, ancestor.polarity, origin, ancestor.weight, ancestor.sure)

    def _at(self, ancestor: Ancestor) -> list[tuple[Value, str, str]]:
        if ancestor.state not in self._borne:
            run = self._graph.run_of(ancestor.state)
            step = self._graph.step(run)[0]
            bearers = [ancestor.state, *([run] if run else [])]
            self._borne[ancestor.state] = [
                (value, step, "") for bearer in bearers for value in values_of(self._graph, bearer)
            ]
        if ancestor.lot not in self._of_lots:
            self._of_lots[ancestor.lot] = [*self._on_samples(ancestor.lot)]
        return self._borne[ancestor.state] + self._of_lots[ancestor.lot]

    def _on_samples(self, lot: NamedNode) -> Iterator[tuple[Value, str, str]]:
        """Yield the values of a lot as such and of the samples taken from it."""
        yield from ((value, "", "") for value in values_of(self._graph, lot))
        for sample in self._graph.subjects(_TAKEN_FROM, lot):
            label = f"sample {self._graph.label(sample)}"
            yield from ((value, "", label) for value in values_of(self._graph, sample))
