"""Walks from a thing to all that lies behind it, with the share that each lot has in it."""

from collections import defaultdict
from dataclasses import dataclass

from pyoxigraph import NamedNode

from pilotline.namespaces import PL
from pilotline.trace.graph import DERIVED, POSSIBLY_DERIVED, STATE_OF, Graph
from pilotline.trace.values import values_of

_POLARITY = NamedNode(PL + "polarity")
_COMPONENT_OF, _LOT_USED = NamedNode(PL + "componentOf"), NamedNode(PL + "lotUsed")
_ELECTRODES = frozenset({"ElectrodeRoll", "ElectrodeCoil", "ElectrodeSheet", "SheetMagazine"})


@dataclass(frozen=True)
class Ancestor:
    """One state behind a thing.

    polarity: of the electrode that it went into, such as `cathode`; empty for parts of the cell.
    weight: its share among its kind, by stated masses of components where there are any, else equal.
    sure: no pool stands between.
    """

    state: NamedNode
    lot: NamedNode
    polarity: str
    weight: float
    sure: bool


class Background:
    """Finds the ancestors of states; what one lot says of polarity and shares is read once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._sources: dict[NamedNode, list[tuple[NamedNode, float, bool]]] = {}
        self._polarities: dict[NamedNode, str] = {}

    def ancestors(self, starts: list[NamedNode]) -> list[Ancestor]:
        """Return the states and all behind them, each once for each polarity it serves."""
        found: dict[NamedNode, dict[str, tuple[float, bool]]] = defaultdict(dict)
        for state in starts:
            found[state][self._polarity(state)] = (1.0, True)
        for state in self._ordered(starts):
            for polarity, (weight, sure) in list(found[state].items()):
                for source, share, certain in self.sources(state):
                    serves = self._polarity(source) or polarity
                    before, was_sure = found[source].get(serves, (0.0, False))
                    found[source][serves] = before + weight * share, was_sure or (sure and certain)
        return [
            Ancestor(state, self._lot(state), polarity, weight, sure)
            for state, serving in found.items()
            for polarity, (weight, sure) in serving.items()
        ]

    def sources(self, state: NamedNode) -> list[tuple[NamedNode, float, bool]]:
        """Return the states that a state came from, their shares among their kind, and whether surely."""
        if state not in self._sources:
            sure = [(each, True) for each in self._graph.objects(state, DERIVED)]
            possible = [(each, False) for each in self._graph.objects(state, POSSIBLY_DERIVED)]
            self._sources[state] = self._shared(state, sure + possible)
        return self._sources[state]

    def _shared(
        self, state: NamedNode, sources: list[tuple[NamedNode, bool]]
    ) -> list[tuple[NamedNode, float, bool]]:
        masses = self._masses(state)
        kinds: dict[str, list[NamedNode]] = defaultdict(list)
        for source, _ in sources:
            kinds[self._graph.kind(self._lot(source))].append(source)
        shares: dict[NamedNode, float] = {}
        for members in kinds.values():
            stated = [masses.get(self._lot(member), 0.0) for member in members]
            whole = sum(stated)
            known = all(stated) and whole > 0
            for member, mass in zip(members, stated, strict=True):
                shares[member] = mass / whole if known else 1 / len(members)
        return [(source, shares[source], sure) for source, sure in sources]

    def _masses(self, state: NamedNode) -> dict[NamedNode, float]:
        """Return the mass of each lot that was weighed into the run that left a state, kg."""
        masses: dict[NamedNode, float] = {}
        run = self._graph.run_of(state)
        for component in self._graph.subjects(_COMPONENT_OF, run) if run else ():
            lot = self._graph.first(component, _LOT_USED)
            weighed = [value.si for value in values_of(self._graph, component) if value.key == "measured"]
            if lot and weighed and weighed[0]:
                masses[lot] = weighed[0]
        return masses

    def _ordered(self, starts: list[NamedNode]) -> list[NamedNode]:
        """Return all states with each before those that it came from."""
        done: dict[NamedNode, None] = {}
        entered: set[NamedNode] = set()
        stack = [(state, False) for state in starts]
        while stack:
            state, left = stack.pop()
            if left:
                done[state] = None
            elif state not in entered:
                entered.add(state)
                stack.append((state, True))
                stack += [(source, False) for source, _, _ in self.sources(state)]
        return list(reversed(done))

    def _polarity(self, state: NamedNode) -> str:
        """Return the polarity of a lot; for a piece of an electrode, the one of the web behind it."""
        if state not in self._polarities:
            self._polarities[state] = ""  # holds for a cycle, which a shape reports
            stated = self._graph.first(self._lot(state), _POLARITY)
            if stated:
                self._polarities[state] = self._graph.name(stated).lower()
            elif self._graph.kind(self._lot(state)) in _ELECTRODES:
                behind = {self._polarity(source) for source, _, _ in self.sources(state)} - {""}
                self._polarities[state] = behind.pop() if len(behind) == 1 else ""
        return self._polarities[state]

    def _lot(self, state: NamedNode) -> NamedNode:
        return self._graph.first(state, STATE_OF) or state
