"""Turns the formation of a few cells into the files of their cycler: voltage, current, charge over time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import exp

from pilotline.demo.cell_files import channel, cycler, formed
from pilotline.demo.plan import noise
from pilotline.demo.products import Cell
from pilotline.demo.tables import Record, Table, clock, fixed, table

# The cell of the README and its neighbour, one that was filled twice, one whose self-discharge was too high.
CURVES = (58, 117, 118, 133)
_EVERY = 300  # s
_REST = 1800  # s between charge and discharge
_CURRENT = 60.0  # mA: 0.1 C of the nominal 600 mAh
_HOUR = 3600


@dataclass(frozen=True)
class _Stage:
    """A part of the first cycle. current: mA, positive where it charges."""

    seconds: float
    current: float


def curves(cells: Iterable[Cell]) -> Iterator[Table]:
    """Yield a table for each cell whose curve is kept; its name is that of the formation run."""
    for cell in cells:
        if cell.number in CURVES:
            above = (("Cycler", cycler(cell)), ("Channel", channel(cell)), ("Start", clock(formed(cell))))
            yield replace(table(f"FO-{cell.number:04d}", _readings(cell)), above=above)


def _readings(cell: Cell) -> Iterator[Record]:
    """Yield the rows of the first cycle: charge, rest, discharge."""
    rng = noise(f"formation curve {cell.lot}")
    charge, discharge = (round(each, 1) for each in (cell.charge_capacity, cell.discharge_capacity))
    charging = _Stage(charge / _CURRENT * _HOUR, _CURRENT)
    discharging = _Stage(discharge / _CURRENT * _HOUR, -_CURRENT)
    start = 0.0
    for stage in (charging, _Stage(_REST, 0.0), discharging):
        for seconds in _times(stage.seconds):
            moved = abs(stage.current) * seconds / _HOUR
            taken = moved if stage is charging else charge
            given = moved if stage is discharging else 0.0
            yield {
                "Test time (s)": fixed(start + seconds, 0),
                "Cycle": 1,
                "Current (mA)": fixed(stage.current + (rng.gauss(0, 0.02) if stage.current else 0.0), 2),
                "Voltage (V)": fixed(_voltage(stage, taken / charge, given / discharge, seconds), 4),
                "Charge (mAh)": fixed(taken, 1),
                "Discharge (mAh)": fixed(given, 1),
            }
        start += stage.seconds


def _times(seconds: float) -> Iterator[float]:
    """Yield the times of a stage at which the cycler writes a row; the last is its end."""
    yield from (float(time) for time in range(1, int(seconds), _EVERY))
    yield seconds


def _voltage(stage: _Stage, taken: float, given: float, seconds: float) -> float:
    """Return the voltage of a full cell; taken, given: fractions of the charge and discharge capacity."""
    if stage.current > 0:
        return 3.60 + 0.60 * taken - 0.60 * exp(-taken / 0.03)
    if stage.current == 0:
        return 4.16 + 0.04 * exp(-seconds / 400)
    return 4.13 - 0.63 * given - 0.70 * exp((given - 1) / 0.05)
