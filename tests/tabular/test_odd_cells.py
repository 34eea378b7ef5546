"""Cells as people and instruments write them: read as they are meant, or told in one clear sentence."""

from collections.abc import Callable, Sequence
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from pilotline.datasets.dataset import Staged
from pilotline.namespaces import PL

Stage = Callable[[str, Sequence[Path]], Staged]
HEAD = """
mapping: odd
version: 1
dataset: {id: odd, title: Odd, licence: CC0-1.0}
source: {decimal: ",", timezone: Europe/Berlin, dates: "%d.%m.%Y %H:%M"}
tables:
  - file: "*"
"""
CELLS = """
    row: {measurement: {lot: {kind: cell, id: [Cell]}}}
    columns:
      Value: {parameter: PARAMETER, kind: measured, UNIT}
"""
CURVES = """
    header: 3
    unit_row: 4
    cells: {Slurry: B1}
    row:
      curve: {lot: {kind: slurry, id: [Slurry]}}
      over: {column: Strain, parameter: ShearStrain}
    columns:
      Modulus: {parameter: StorageModulus, kind: measured}
      Status: {ignore: true}
      Point: {ignore: true}
"""
RUNS = """
    row:
      run: {step: Coating, id: [Run]}
      start: {column: [Day, Start]}
      end: {column: [Day, End]}
"""


def told(staged: Staged) -> list[str]:
    return [f"{each.cell}: {each.message}" for each in staged.findings if each.code != "Column-convention"]


def numbers(staged: Staged, name: str) -> list[float]:
    lines = staged.quads.read_text(encoding="utf-8").splitlines()
    return [float(line.split('"')[1]) for line in lines if f"<{PL}{name}>" in line]


def as_text(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    path.write_text("\n".join("\t".join(row) for row in rows) + "\n", encoding="utf-8")
    return path


def of_cells(parameter: str, unit: str) -> str:
    return HEAD + CELLS.replace("PARAMETER", parameter).replace("UNIT", f'unit: "{unit}"')


@pytest.mark.parametrize(
    ("content", "shown", "si"),
    [
        (2.1, '0.00" Ah"', 7560.0),
        (2100, '#,##0" mAh"', 7560.0),
        (2100, r"0\ \m\A\h", 7560.0),
        (2100, 'General" mAh";[Red]-General" mAh"', 7560.0),
        (2100, '0.0," Ah"', 7560.0),
        (2.1, '0.0" pieces"', 7560.0),
        (2.1, "0.0_ ", 7560.0),
    ],
)
def test_a_unit_in_the_format_of_a_number_cell_is_its_unit(
    content: float, shown: str, si: float, staged: Stage, tmp_path: Path
) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Cell", "Value"])
    sheet.append(["Z1", content])
    sheet["B2"].number_format = shown
    book.save(tmp_path / "cells.xlsx")
    assert numbers(staged(of_cells("Capacity", "Ah"), [tmp_path / "cells.xlsx"]), "siValue") == [si]


@pytest.mark.parametrize(
    ("content", "si"),
    [(time(1, 30), 5400.0), (timedelta(hours=26), 93600.0), (timedelta(minutes=80), 4800.0), (2.5, 9000.0)],
)
def test_a_duration_in_a_cell_of_excel_is_exact(
    content: Any, si: float, staged: Stage, tmp_path: Path
) -> None:
    book = Workbook()
    book.worksheets[0].append(["Cell", "Value"])
    book.worksheets[0].append(["Z1", content])
    book.save(tmp_path / "cells.xlsx")
    assert numbers(staged(of_cells("HoldingTime", "h"), [tmp_path / "cells.xlsx"]), "siValue") == [si]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3,61*", "row 2, column 2: '3,61*': '*' behind the number is no unit; put remarks in a column of"),
        ("36 (again)", "row 2, column 2: '36 (again)': '(again)' behind the number is no unit; put remarks"),
        ("3O", "row 2, column 2: '3O': unknown unit 'O'"),
        ("1 234,5", "row 2, column 2: '1 234,5' is not a number; say `thousands: ' '` in the mapping if"),
    ],
)
def test_what_is_wrong_with_a_number_is_told(text: str, message: str, staged: Stage, tmp_path: Path) -> None:
    path = as_text(tmp_path / "cells.txt", [["Cell", "Value"], ["Z1", text]])
    (found,) = told(staged(of_cells("OpenCircuitVoltage", "V"), [path]))
    assert found.startswith(message)


def curve(*points: str) -> list[list[str]]:
    head = [["Slurry", "S-7"], [], ["Point", "Strain", "Modulus", "Status"], ["", "%", "[Pa]", "[]"]]
    rows = [[str(number), *point.split("|"), "ok"] for number, point in enumerate(points, 1)]
    return [*head, *rows]


def test_points_of_a_curve_are_in_the_unit_of_the_curve(staged: Stage, tmp_path: Path) -> None:
    found = staged(HEAD + CURVES, [as_text(tmp_path / "a.txt", curve("0,1|1200", "1|1,1 kPa", "10|900"))])
    assert numbers(found, "ordinate") == [1200.0, 1100.0, 900.0]
    assert numbers(found, "siOrdinate") == [1200.0, 1100.0, 900.0]


def test_what_a_point_of_a_curve_cannot_keep_is_told_at_its_row(staged: Stage, tmp_path: Path) -> None:
    found = told(staged(HEAD + CURVES, [as_text(tmp_path / "a.txt", curve("0,1|12 ± 2", "1|"))]))
    assert found[0].startswith("row 5, column 3: '12 ± 2' says how uncertain a point of a curve is")
    assert found[1].startswith("row 6, column 2: the row adds nothing")


@pytest.mark.parametrize(
    ("day", "start", "end", "messages"),
    [
        ("13.03.2025", "8:15", "9:00", []),
        (
            "13.03.2025",
            "8:15",
            "",
            ["row 2, column 4: 'End' is empty, so '13.03.2025' beside it gives no time"],
        ),
        (
            "30.03.2025",
            "2:30",
            "3:30",
            [
                "row 2, column 2: no 02:30 was on 2025-03-30 in Europe/Berlin: the clocks were put forward; "
                "it is read as 2025-03-30T02:30:00+01:00"
            ],
        ),
        (
            "26.10.2025",
            "1:30",
            "2:30",
            [
                "row 2, column 2: 02:30 came twice on 2025-10-26 in Europe/Berlin: the clocks were put back; "
                "it is read as 2025-10-26T02:30:00+02:00"
            ],
        ),
    ],
)
def test_a_time_that_is_not_clear_is_told(
    day: str, start: str, end: str, messages: list[str], staged: Stage, tmp_path: Path
) -> None:
    path = as_text(tmp_path / "runs.txt", [["Run", "Day", "Start", "End"], ["1", day, start, end]])
    assert told(staged(HEAD + RUNS, [path])) == messages


def test_a_day_alone_is_kept_where_a_format_says_so(staged: Stage, tmp_path: Path) -> None:
    rows = [["Run", "Day", "Start", "End"], ["1", "13.03.2025", "", "9:00"]]
    mapping = (HEAD + RUNS).replace('"%d.%m.%Y %H:%M"', '["%d.%m.%Y %H:%M", "%d.%m.%Y"]')
    found = staged(mapping, [as_text(tmp_path / "runs.txt", rows)])
    assert told(found) == []
    assert '"2025-03-13"' in found.quads.read_text(encoding="utf-8")


def test_samples_in_columns_may_stand_below_a_title(staged: Stage, tmp_path: Path) -> None:
    rows = [["Protocol of line 1"], ["", "Unit", "M1", "M2"], ["Solids", "wt%", "62,1", "61,9"]]
    table = "    transposed: true\n    unit_row: 2\n" + CELLS.replace(
        "cell, id: [Cell]", "slurry, id: [head]"
    )
    mapping = HEAD + table.replace("Value: {parameter: PARAMETER", "Solids: {parameter: SolidContent")
    found = staged(mapping.replace(", UNIT", ""), [as_text(tmp_path / "a.txt", rows)])
    assert numbers(found, "siValue") == [0.621, 0.619]


@pytest.mark.parametrize(
    ("text", "scale", "bounds"),
    [("<2", "10", ["UpperBound"]), ("<2", "-1", ["LowerBound"]), ("2–3", "10", ["LowerBound", "UpperBound"])],
)
def test_a_bound_is_scaled_like_a_number(
    text: str, scale: str, bounds: list[str], staged: Stage, tmp_path: Path
) -> None:
    path = as_text(tmp_path / "cells.txt", [["Cell", "Value"], ["Z1", text]])
    found = staged(of_cells("OpenCircuitVoltage", "V").replace('"V"', f'"V", scale: {scale}'), [path])
    said = {name: numbers(found, f"si{name}") for name in ("LowerBound", "UpperBound")}
    assert [name for name in said if said[name]] == bounds
    assert all(abs(number) >= 2 for values in said.values() for number in values)


@pytest.mark.parametrize(
    ("header", "unit", "expected"),
    [
        ("Value (mV)", "V", ["row 1, column 2: the header says 'mV', the mapping `unit: V`, which is taken"]),
        ("Value (V)", "V", []),
        ("Value (batch)", "V", []),
    ],
)
def test_a_header_with_another_unit_than_the_mapping_is_told(
    header: str, unit: str, expected: list[str], staged: Stage, tmp_path: Path
) -> None:
    path = as_text(tmp_path / "cells.txt", [["Cell", header], ["Z1", "3,6"]])
    assert told(staged(of_cells("OpenCircuitVoltage", unit), [path])) == expected
