"""Balances a lot by pieces and by mass: used further, disposed of, or unaccounted for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pyoxigraph import NamedNode

from pilotline.namespaces import HAS_PROPERTY, PL
from pilotline.quantities.units import UnitError, Units
from pilotline.trace.graph import DERIVED, POSSIBLY_DERIVED, STATE_OF, Graph

_HAS_PROPERTY, _SI = NamedNode(HAS_PROPERTY), NamedNode(PL + "siValue")
_COMPONENT_OF, _LOT_USED = NamedNode(PL + "componentOf"), NamedNode(PL + "lotUsed")
_INPUT_LOT, _AMOUNT = NamedNode(PL + "inputLot"), NamedNode(PL + "amountTyped")
_WEIGHED = tuple(
    NamedNode(PL + name) for name in ("ElectrodeMass", "StackMass", "DryCellMass", "WetCellMass", "CellMass")
)
_COMPONENT_MASS, _ELECTROLYTE_MASS = NamedNode(PL + "ComponentMass"), NamedNode(PL + "ElectrolyteMass")
_ELECTROLYTE = NamedNode(PL + "ElectrolyteLot")
ALLOWANCE = 0.02  # of what was made; scales, and what stays in pots and pipes
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


@dataclass(frozen=True)
class MassBalance:
    """What became of the mass of a lot, in kg.

    made: as weighed, or the sum of what went in; None where neither is recorded.
    used: what later runs took of it. disposed: by kind.
    unweighed: labels of runs that took of it and did not weigh.
    unaccounted: the rest, None where it cannot be told.
    balanced: the rest is within the allowance, a share of what was made.
    """

    lot: str
    made: float | None
    used: float
    disposed: dict[str, float]
    unweighed: tuple[str, ...]
    unaccounted: float | None
    balanced: bool | None


def mass_balance(graph: Graph, lot: NamedNode, units: Units, allowance: float = ALLOWANCE) -> MassBalance:
    """Return what became of the mass of a lot."""
    made = _made(graph, lot)
    used, unweighed = _used(graph, lot)
    disposed = _disposed(graph, lot, units)
    rest = None if made is None or unweighed else made - used - sum(disposed.values())
    balanced = None if rest is None or made is None else abs(rest) <= allowance * made
    return MassBalance(lot.value, made, used, disposed, unweighed, rest, balanced)


def _made(graph: Graph, lot: NamedNode) -> float | None:
    """Return the mass of a lot as weighed; else what went into the run that made it."""
    bearers = [lot, *graph.states(lot)]
    weighed = [mass for bearer in bearers for kind in _WEIGHED for mass in _masses(graph, bearer, kind)]
    if weighed:
        return weighed[0]
    runs = [run for state in graph.states(lot) if (run := graph.run_of(state))]
    parts = [part for run in runs for part in graph.subjects(_COMPONENT_OF, run)]
    masses = [mass for part in parts for mass in _masses(graph, part, _COMPONENT_MASS)]
    return sum(masses) if masses else None


def _used(graph: Graph, lot: NamedNode) -> tuple[float, tuple[str, ...]]:
    """Return the mass that later runs took, and the labels of those that took some unweighed."""
    parts = list(graph.subjects(_LOT_USED, lot))
    used = sum(mass for part in parts for mass in _masses(graph, part, _COMPONENT_MASS))
    weighing = {run for part in parts for run in graph.objects(part, _COMPONENT_OF)}
    unweighed = []
    poured = graph.has_type(lot, _ELECTROLYTE)
    for run in graph.subjects(_INPUT_LOT, lot):
        doses = list(_masses(graph, run, _ELECTROLYTE_MASS)) if poured else []
        used += sum(doses)
        if not doses and run not in weighing:
            unweighed.append(graph.label(run))
    return used, tuple(sorted(unweighed))


def _disposed(graph: Graph, lot: NamedNode, units: Units) -> dict[str, float]:
    found: dict[str, float] = {}
    for node in graph.subjects(_DISPOSITION_OF, lot):
        mass = _mass(graph.text(node, _AMOUNT), units)
        for kind in graph.objects(node, _KIND) if mass is not None else ():
            found[graph.name(kind)] = found.get(graph.name(kind), 0.0) + (mass or 0.0)
    return found


def _mass(amount: str, units: Units) -> float | None:
    """Return an amount such as `347 g` in kg; None for metres or pieces."""
    number, _, unit = amount.partition(" ")
    try:
        parsed = units.parse(unit.strip(), "mass")
        return parsed.si(Decimal(number.replace(",", "."))) if parsed.dimension == "mass" else None
    except (UnitError, InvalidOperation):
        return None


def _masses(graph: Graph, bearer: NamedNode, kind: NamedNode) -> Iterable[float]:
    for quantity in graph.objects(bearer, _HAS_PROPERTY):
        if graph.has_type(quantity, kind) and (mass := graph.number(quantity, _SI)) is not None:
            yield mass


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
