"""Compares what is behind some cells with what is behind the others: lots, machines, recipes, settings."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from math import comb, erfc, sqrt
from statistics import median
from typing import Any, NamedTuple

from pyoxigraph import NamedNode

from pilotline.namespaces import HAS_PARTICIPANT, HAS_PROPERTY, PL, RDF
from pilotline.quantities.units import UnitError, Units
from pilotline.trace.graph import CELL, DERIVED, STATE_OF, Graph

LEAST = 5  # cells in each group below which nothing is said
_NUMBERS = f"""
SELECT ?bearer ?quantity ?class ?si WHERE {{
  VALUES ?bearer {{ ?bearers }}
  ?bearer <{HAS_PROPERTY}> ?quantity .
  ?quantity <{PL}siValue> ?si ; <{RDF}type> ?class .
  FILTER(STRSTARTS(STR(?class), "{PL}"))
}}
"""
_OF_BOTH = (CELL, NamedNode(PL + "CellStack"))
_POLARITY = NamedNode(PL + "polarity")
_MACHINE, _RECIPE = NamedNode(HAS_PARTICIPANT), NamedNode(PL + "followsRecipe")


class Setting(NamedTuple):
    """A parameter of the runs of a step, in one kind: set, measured, calculated; of one electrode."""

    electrode: str
    step: str
    parameter: str
    kind: str

    def __str__(self) -> str:
        """Return it as people read it: `Cathode, Coating: CoatingSpeed (set)`."""
        where = ", ".join(filter(None, (self.electrode, self.step or "as received")))
        return f"{where}: {self.parameter} ({self.kind})"


@dataclass(frozen=True)
class Cause:
    """Something behind cells that may set the bad ones apart.

    bad, good: how many of each group have it (for a setting: how many have a value).
    effect: difference of the shares for a lot or machine; for a setting Cliff's delta, the chance that a
        bad cell has the larger value less that of the smaller. Both lie from -1 to 1.
    p: Fisher's exact test, or the Mann-Whitney test by its normal approximation; two-sided, of one test.
    adjusted: p after Holm's correction for all the tests that were made.
    """

    what: str
    kind: str
    bad: int
    good: int
    effect: float
    p: float
    adjusted: float
    detail: str = ""


@dataclass(frozen=True)
class Comparison:
    """What sets bad cells apart from the others; tests: how many comparisons were made.

    note: why nothing can be said, or how the numbers are to be read.
    """

    bad: int
    good: int
    tests: int
    causes: tuple[Cause, ...]
    note: str


def common_causes(graph: Graph, bad: Iterable[NamedNode], least: int = LEAST, apart: str = "") -> Comparison:
    """Compare cells with all other cells of the store by what surely lies behind them.

    least: cells that each group must have; with fewer the answer is "too few".
    apart: name of a parameter that is not compared, since the cells were chosen by it.
    """
    chosen = set(bad)
    others = set(graph.instances(CELL)) - chosen
    if len(chosen) < least or len(others) < least:
        note = f"too few: {len(chosen)} cells against {len(others)}; each group needs at least {least}"
        return Comparison(len(chosen), len(others), 0, (), note)
    backgrounds = _Backgrounds(graph, chosen | others)
    settings = {cell: backgrounds.settings(cell) for cell in chosen | others}
    found = [
        *_shared(graph, {cell: backgrounds.things(cell) for cell in chosen | others}, chosen),
        *_settings(graph, settings, chosen, least, apart),
    ]
    causes = _holm(found)
    note = (
        f"{len(causes)} comparisons were made; of so many, some look striking by chance: "
        "read the adjusted p, and take a shared cause as a hint, not as a proof"
    )
    return Comparison(len(chosen), len(others), len(causes), tuple(causes), note)


class _Backgrounds:
    """What lies behind each cell; what many cells share is walked once, values are read in one query."""

    def __init__(self, graph: Graph, cells: Iterable[NamedNode]) -> None:
        self._graph = graph
        self._states: dict[NamedNode, frozenset[NamedNode]] = {}
        self._things, self._electrode = cache(self._things_at), cache(self._electrode_at)
        self._told = cache(self._told_at)
        self._of = {cell: frozenset().union(*map(self._ancestors, graph.states(cell))) for cell in cells}
        self._runs = {state: graph.run_of(state) for state in frozenset().union(*self._of.values())}
        self._numbers = _numbers(graph, (*self._runs, *filter(None, self._runs.values())))

    def things(self, cell: NamedNode) -> frozenset[tuple[str, NamedNode]]:
        """Return lots, machines and recipes, each with its kind."""
        return frozenset(
            thing for state in self._of[cell] for thing in self._things(state) if thing[1] != cell
        )

    def settings(self, cell: NamedNode) -> dict[Setting, float]:
        """Return the mean of each numeric parameter of the runs behind a cell, in SI units."""
        numbers: dict[Setting, list[float]] = defaultdict(list)
        for setting, number in (told for state in self._of[cell] for told in self._told(state)):
            numbers[setting].append(number)
        return {setting: sum(each) / len(each) for setting, each in numbers.items()}

    def _told_at(self, state: NamedNode) -> tuple[tuple[Setting, float], ...]:
        """Return what a state bears, and the run that left it."""
        run = self._runs[state]
        step, electrode = self._graph.step(run)[0], self._electrode(state)
        return tuple(
            (Setting(electrode, step, parameter, kind), number)
            for bearer in filter(None, (state, run))
            for parameter, kind, number in self._numbers.get(bearer, ())
        )

    def _electrode_at(self, state: NamedNode) -> str:
        """Return the polarity of a lot, else the one that all behind it have; none of a stack or a cell."""
        lot = self._graph.first(state, STATE_OF)
        if lot and any(self._graph.has_type(lot, whole) for whole in _OF_BOTH):
            return ""
        if lot and (polarity := self._graph.first(lot, _POLARITY)):
            return self._graph.name(polarity)
        sources = self._ancestors(state) - {state}
        known = set(map(self._electrode, sources)) - {""}
        return known.pop() if len(known) == 1 else ""

    def _ancestors(self, state: NamedNode) -> frozenset[NamedNode]:
        if state not in self._states:
            self._states[state] = frozenset({state})  # holds for a cycle, which a shape reports
            sources = [self._ancestors(source) for source in self._graph.objects(state, DERIVED)]
            self._states[state] = frozenset({state}).union(*sources)
        return self._states[state]

    def _things_at(self, state: NamedNode) -> tuple[tuple[str, NamedNode], ...]:
        graph, run = self._graph, self._runs[state]
        lots = [(graph.kind(lot), lot) for lot in graph.objects(state, STATE_OF)]
        machines = [("machine", each) for each in graph.objects(run, _MACHINE)] if run else []
        recipes = [("recipe", each) for each in graph.objects(run, _RECIPE)] if run else []
        return (*lots, *machines, *recipes)


def _numbers(graph: Graph, bearers: Iterable[NamedNode]) -> dict[NamedNode, list[tuple[str, str, float]]]:
    """Return of each bearer its values: parameter, kind, number in SI units."""
    named = " ".join(map(str, dict.fromkeys(bearers)))
    found: dict[NamedNode, list[tuple[str, str, float]]] = defaultdict(list)
    rows: Any = graph.store.query(_NUMBERS.replace("?bearers", named)) if named else ()
    for row in rows:
        if graph.is_parameter(row["class"]):
            kind = row["quantity"].value.rpartition("/q/")[2].split("/")[1:2]
            found[row["bearer"]].append((graph.name(row["class"]), "".join(kind), float(row["si"].value)))
    return found


def _shared(
    graph: Graph, behind: dict[NamedNode, frozenset[tuple[str, NamedNode]]], bad: set[NamedNode]
) -> Iterator[Cause]:
    counts: dict[tuple[str, NamedNode], list[int]] = defaultdict(lambda: [0, 0])
    for cell, things in behind.items():
        for each in things:
            counts[each][cell not in bad] += 1
    n_bad, n_good = len(bad), len(behind) - len(bad)
    for (kind, thing), (with_bad, with_good) in counts.items():
        if 1 < with_bad + with_good < n_bad + n_good:
            effect = with_bad / n_bad - with_good / n_good
            p = fisher(with_bad, with_good, n_bad, n_good)
            yield Cause(graph.label(thing), kind, with_bad, with_good, effect, p, p)


def _settings(
    graph: Graph, values: dict[NamedNode, dict[Setting, float]], bad: set[NamedNode], least: int, apart: str
) -> Iterator[Cause]:
    groups: dict[Setting, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for cell, settings in values.items():
        for setting, number in settings.items():
            groups[setting][cell not in bad].append(number)
    for setting, (ours, theirs) in groups.items():
        if min(len(ours), len(theirs)) < least or len({*ours, *theirs}) == 1 or setting.parameter == apart:
            continue
        effect, p = mann_whitney(ours, theirs)
        shown, unit = _usual(graph, setting.parameter, (median(ours), median(theirs)))
        detail = f"median {shown[0]:.6g} against {shown[1]:.6g} {unit}"
        yield Cause(str(setting), "setting or value", len(ours), len(theirs), effect, p, p, detail)


def _usual(graph: Graph, parameter: str, numbers: tuple[float, ...]) -> tuple[list[float], str]:
    """Return numbers in SI units in the usual unit of their parameter, and its symbol."""
    node = NamedNode(PL + parameter)
    symbol, dimension = (graph.text(node, NamedNode(PL + name)) for name in ("usualUnit", "dimensionName"))
    try:
        unit = Units.load().parse(symbol, dimension)
    except UnitError:
        return list(numbers), "(SI)"
    if unit.factor is None:
        return list(numbers), "(SI)"
    factor, offset = float(unit.factor), float(unit.offset)
    return [(number - offset) / factor for number in numbers], unit.symbol


def fisher(with_bad: int, with_good: int, bad: int, good: int) -> float:
    """Return the two-sided p of Fisher's exact test for a two-by-two table.

    >>> round(fisher(8, 2, 10, 10), 4)
    0.023
    """
    have = with_bad + with_good
    whole = comb(bad + good, have)

    def chance(k: int) -> float:
        return comb(bad, k) * comb(good, have - k) / whole

    limit = chance(with_bad) * (1 + 1e-9)
    return min(
        1.0, sum(p for k in range(max(0, have - good), min(bad, have) + 1) if (p := chance(k)) <= limit)
    )


def mann_whitney(ours: list[float], theirs: list[float]) -> tuple[float, float]:
    """Return Cliff's delta and the two-sided p of the Mann-Whitney test, by its normal approximation.

    >>> delta, p = mann_whitney([4, 5, 6, 7, 8], [1, 2, 3, 4, 5])
    >>> round(delta, 2), round(p, 3)
    (0.84, 0.027)
    """
    n, m = len(ours), len(theirs)
    ranks, ties = _ranks([*ours, *theirs])
    u = sum(ranks[:n]) - n * (n + 1) / 2
    spread = sqrt(n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1))))
    return 2 * u / (n * m) - 1, erfc(abs(u - n * m / 2) / spread / sqrt(2)) if spread else 1.0


def _ranks(numbers: list[float]) -> tuple[list[float], float]:
    """Return the rank of each number, equal ones sharing theirs, and the sum of t³ - t over ties."""
    places: dict[float, list[int]] = defaultdict(list)
    for place, number in enumerate(sorted(numbers), start=1):
        places[number].append(place)
    ranks = {number: sum(each) / len(each) for number, each in places.items()}
    return [ranks[number] for number in numbers], sum(len(t) ** 3 - len(t) for t in places.values())


def _holm(causes: list[Cause]) -> list[Cause]:
    """Return the causes ordered by p, with p corrected for the number of tests."""
    ordered = sorted(causes, key=lambda cause: (cause.p, -abs(cause.effect), cause.what))
    largest, adjusted = 0.0, []
    for place, cause in enumerate(ordered):
        largest = max(largest, min(1.0, cause.p * (len(ordered) - place)))
        adjusted.append(Cause(**{**cause.__dict__, "adjusted": largest}))
    return adjusted
