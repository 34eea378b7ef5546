"""Finds what a cycler wrote of a cell, and reads it as curves: voltage, current, capacity over time."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pyoxigraph import NamedNode, Store

from pilotline.namespaces import PL
from pilotline.series.curves import Series, numeric_columns, read, series_of
from pilotline.trace import Graph
from pilotline.trace.graph import CELL, STATE_OF

_OF = NamedNode(PL + "seriesOf")
_VOLTAGE, _CURRENT, _COUNTS = "CellVoltage", "CellCurrent", ("ChargeCapacity", "DischargeCapacity")
_DRAWN = 1_000  # readings of a curve
_HOUR = 3600.0


@dataclass(frozen=True)
class CellTest:
    """A series that a cycler wrote of a cell. step: of its run, such as `Formation`."""

    cell: str
    run: str
    step: str
    series: Series


@dataclass(frozen=True)
class Curves:
    """What was read during a test, each at the hours since its start; none of what was not recorded.

    held: charge taken less charge given, as the cycler counted it, else the current integrated over time.
    charge, discharge: what was moved in all, where the cycler counts it. units: as the file states them.
    """

    hours: list[float]
    voltage: list[float]
    current: list[float]
    held: list[float]
    held_unit: str
    charge: float | None
    discharge: float | None
    units: dict[str, str]


def tests_of_cells(store: Store) -> list[CellTest]:
    """Return the series with a voltage that belong to a cell, in the order of the cells."""
    graph, found = Graph(store), []
    for series in series_of(store):
        if _VOLTAGE not in {column.parameter for column in series.columns}:
            continue
        found += [
            CellTest(graph.label(cell), graph.label(run), graph.step(run)[0], series)
            for run in graph.objects(NamedNode(series.iri), _OF)
            for cell in _cells(graph, run)
        ]
    return sorted(found, key=lambda test: (len(test.cell), test.cell, test.run))


def _cells(graph: Graph, run: NamedNode) -> list[NamedNode]:
    lots = (lot for state in graph.outputs(run) for lot in graph.objects(state, STATE_OF))
    return [lot for lot in lots if graph.has_type(lot, CELL)]


def time_column(series: Series, numeric: list[str]) -> str:
    """Return the column of the time, by its parameter or name; the first where none is called so."""
    parameters = {column.name: f"{column.name} {column.parameter}".lower() for column in series.columns}
    return next((name for name in numeric if "time" in parameters.get(name, name.lower())), numeric[0])


def curves(file: Path, series: Series) -> Curves:
    """Return the curves of a series whose time counts in seconds; of many rows, one in so many."""
    named = {column.parameter: column for column in series.columns if column.parameter}
    wanted = [name for name in (_VOLTAGE, _CURRENT, *_COUNTS) if name in named]
    time = time_column(series, numeric_columns(file))
    table = read(file, [time, *(named[name].name for name in wanted)])
    rows = [
        row for row in zip(*(column.to_pylist() for column in table.columns), strict=True) if None not in row
    ]
    shown = rows[:: max(1, len(rows) // _DRAWN)]
    if rows and shown[-1] != rows[-1]:
        shown.append(rows[-1])
    by = {name: [float(row[place]) for row in shown] for place, name in enumerate(wanted, 1)}
    hours = [(float(row[0]) - float(rows[0][0])) / _HOUR for row in shown]
    units = {name: named[name].unit for name in wanted}
    current = by.get(_CURRENT, [])
    if not all(name in by for name in _COUNTS) or not shown:
        held, unit = _integrated(hours, current), f"{units.get(_CURRENT, '')} h"
        return Curves(hours, by[_VOLTAGE], current, held, unit, None, None, units)
    taken, given = (by[name] for name in _COUNTS)
    held = [charge - back for charge, back in zip(taken, given, strict=True)]
    unit = units[_COUNTS[0]]
    return Curves(hours, by[_VOLTAGE], current, held, unit, max(taken), max(given), units)


def _integrated(hours: list[float], current: list[float]) -> list[float]:
    """Return the charge that a current moved until each hour, in its unit times hours."""
    moved = [0.0] if current else []
    for (before, i), (after, j) in pairwise(zip(hours, current, strict=False)):
        moved.append(moved[-1] + (i + j) / 2 * (after - before))
    return moved
