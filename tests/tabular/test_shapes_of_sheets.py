"""Sheets that are no plain table: parameters in rows, several tables in one, merged and summary rows."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from pilotline.datasets.dataset import SourceError, Staged
from pilotline.findings import Severity

HEAD = """
mapping: shapes
version: 1
dataset: {id: shapes, title: Shapes, licence: CC0-1.0}
tables:
"""
Stage = Callable[[str, Sequence[Path]], Staged]
VALUE = re.compile(r"<\S*/([\w-]+)/q/(\w+)/\S*> <\S*#cell> <\S*cell=([A-Z]+\d+|\d+,\d+)> ")


def saved(path: Path, rows: Sequence[list[Any]], merged: Sequence[str] = ()) -> Path:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    workbook.save(path)
    return path


def values(staged: Staged) -> set[tuple[str, str, str]]:
    """Return of each quantity its thing, its parameter and its cell."""
    return set(VALUE.findall(staged.quads.read_text(encoding="utf-8")))


def told(staged: Staged, *least: Severity) -> list[tuple[str, str]]:
    return [(each.code, each.cell) for each in staged.findings if each.severity in (least or list(Severity))]


PIVOT = """
  - file: "*"
    transposed: true
    unit_row: 2
    row:
      measurement: {lot: {kind: slurry, id: [NAMES]}}
      time: Date
    columns:
      Solid content: {parameter: SolidContent, kind: measured}
      Density: {parameter: Density, kind: measured, missing: ["n.a."]}
"""
PIVOTED: list[list[Any]] = [
    ["Slurry", "Unit", "S21", "S22"],
    ["Date", None, "2025-03-17", "2025-03-18"],
    ["Solid content", "%", 62.1, 61.8],
    ["Density", "g/cm³", 2.01, "n.a."],
]


def test_parameters_in_rows_are_read_and_keep_their_cells(staged: Stage, tmp_path: Path) -> None:
    mapping = HEAD + PIVOT.replace("NAMES", "Slurry")
    found = staged(mapping, [saved(tmp_path / "slurries.xlsx", PIVOTED)])
    cells = {("slurry-S21", "SolidContent", "C3"), ("slurry-S22", "SolidContent", "D3")}
    assert values(found) == cells | {("slurry-S21", "Density", "C4")}
    assert told(found) == []


def test_names_without_a_header_are_headed_head(staged: Stage, tmp_path: Path) -> None:
    path = tmp_path / "slurries.csv"
    rows = [["", "", "S21", "S22"], *PIVOTED[1:]]
    path.write_text("\n".join(";".join(str(cell or "") for cell in row) for row in rows), encoding="utf-8")
    found = staged(HEAD + PIVOT.replace("NAMES", "head"), [path])
    assert ("slurry-S22", "SolidContent", "3,4") in values(found)


STACKED: list[list[Any]] = [
    ["Cell", "Mass (g)"],
    ["P1", 24.18],
    ["P2", 24.2],
    ["Mean", 24.19],
    [],
    ["Electrolyte", "Density (g/cm³)"],
    ["EL57", 1.2],
    [],
    ["signed", "JM"],
]
TABLES = """
  - file: "*.xlsx"
    last: 4
    skip: {Cell: [mean, "s*d"]}
    row: {measurement: {lot: {kind: cell, id: [Cell]}}}
    columns: {Mass: {parameter: CellMass, kind: measured}}
  - file: "*.xlsx"
    header: 6
    last: 7
    row: {measurement: {lot: {kind: electrolyte, id: [Electrolyte]}}}
    columns: {Density: {parameter: Density, kind: measured}}
"""


def test_two_tables_of_one_sheet_leave_nothing_out_unsaid(staged: Stage, tmp_path: Path) -> None:
    found = staged(HEAD + TABLES, [saved(tmp_path / "cells.xlsx", STACKED)])
    masses = {("cell-P1", "CellMass", "B2"), ("cell-P2", "CellMass", "B3")}
    assert values(found) == masses | {("electrolyte-EL57", "Density", "B7")}
    assert told(found) == [("Rows-skipped", "A4"), ("Rows-below", "A9")]


def test_a_summary_says_how_it_is_left_out(staged: Stage, tmp_path: Path) -> None:
    mapping = HEAD + TABLES.replace('    skip: {Cell: [mean, "s*d"]}\n', "")
    found = staged(mapping, [saved(tmp_path / "cells.xlsx", STACKED)])
    (summary,) = (each for each in found.findings if each.code == "Row-summary")
    assert (summary.cell, summary.hint) == ("A4", "leave summaries out: `skip: {Cell: [Mean]}`")


MERGED: list[list[Any]] = [
    ["Slurry", "No", "Solid content (%)", "Density (g/cm³)", "Room", "Remark"],
    ["S21", 1, 62.1, "=B2/31", "L1", "=A2"],
    [None, 2, 62.3, 2.01, None, "ok"],
    ["S22", 1, 61.8, None, "#REF!", None],
]
MEASURED = """
  - file: "*"
    row:
      measurement: {lot: {kind: slurry, id: [Slurry]}}
      condition: Room
      replicate: No
    columns:
      Solid content: {parameter: SolidContent, kind: measured}
      Density: {parameter: Density, kind: measured}
      Remark: {note: true}
"""


def test_what_formulas_and_merged_cells_hide_is_told(staged: Stage, tmp_path: Path) -> None:
    path = saved(tmp_path / "s.xlsx", MERGED, ["A2:A3", "C4:D4", "E2:E3"])
    found = staged(HEAD + MEASURED, [path])
    assert set(told(found, Severity.VIOLATION)) == {
        ("Cell-number", "D2"),
        ("Row-identity", "A3"),
        ("Cell-broken", "E4"),
        ("Cells-merged", "C4"),
    }
    assert set(told(found, Severity.WARNING)) == {
        ("Cell-broken", "F2"),
        ("Cells-merged", "A2"),
        ("Cells-merged", "E2"),
    }
    filled = MEASURED.replace('file: "*"', 'file: "*"\n    fill_down: [Slurry, Room]')
    again = staged(HEAD + filled, [path])
    assert ("slurry-S21", "Density", "D3") in values(again)
    assert "Row-identity" not in dict(told(again))


def test_what_is_said_of_rows_is_refused_for_records(staged: Stage, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('[{"Slurry": "S21"}]', encoding="utf-8")
    with pytest.raises(SourceError, match="`fill_down:` is for sheets and texts, not for records"):
        staged(
            HEAD + MEASURED.replace('file: "*"', 'file: "*"\n    fill_down: [Slurry]'), [tmp_path / "s.json"]
        )


def test_notes_at_cells_are_told_but_not_those_of_a_template(staged: Stage, tmp_path: Path) -> None:
    path = saved(tmp_path / "s.xlsx", [["Slurry", "No", "Room"], ["S21", 1, "L1"]])
    workbook = load_workbook(path)
    workbook.worksheets[0]["A1"].comment = Comment("the lot", "Pilotline")
    workbook.worksheets[0]["A2"].comment = Comment("mixed twice", "JM")
    workbook.save(path)
    columns = MEASURED.partition("    columns:")[0] + "    columns: {}\n"
    found = staged(HEAD + columns, [path])
    assert [each for each in told(found) if each[0] == "Table-notes"] == [("Table-notes", "A2")]


CHOSEN = """
  - file: "*"
    header: 2
    cells: {Batch: B1}
    where: {Kind: slurry}
    row: {measurement: {lot: {kind: slurry, id: [Batch]}}}
    columns: {Density: {parameter: Density, kind: measured}}
  - file: "*"
    header: 2
    where: {Kind: roll}
    row: {measurement: {lot: {kind: roll, id: [Roll]}}}
    columns: {Density: {parameter: CalenderedDensity, kind: measured}}
"""


def test_tables_that_choose_rows_are_read_together_though_one_takes_cells(
    staged: Stage, tmp_path: Path
) -> None:
    path = tmp_path / "d.csv"
    text = "Batch;S1;\nKind;Roll;Density (g/cm³)\nslurry;;2.0\nroll;R1;3.1\n"
    path.write_text(text, encoding="utf-8")
    found = staged(HEAD + CHOSEN, [path])
    assert values(found) == {("slurry-S1", "Density", "3,3"), ("roll-R1", "CalenderedDensity", "4,3")}
    assert told(found, Severity.VIOLATION) == []


LONG = """
  - file: "*"
    row: {measurement: {lot: {kind: slurry, id: [Batch]}}}
    long:
      parameter: Parameter
      value: Value
      unit: Unit
      parameters:
        Speed: {parameter: MixerRotationalSpeed, kind: set, unit: rpm}
"""


def test_a_unit_of_the_mapping_that_the_cell_contradicts_is_told(staged: Stage, tmp_path: Path) -> None:
    path = tmp_path / "mixing.csv"
    path.write_text("Batch;Parameter;Value;Unit\nS1;Speed;500;1/min\nS2;Speed;8;1/s\n", encoding="utf-8")
    found = staged(HEAD + LONG, [path])
    (finding,) = (each for each in found.findings if each.code == "Cell-unit")
    assert (finding.cell, finding.value) == ("row 3, column 4", "1/s")
