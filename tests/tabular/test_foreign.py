"""Ugly sheets of other labs, mapped by docs/mapping.md alone: no cell that holds something is lost."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from pilotline.findings import Finding
from pilotline.iris import Scope
from pilotline.quantities.units import Units
from pilotline.tabular.files import tables_for
from pilotline.tabular.ledger import Fate, trial
from pilotline.tabular.mapper import job_of
from pilotline.tabular.model import Mapping, Table
from pilotline.tabular.reading import parse_mapping, read_mapping
from pilotline.vocabulary.terms import Vocabulary

FOREIGN = Path(__file__).parent / "foreign"
CASES = Path(__file__).parent / "cases"
Fates = dict[tuple[str, str], list[Fate]]


@pytest.fixture(scope="session")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the text files and two workbooks."""
    folder = tmp_path_factory.mktemp("foreign")
    for path in FOREIGN.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    calendering().save(folder / "calendering.xlsx")
    formation().save(folder / "formation.xlsx")
    return folder


def calendering() -> Workbook:
    """Group headers, merged cells, formulas, a percentage, a hidden sheet, notes beside the table."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Trials"
    rows: list[list[Any]] = [
        ["Calender", "Saueressig 2", None, "printed 3 March"],
        [],
        ["Trial", None, "Electrode", "Roll", None, None, "Result"],
        [
            "No",
            "Date",
            "Roll",
            "Gap (µm)",
            "Line load (kN/m)",
            "Temperature (°C)",
            "Thickness (µm)",
            "Porosity",
            "Remark",
        ],
        [1, datetime(2025, 3, 3, 9, 30), "R1", 80, 120, 60, 118.5, 0.35, None],  # noqa: DTZ001
        [2, datetime(2025, 3, 3, 10, 0), "R2", 0, 150, None, 112, 0.31, "gap not read", "see mail"],  # noqa: DTZ001
        [3, date(2025, 3, 4), "R3", 70, "=E6*1.1", None, "-", "#DIV/0!", None],
        ["Mean", None, None, "=AVERAGE(D5:D7)", None, None, 115.25],
    ]
    for row in rows:
        sheet.append(row)
    sheet["H5"].number_format = "0 %"
    sheet.merge_cells("F5:F7")
    old = workbook.create_sheet("old data")
    old.append(["Gap", 95])
    old.sheet_state = "hidden"
    workbook.create_sheet("Tabelle2")
    return workbook


def formation() -> Workbook:
    """A row of units, a header that stands twice, 0 for "not measured", dates as texts, a hidden column."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Zellen"
    rows: list[list[Any]] = [
        ["Zelle", "Typ", "Start", "Kapazität", "Kapazität", "CE", "C-Rate", "Kanal"],
        [None, None, None, "mAh", "mAh", "%", None, None],
        ["C1", "Halbzelle", datetime(2025, 4, 1, 8), 4.1, 3.5, 85.4, 0.1, 3],  # noqa: DTZ001
        ["C2", "Vollzelle", "2025-04-01", "4,2", "3,6", "85,7 %", "C/10", 4],
        ["C3", "Vollzelle", datetime(2025, 4, 2), 0, 0, None, 0.1, 5],  # noqa: DTZ001
        ["C3", "Vollzelle", datetime(2025, 4, 2), 4.0, 3.4, 0.85, 0.1, 5],  # noqa: DTZ001
        [None, None, None, 4.4, None, None, None, None],
    ]
    for row in rows:
        sheet.append(row)
    sheet.column_dimensions["H"].hidden = True
    return workbook


def tried(mapping: Mapping, path: Path, vocabulary: Vocabulary, units: Units) -> tuple[Fates, list[Finding]]:
    fates: Fates = {}

    def account(_: str, sheet: str, place: str, fate: Fate) -> None:
        fates.setdefault((sheet, place), []).append(fate)

    uses, rest = trial(job_of(mapping, Scope("lab"), vocabulary, units), path, account)
    return fates, [each for use in uses for each in use.findings] + rest


def filled(path: Path) -> Iterator[tuple[str, str, int, int]]:
    """Yield sheet, place, row and column (from 0) of each cell of a file that holds something."""
    if path.suffix == ".xlsx":
        for sheet in load_workbook(path).worksheets:
            for cells in sheet.iter_rows():
                for cell in cells:
                    if cell.value is not None:
                        yield sheet.title, cell.coordinate, int(cell.row or 0), int(cell.column or 0) - 1
        return
    text = path.read_text(encoding="cp1252" if path.parent.name == "german_coating" else "utf-8")
    delimiter = ";" if text.splitlines()[0].count(";") else "\t" if "\t" in text else ","
    for number, record in enumerate(csv.reader(text.splitlines(), delimiter=delimiter), start=1):
        for column, content in enumerate(record):
            if content.strip():
                yield "", f"row {number}, column {column + 1}", number, column


def top_rows(table: Table) -> set[int]:
    header = table.header if isinstance(table.header, tuple) else (table.header,)
    return {*header, *([table.unit_row] if table.unit_row else [])}


def named_above(table: Table) -> set[tuple[int, int]]:
    """Return the cells that `cells:` names, and the labels to their left."""
    found = set()
    for reference in table.cells.values():
        if match := re.fullmatch(r"([A-Z])(\d+)", reference):
            row, column = int(match[2]), ord(match[1]) - 65
            found |= {(row, column), (row, column - 1)}
    return found


def unaccounted(mapping: Mapping, path: Path, fates: Fates, findings: list[Finding]) -> list[str]:
    """Return the filled cells that are neither mapped, noted, ignored on purpose nor reported."""
    codes = Counter((finding.code, finding.sheet, finding.cell) for finding in findings)
    rows = {(c, s, int(re.findall(r"\d+", cell)[0])) for c, s, cell in codes if re.search(r"\d", cell)}
    columns = {
        (sheet, re.sub(r"row \d+, |\d+$" if sheet else r"row \d+, ", "", cell))
        for code, sheet, cell in codes
        if code in ("Column-unheaded", "Table-extra-cells")
    }
    tops = {row for table in tables_for(mapping, path) for row in top_rows(table)}
    above = {cell for table in tables_for(mapping, path) for cell in named_above(table)}
    lost = []
    for sheet, place, row, column in filled(path):
        letter = get_column_letter(column + 1) if sheet else f"column {column + 1}"
        told = (
            any(fate is not Fate.LOST for fate in fates.get((sheet, place), [])),
            row in tops or (row, column) in above,
            ("Rows-above", sheet, row) in rows or ("Table-header-again", sheet, row) in rows,
            (sheet, letter) in columns,
            ("Source-unread", sheet, "") in codes,
        )
        if not any(told):
            lost.append(f"{sheet}!{place}")
    return lost


PAIRS = [
    ("rheology", "rheology.csv"),
    ("coating", "coating_de.csv"),
    ("coating", "coating_en.csv"),
    ("slurry", "slurry_long.csv"),
    ("calendering", "calendering.xlsx"),
    ("formation", "formation.xlsx"),
]


@pytest.mark.parametrize(("mapping", "file"), PAIRS)
def test_every_filled_cell_of_a_foreign_sheet_is_accounted_for(
    foreign: Path, mapping: str, file: str, vocabulary: Vocabulary, units: Units
) -> None:
    read = read_mapping(foreign / f"{mapping}.yaml")
    fates, findings = tried(read, foreign / file, vocabulary, units)
    assert unaccounted(read, foreign / file, fates, findings) == []


@pytest.mark.parametrize(("mapping", "file"), PAIRS)
def test_the_fate_of_each_cell_is_as_expected(
    foreign: Path, mapping: str, file: str, vocabulary: Vocabulary, units: Units
) -> None:
    fates, findings = tried(read_mapping(foreign / f"{mapping}.yaml"), foreign / file, vocabulary, units)
    counts = Counter(fate for found in fates.values() for fate in found)
    codes = Counter(finding.code for finding in findings)
    expected = json.loads((FOREIGN / "expected.json").read_text(encoding="utf-8"))[file]
    assert {"cells": dict(sorted(counts.items())), "findings": dict(sorted(codes.items()))} == expected


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_every_filled_cell_of_the_cases_is_accounted_for(
    case: str, vocabulary: Vocabulary, units: Units
) -> None:
    read = read_mapping(CASES / case / "mapping.yaml")
    for path in (each for each in (CASES / case).iterdir() if each.suffix in (".csv", ".tsv")):
        fates, findings = tried(read, path, vocabulary, units)
        assert unaccounted(read, path, fates, findings) == []


MAPPING = """\
mapping: m
version: 1
dataset: {id: d, title: D}
source: {decimal: ",", missing: ["", "n/a"]}
tables:
  - file: runs.csv
    row:
      run: {step: Coating, id: [Run]}
      start: Start
      outputs: [{kind: roll, id: [Roll], polarity: Polarity}]
    columns:
      Speed (m/min): {parameter: CoatingSpeed, kind: set}
      Loading (mg/cm²): {parameter: MassLoading, kind: measured, side: {column: Side}}
      T zone {n} (°C): {parameter: DryingTemperature, kind: set, zone: n, bearer: run}
      Comment: {note: true}
      Old: {ignore: true}
"""
HEADERS = [
    "Run", "Start", "Roll", "Polarity", "Speed (m/min)", "Loading (mg/cm²)", "Side", "T zone 1 (°C)",
    "T zone 2 (°C)", "Comment", "Old", "Extra", "",
]  # fmt: skip
CELLS = st.sampled_from(
    ["", "", "1", "2", "1,5", "1.5", "1.234,5", "n/a", "n.d.", "<3", "1–2", "A", "Cathode", "x", "3 m/min",
     "5 kg", "35 %", "2025-03-04", "0", "#REF!", "R1", " "]
)  # fmt: skip


@given(st.lists(st.lists(CELLS, min_size=len(HEADERS), max_size=len(HEADERS) + 1), max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_cell_of_any_table_is_lost(
    tmp_path: Path, vocabulary: Vocabulary, units: Units, rows: list[list[str]]
) -> None:
    path = tmp_path / "runs.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([HEADERS, *rows])
    mapping = parse_mapping(MAPPING, "mapping.yaml")
    fates, findings = tried(mapping, path, vocabulary, units)
    assert unaccounted(mapping, path, fates, findings) == []
