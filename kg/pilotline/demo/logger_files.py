"""Turns drying runs into the file of the dryer's logger and the register of its channels."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pilotline.demo.electrode_files import ended, started
from pilotline.demo.plan import ROLLS, Roll, noise
from pilotline.demo.tables import Record, Table, fixed, table
from pilotline.demo.web import SIDES

_EVERY = timedelta(seconds=10)
_ZONES = range(1, 6)
_UNITS = {**{f"DR1.T{n}": "°C" for n in _ZONES}, "DR1.AIR": "m³/h", "DR1.V": "m/min"}
# What is wrong with the log, by run and channel; offsets in samples.
_STUCK = {("A02-B", "DR1.T4"): range(40, 70)}
_GAP = {"C02-A": range(60, 69)}
_TWICE = {"C03-B": 33}


@dataclass(frozen=True)
class Reading:
    """One logged value."""

    run: str
    time: datetime
    channel: str
    value: float


def channels() -> Table:
    """Return channels.csv: what each channel of the logger records."""
    return table("channels", map(_channel, _UNITS))


def _channel(name: str) -> Record:
    return {
        "Channel": name,
        "Equipment": "dryer-1",
        "Zone": name[-1] if name.startswith("DR1.T") else "",
        "Parameter": {"DR1.AIR": "air flow", "DR1.V": "line speed"}.get(name, "air temperature"),
        "Unit": _UNITS[name],
        "Set or actual": "actual",
        "Lower limit": {"DR1.AIR": "1180"}.get(name, ""),
        "Upper limit": {"DR1.AIR": "1220"}.get(name, "140" if name.startswith("DR1.T") else ""),
    }


def log() -> Table:
    """Return dryer-log.csv: one row for each value, with a gap, a stuck sensor and a stamp written twice."""
    rows: list[Record] = []
    for reading in _all_readings():
        row: Record = {
            "Time": reading.time.strftime("%Y-%m-%d %H:%M:%S"),
            "Channel": reading.channel,
            "Value": _typed(reading),
        }
        rows += [row, row] if _is_twice(reading) else [row]
    return table("dryer-log", rows)


def _typed(reading: Reading) -> str:
    digits = {"DR1.AIR": 0, "DR1.V": 3}.get(reading.channel, 1)
    return fixed(reading.value, digits)


def _all_readings() -> list[Reading]:
    readings = [reading for roll in ROLLS for side in SIDES for reading in _run_readings(roll, side)]
    return sorted(readings, key=lambda reading: reading.time)


def _is_twice(reading: Reading) -> bool:
    sample = _TWICE.get(reading.run)
    return sample is not None and reading.time == _starts()[reading.run] + sample * _EVERY


def _starts() -> dict[str, datetime]:
    return {f"{roll.lot}-{side}": started(roll, side) for roll in ROLLS for side in SIDES}


def _run_readings(roll: Roll, side: str) -> Iterator[Reading]:
    run = f"{roll.lot}-{side}"
    targets = {f"DR1.T{n}": (roll.zones[n - 1] - 0.6, 0.7) for n in _ZONES}
    targets |= {"DR1.AIR": (1200.0, 9.0), "DR1.V": (roll.speed, 0.006)}
    samples = int((ended(roll, side) - started(roll, side)) / _EVERY) + 1
    for channel, (mean, sigma) in targets.items():
        rng = noise(f"log {run} {channel}")
        value = mean
        for sample in range(samples):
            fresh = rng.gauss(mean, sigma)
            value = value if sample in _STUCK.get((run, channel), ()) else fresh
            if sample not in _GAP.get(run, ()):
                yield Reading(run, started(roll, side) + sample * _EVERY, channel, value)
