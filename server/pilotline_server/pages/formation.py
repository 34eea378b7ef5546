"""Turns the curves of some cells into charts: voltage, current and charge over time, voltage over charge."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pyoxigraph import Store

from pilotline.errors import PilotlineError
from pilotline.series.formation import CellTest, Curves, curves, tests_of_cells
from pilotline.store.series import SeriesFolder
from pilotline_server.pages.chart import Tick, across, path, upward

MOST = 4  # cells of a chart, each with a line of its own


class CurvesError(PilotlineError, ValueError):
    """A cell of which no curve is kept."""


class Line(NamedTuple):
    """The line of one cell. style: which of the MOST kinds of line."""

    path: str
    style: int


@dataclass(frozen=True)
class Chart:
    """One chart; up, across: what its axes say."""

    title: str
    over: str
    lines: list[Line]
    up: list[Tick]
    across: list[Tick]


@dataclass(frozen=True)
class Drawn:
    """The charts of some tests, and where each series begins and ends."""

    tests: list[CellTest]
    charts: list[Chart]
    read: list[Curves]


def cells_with_curves(store: Store) -> list[str]:
    """Return the labels of the cells of which curves are kept."""
    return list(dict.fromkeys(test.cell for test in tests_of_cells(store)))


def formation_charts(store: Store, folder: SeriesFolder, cells: Sequence[str]) -> Drawn:
    """Return the charts of the first tests of some cells, by label.

    Errors: CurvesError for a cell of which no curve is kept.
    """
    known = tests_of_cells(store)
    chosen = [test for cell in dict.fromkeys(cells) for test in known if test.cell == cell][:MOST]
    for cell in cells:
        if cell not in {test.cell for test in known}:
            names = ", ".join(dict.fromkeys(test.cell for test in known)) or "none"
            raise CurvesError(f"no curve of {cell!r} is kept; cells with curves: {names}")
    files = [folder.file(test.series.sha256) for test in chosen]
    for test, file in zip(chosen, files, strict=True):
        if not file.is_file():
            raise CurvesError(f"the file of {test.series.title} is not beside the store")
    read = [curves(file, test.series) for test, file in zip(chosen, files, strict=True)]
    return Drawn(chosen, _charts(read), read)


def _charts(read: Sequence[Curves]) -> list[Chart]:
    unit = {name: unit for each in read for name, unit in each.units.items()}
    volt, held = f"Voltage [{unit['CellVoltage']}]", f"Charge taken less charge given [{read[0].held_unit}]"
    charts = (
        _chart(volt, "hours", [(one.hours, one.voltage) for one in read]),
        _chart(
            f"Current [{unit.get('CellCurrent', '')}]", "hours", [(one.hours, one.current) for one in read]
        ),
        _chart(held, "hours", [(one.hours, one.held) for one in read]),
        _chart(volt, held[0].lower() + held[1:], [(one.held, one.voltage) for one in read]),
    )
    return [chart for chart in charts if chart]


def _chart(title: str, over: str, curves: Sequence[tuple[list[float], list[float]]]) -> Chart | None:
    told = [(style, xs, ys) for style, (xs, ys) in enumerate(curves) if xs and ys]
    if not told:
        return None
    flat, up = across([x for _, xs, _ in told for x in xs]), upward([y for _, _, ys in told for y in ys])
    lines = [
        Line(path((flat.at(x), up.at(y)) for x, y in zip(xs, ys, strict=True)), style)
        for style, xs, ys in told
    ]
    return Chart(title, over, lines, up.ticks(), flat.ticks(8))
