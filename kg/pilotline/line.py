"""Reads one parameter over the runs of a line: each value with its run, lot, machine and limits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from pilotline.datasets import catalogue
from pilotline.namespaces import HAS_MEASUREMENT_UNIT, HAS_PARTICIPANT, HAS_PROPERTY, PL, RDF, RDFS
from pilotline.quantities.units import Unit, UnitError, Units
from pilotline.trace import Graph, Value
from pilotline.trace.graph import OUTPUT, STARTED, STATE_OF
from pilotline.trace.values import value_of
from pilotline.validation.ranges import Range

_HAS_PROPERTY, _PARTICIPANT = NamedNode(HAS_PROPERTY), NamedNode(HAS_PARTICIPANT)
_TYPE, _SUBCLASS = NamedNode(RDF + "type"), NamedNode(RDFS + "subClassOf")
_UNIT = NamedNode(HAS_MEASUREMENT_UNIT)
_RECIPE = NamedNode(PL + "followsRecipe")
_PLAUSIBLE = ("plausibleMinimum", "plausibleMaximum")
_STATED = ("statedMinimum", "statedMaximum")
_RANGE, _SUBJECT = NamedNode(PL + "RangeStatement"), NamedNode(PL + "statementSubject")
_SPREAD = "stat=sd"  # of a parameter, not a value of it
_DEFAULT = DefaultGraph()


@dataclass(frozen=True)
class Limit:
    """A range in the unit of the trend; either side may be open. source: recipe, lab, machine, plausible."""

    source: str
    low: float | None
    high: float | None

    def holds(self, number: float) -> bool:
        """Say whether a number lies within; exactly at the bound, converted or not, it does."""
        slack = 1e-9 * abs(number)
        return (self.low is None or number >= self.low - slack) and (
            self.high is None or number <= self.high + slack
        )


@dataclass(frozen=True)
class Point:
    """One value. number: in the unit of the trend. in_scope: no rule put it out of the answers.

    limit: the nearest that holds for its run. started: of the run, empty where it is not known.
    """

    value: Value
    number: float
    run: str
    lot: str
    machine: str
    started: str
    in_scope: bool
    limit: Limit | None

    @property
    def faulty(self) -> bool:
        """Say whether the value is out of scope or outside its nearest limit."""
        return not self.in_scope or (self.limit is not None and not self.limit.holds(self.number))


@dataclass(frozen=True)
class Trend:
    """The values of a parameter in the order of their runs. limits: those that hold for all of them."""

    parameter: str
    unit: str
    points: tuple[Point, ...]
    limits: tuple[Limit, ...]


def trend(store: Store, parameter: NamedNode, units: Units, ranges: Iterable[Range] = ()) -> Trend:
    """Return the values of a parameter and of those below it, faulty ones of `record` datasets too.

    ranges: the lab's own, which go after the recipe's tolerance and before the machine's limits.
    """
    reader = _Reader(store, parameter, units, ranges)
    points = sorted(reader.points(), key=lambda point: (point.started, point.run, point.value.quantity))
    return Trend(reader.graph.name(parameter), reader.symbol, tuple(points), tuple(reader.limits()))


class _Reader:
    def __init__(self, store: Store, parameter: NamedNode, units: Units, ranges: Iterable[Range]) -> None:
        self.graph, self._store, self._parameter = Graph(store), store, parameter
        self._units = units
        self.symbol = self.graph.text(parameter, NamedNode(PL + "usualUnit"))
        self._unit = _unit(units, self.symbol, self.graph.text(parameter, NamedNode(PL + "dimensionName")))
        self._classes = {parameter, *self.graph.subjects(_SUBCLASS, parameter)}

        self.lab = [
            limit
            for each in ranges
            if each.parameter.iri == parameter.value and (limit := self._limit("lab", each.low, each.high))
        ]

    def points(self) -> Iterator[Point]:
        for quantity, graph in self._quantities():
            for quad in self._store.quads_for_pattern(None, _HAS_PROPERTY, quantity, graph):
                assert isinstance(quad.subject, NamedNode)
                if point := self._point(quad.subject, quantity, graph):
                    yield point

    def limits(self) -> Iterator[Limit]:
        """Yield the lab's own range, the plausible one, and what the paper reports."""
        yield from self.lab
        low, high = (self.graph.number(self._parameter, NamedNode(PL + name)) for name in _PLAUSIBLE)
        if limit := self._limit("plausible", low, high):
            yield limit
        for statement in sorted(self.graph.subjects(_SUBJECT, self._parameter), key=str):
            if not self.graph.has_type(statement, _RANGE):
                continue
            unit = _unit(self._units, self.graph.text(statement, NamedNode(PL + "statedUnit")), "")
            bounds = (self.graph.number(statement, NamedNode(PL + name)) for name in _STATED)
            low, high = (
                None if bound is None or unit is None else unit.si(Decimal(repr(bound))) for bound in bounds
            )
            scope = self.graph.text(statement, NamedNode(PL + "statementScope"))
            if limit := self._limit(f"paper, {scope}" if scope else "paper", low, high):
                yield limit

    def _quantities(self) -> Iterator[tuple[NamedNode, NamedNode]]:
        """Yield the quantities with the graph of their dataset; one of two of the classes comes once."""
        for entry in catalogue.entries(self._store):
            graph = NamedNode(entry.iri)
            quads = (
                quad
                for each in self._classes
                for quad in self._store.quads_for_pattern(None, _TYPE, each, graph)
            )
            for quantity in sorted({str(quad.subject) for quad in quads}):
                yield NamedNode(quantity[1:-1]), graph

    def _point(self, bearer: NamedNode, quantity: NamedNode, graph: NamedNode) -> Point | None:
        value = value_of(self.graph, bearer, quantity, Graph(self._store, graph))
        if value is None or value.si is None or _SPREAD in value.key:
            return None
        run = bearer if self.graph.step(bearer)[0] else self.graph.run_of(bearer)
        lot = self.graph.first(bearer, STATE_OF) or self._made(run)
        return Point(
            value=value,
            number=self._shown(value.si),
            run=self.graph.label(run) if run else "",
            lot=self.graph.label(lot or bearer),
            machine=", ".join(sorted(self.graph.label(each) for each in self._machines(run))),
            started=self.graph.text(run, STARTED) if run else "",
            in_scope=Quad(bearer, _HAS_PROPERTY, quantity, _DEFAULT) in self._store,
            limit=self._nearest(run),
        )

    def _made(self, run: NamedNode | None) -> NamedNode | None:
        states = self._objects(run, OUTPUT)
        return next((lot for state in states if (lot := self.graph.first(state, STATE_OF))), None)

    def _machines(self, run: NamedNode | None) -> Iterable[NamedNode]:
        return (each for each in self._objects(run, _PARTICIPANT) if "/equipment/" in each.value)

    def _nearest(self, run: NamedNode | None) -> Limit | None:
        """Return the limit that the recipe of a run states, else the lab, else its machine."""
        recipe = self._stated_by("recipe", self._objects(run, _RECIPE))
        machine = self._stated_by("machine", self._objects(run, _PARTICIPANT))
        return next(chain(recipe, self.lab, machine), None)

    def _stated_by(self, source: str, nodes: Iterable[NamedNode]) -> Iterator[Limit]:
        for quantity in (each for node in nodes for each in self._objects(node, _HAS_PROPERTY)):
            of_it = self._classes & set(self.graph.objects(quantity, _TYPE))
            if of_it and (limit := self._stated(source, quantity)):
                yield limit

    def _objects(self, node: NamedNode | None, predicate: NamedNode) -> Iterator[NamedNode]:
        return self.graph.objects(node, predicate) if node else iter(())

    def _stated(self, source: str, quantity: NamedNode) -> Limit | None:
        """Return bounds, in SI units, or the target with its tolerances, in the unit of the target."""
        si, low, high, above, below = (
            self.graph.number(quantity, NamedNode(PL + name))
            for name in ("siValue", "siLowerBound", "siUpperBound", "toleranceAbove", "toleranceBelow")
        )
        unit = self.graph.first(quantity, _UNIT)
        stated = self._units.named(unit.value) if unit else None
        if si is not None and stated is not None and stated.factor is not None:
            low = si - below * float(stated.factor) if below is not None else low
            high = si + above * float(stated.factor) if above is not None else high
        return self._limit(source, low, high)

    def _limit(self, source: str, low: float | None, high: float | None) -> Limit | None:
        if low is None and high is None:
            return None
        return Limit(source, *(None if bound is None else self._shown(bound) for bound in (low, high)))

    def _shown(self, si: float) -> float:
        """Return a number in the usual unit; in SI where that has no conversion."""
        if self._unit is None or self._unit.factor is None:
            return si
        return float((Decimal(repr(si)) - self._unit.offset) / self._unit.factor)


def _unit(units: Units, symbol: str, dimension: str) -> Unit | None:
    try:
        return units.parse(symbol, dimension) if symbol else None
    except UnitError:
        return None


def parameters_with_values(store: Store) -> dict[str, str]:
    """Return the parameters of which the store has numbers: local name to label."""
    graph = Graph(store)
    found = {
        parameter.value.removeprefix(PL): graph.name(parameter)
        for parameter in graph.instances(NamedNode(PL + "Parameter"))
        if next(store.quads_for_pattern(None, _TYPE, parameter, _DEFAULT), None)
    }
    return dict(sorted(found.items()))
