"""The curves of a cell: as the cycler counted the charge, else as its current gives it."""

import math
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from pilotline.series.curves import Column, Series
from pilotline.series.formation import curves

COLUMNS = {
    "Time (s)": ("", "s"),
    "U": ("CellVoltage", "V"),
    "I": ("CellCurrent", "A"),
    "in": ("ChargeCapacity", "Ah"),
    "out": ("DischargeCapacity", "Ah"),
}
ROWS = {
    "Time (s)": [100.0, 3700.0, 7300.0],
    "U": [3.0, 4.2, 3.0],
    "I": [2.0, 2.0, -2.0],
    "in": [0.0, 2.0, 2.0],
    "out": [0.0, 0.0, 1.5],
}


def series(tmp_path: Path, *names: str) -> tuple[Path, Series]:
    file = tmp_path / "test.parquet"
    pyarrow.parquet.write_table(pa.table({name: ROWS[name] for name in names}), file)
    columns = tuple(Column(name, *COLUMNS[name]) for name in names)
    return file, Series("urn:x", "test", "0", 3, columns, ())


def test_the_charge_is_what_the_cycler_counted(tmp_path: Path) -> None:
    told = curves(*series(tmp_path, *COLUMNS))
    assert (told.hours, told.voltage, told.held) == ([0.0, 1.0, 2.0], [3.0, 4.2, 3.0], [0.0, 2.0, 0.5])
    assert (told.charge, told.discharge, told.held_unit) == (2.0, 1.5, "Ah")


def test_without_a_count_the_current_is_integrated(tmp_path: Path) -> None:
    told = curves(*series(tmp_path, "Time (s)", "U", "I"))
    assert all(math.isclose(a, b) for a, b in zip(told.held, [0.0, 2.0, 2.0], strict=True))
    assert (told.charge, told.discharge, told.held_unit) == (None, None, "A h")
