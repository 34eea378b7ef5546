"""What sheets of more labs hold: inches, notes below a table, merged cells under a unit, a clock alone."""

from collections.abc import Callable, Sequence
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from pilotline.findings import Finding
from pilotline.iris import Scope
from pilotline.quantities.units import Units
from pilotline.tabular.ledger import trial
from pilotline.tabular.mapper import job_of
from pilotline.tabular.model import Mapping
from pilotline.tabular.reading import parse_mapping
from pilotline.tabular.suggestion import suggest
from pilotline.vocabulary.terms import Vocabulary

HEAD = """\
mapping: labs
version: 1
scope: lab-y
dataset: {id: labs, title: Sheets of labs, licence: CC0-1.0}
source: {timezone: Europe/Berlin}
tables:
  - file: sheet.xlsx
"""
Rows = Sequence[list[Any]]


@pytest.fixture
def drafted(tmp_path: Path, vocabulary: Vocabulary, units: Units) -> Callable[[str, Rows], Mapping]:
    def draft(name: str, rows: Rows) -> Mapping:
        saved(tmp_path / name, rows)
        return parse_mapping(suggest(tmp_path / name, vocabulary, units), "draft")

    return draft


@pytest.fixture
def told(tmp_path: Path, vocabulary: Vocabulary, units: Units) -> Callable[..., list[Finding]]:
    def tell(table: str, rows: Rows, merged: str = "") -> list[Finding]:
        saved(tmp_path / "sheet.xlsx", rows, merged)
        job = job_of(parse_mapping(HEAD + table, "labs.yaml"), Scope("lab-y"), vocabulary, units)
        uses, _ = trial(job, tmp_path / "sheet.xlsx")
        return [finding for use in uses for finding in use.findings if finding.code != "Notes-kept"]

    return tell


def saved(path: Path, rows: Rows, merged: str = "") -> None:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    if merged:
        book.worksheets[0].merge_cells(merged)
    book.save(path)


def test_inches_are_drafted_as_inches(drafted: Callable[[str, Rows], Mapping]) -> None:
    rows: Rows = [["Cell", "Separator dia. [in.]", "Spacer thickness (in)", "Web temperature (in)"]]
    (table,) = drafted("coin cells.xlsx", [*rows, ["C1", 0.75, 0.02, 21], ["C2", 0.75, 0.02, 22]]).tables
    units = {header: (line.parameter, line.unit, line.condition) for header, line in table.columns.items()}
    assert units == {
        "Separator dia. [in.]": ("SeparatorDiameter", None, None),
        "Spacer thickness (in)": ("SpacerThickness", "inch", None),
        "Web temperature (in)": ("WebTemperature", "°C", "before"),
    }


def test_a_number_of_a_cell_in_one_word_names_the_cell(drafted: Callable[[str, Rows], Mapping]) -> None:
    rows: Rows = [["Zellnummer", "OCV (V)"], ["Z1", 3.65], ["Z2", 3.66], ["Z1", 3.64]]
    (table,) = drafted("ocv.xlsx", rows).tables
    lot = getattr(table.row, "measurement").lot  # noqa: B009 - rows of any kind
    assert (lot.kind, lot.id) == ("cell", ("Zellnummer",))


def test_the_status_of_points_parts_no_curve(drafted: Callable[[str, Rows], Mapping]) -> None:
    head = ["Sample", "Shear rate (1/s)", "Viscosity (mPa·s)", "Status"]
    rows: Rows = [head, ["S1", 1, 900, "OK"], ["S1", 10, 400, "M-"], ["S1", 100, 200, "OK"]]
    (table,) = drafted("flow.xlsx", rows).tables
    assert getattr(table.row, "condition") is None  # noqa: B009 - rows of any kind


def test_a_column_of_times_is_a_start_and_no_parameter(drafted: Callable[[str, Rows], Mapping]) -> None:
    head = ["Charge", "Mischdatum", "Feststoffgehalt/%"]
    rows: Rows = [head, ["B1", "2025-05-01", 62], ["B2", "2025-05-02", 61.8]]
    (table,) = drafted("mischen.xlsx", rows).tables
    assert getattr(table.row, "start") == "Mischdatum"  # noqa: B009 - rows of any kind
    assert list(table.columns) == ["Feststoffgehalt/%"]


def test_an_x_is_a_mark_where_no_numbers_stand(drafted: Callable[[str, Rows], Mapping]) -> None:
    rows: Rows = [["Run", "Line load (N/mm)", "n.i.O."], ["1", 100, "x"], ["2", "-", ""], ["3", 150, ""]]
    assert drafted("calendering.xlsx", rows).source.missing == ("", "-")
    rows = [["Run", "Line load (N/mm)"], ["1", 100], ["2", "x"], ["3", 150]]
    assert drafted("calendering.xlsx", rows).source.missing == ("", "x")


def test_the_unit_in_the_name_of_a_parameter_is_drafted(drafted: Callable[[str, Rows], Mapping]) -> None:
    head = ["Sample", "Parameter", "Value"]
    rows: Rows = [head, ["S1", "Viscosity/mPa·s", 1200], ["S2", "Viscosity/mPa·s", 1250]]
    (table,) = drafted("slurry.xlsx", rows).tables
    assert table.long
    assert table.long.parameters["Viscosity/mPa·s"].unit == "mPa·s"


RUNS = """\
    fill_down: [Roll]
    row:
      run: {step: Calendering, id: [Run]}
      inputs: [{kind: roll, id: [Roll]}]
    columns:
      Line load (N/mm): {parameter: CalenderingLineLoad}
"""


def test_a_note_below_a_table_is_told(told: Callable[..., list[Finding]]) -> None:
    rows = [["Run", "Roll", "Line load (N/mm)"], ["1", "A", 100], ["2", "A", 150], ["3", None, None]]
    found = told(RUNS, [*rows, ["* measured again on 12 May"]])
    assert [(each.code, each.cell) for each in found] == [("Row-alone", "A5")]


def test_a_merged_column_is_filled_down_by_its_name_without_unit(
    told: Callable[..., list[Finding]],
) -> None:
    table = """\
    fill_down: [Solids]
    row: {run: {step: Mixing, id: [Batch]}}
    columns:
      Solids: {parameter: SolidContent, bearer: run}
"""
    rows = [["Batch", "Solids (wt.%)"], ["B1", 62], ["B2", None]]
    assert told(table, rows, "B2:B3") == []


def test_a_time_of_the_day_alone_needs_its_day(told: Callable[..., list[Finding]]) -> None:
    table = """\
    row:
      run: {step: Mixing, id: [Batch]}
      start: Start
    columns:
      Solids (wt.%): {parameter: SolidContent, bearer: run}
"""
    (found,) = told(table, [["Batch", "Start", "Solids (wt.%)"], ["B1", time(8, 5), 62]])
    assert (found.cell, found.hint) == (
        "B2",
        "name the column of its day, too, such as `{column: [Day, Start]}`",
    )
