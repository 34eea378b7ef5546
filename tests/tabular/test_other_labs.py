"""Sheets as other labs write them: nothing in them is lost without a message that names its cell."""

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from pilotline.iris import Scope
from pilotline.quantities.units import Units
from pilotline.tabular.ledger import Fate, trial
from pilotline.tabular.mapper import job_of
from pilotline.tabular.model import Mapping
from pilotline.tabular.reading import parse_mapping
from pilotline.tabular.suggestion import suggest
from pilotline.vocabulary.terms import Vocabulary

HEADERS = (
    "Run", "Date", "Speed in meters per minute", "Speed in meters per minute", "Gap (microns)",
    "Mass loading (mg per square centimeter)", "Thickness", "Temp", "Roll",
)  # fmt: skip
ROWS = (
    ("R1", date(2025, 3, 1), "1,5", "1.48", 150, "12,5", 0, 80, "W1"),
    ("R2", "01.03.2025", 1.5, "1,234.5", None, "12.5 mg/cm2", 101.2, "80 °C", "W2"),
    ("R3", 45718, "1.5", "-", "0.15 mm", 12.5, "=F6*8", 85, "W3"),
    ("R4", date(2025, 3, 2), datetime(2025, 5, 1), "n.m.", 150, "~12", 0, "eighty", "W4"),  # noqa: DTZ001
    ("R4", date(2025, 3, 2), 1.5, "n.m.", 150, 12.5, 100, 80, "W4"),
    ("", "", 1.7, 1.7, 150, 12.5, 99, 80, "W6"),
    ("Mittelwert", None, 1.5, 1.5, 150, 12.5, 100, 80, "W7"),
)
MAPPING = """\
mapping: horrid
version: 1
scope: lab-x
dataset: {id: horrid, title: A sheet with every fault, licence: CC0-1.0}
source: {decimal: either, dates: "%d.%m.%Y", timezone: Europe/Berlin, missing: ["", "-"]}
tables:
  - file: horrid.xlsx
    sheet: Data
    header: 3
    row:
      run: {step: Coating, id: [Run]}
      start: Date
      outputs: [{kind: roll, id: [Roll]}]
    columns:
      Speed in meters per minute {1}: {parameter: CoatingSpeed, kind: set}
      Speed in meters per minute {2}: {parameter: CoatingSpeed, kind: measured}
      Gap (microns): {parameter: CoatingGap}
      Mass loading (mg per square centimeter): {parameter: MassLoading, bearer: output}
      Thickness: {parameter: ElectrodeThickness, unit: µm, missing: ["0"], bearer: output}
      Temp: {parameter: DryingTemperature, unit: "°C", bearer: run}
"""
SAID = {
    ("Rows-above", "A1"),
    ("Source-unread", ""),
    ("Table-hidden-rows", ""),
    ("Cells-merged", "E4"),
    ("Cell-other-unit", "E6"),
    ("Time-format", "B6"),
    ("Cell-number", "G6"),
    ("Cell-number", "C7"),
    ("Cell-number", "F7"),
    ("Cell-number", "H7"),
    ("Row-twice", "C8"),
    ("Row-twice", "F8"),
    ("Row-twice", "H8"),
    ("Row-identity", "A9"),
    ("Row-summary", "A10"),
}


@pytest.fixture
def horrid(tmp_path: Path) -> Path:
    """Mixed decimal signs, units in words, dates as numbers, headers twice, merged, hidden, a formula."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Data"
    sheet.append(["Lab X, as of 12.03.2025"])
    sheet.append([])
    for row in (HEADERS, *ROWS):
        sheet.append(row)
    sheet.merge_cells("E4:E5")
    sheet.row_dimensions[8].hidden = True
    old = book.create_sheet("old")
    old.append(["R0", 1.0])
    old.sheet_state = "hidden"
    book.save(tmp_path / "horrid.xlsx")
    return tmp_path / "horrid.xlsx"


def test_every_fault_is_told_and_no_cell_is_lost(horrid: Path, vocabulary: Vocabulary, units: Units) -> None:
    job = job_of(parse_mapping(MAPPING, "horrid.yaml"), Scope("lab-x"), vocabulary, units)
    uses, left = trial(job, horrid)
    found = [finding for use in uses for finding in use.findings] + left
    assert {(each.code, each.cell) for each in found if each.code != "Column-convention"} == SAID
    assert sum(column.fates[Fate.LOST] for use in uses for column in use.columns) == 0


def test_a_number_where_a_date_belongs_is_told_as_the_day_it_is(
    horrid: Path, vocabulary: Vocabulary, units: Units
) -> None:
    job = job_of(parse_mapping(MAPPING, "horrid.yaml"), Scope("lab-x"), vocabulary, units)
    ((use,), _) = trial(job, horrid)
    (hint,) = {each.hint for each in use.findings if each.code == "Time-format"}
    assert hint == "a spreadsheet shows this number as 2025-03-02: format the cell as a date"


def drafted(folder: Path, name: str, text: str, vocabulary: Vocabulary, units: Units) -> Mapping:
    (folder / name).write_text(text, encoding="utf-8")
    return parse_mapping(suggest(folder / name, vocabulary, units), "draft")


def test_points_of_a_sweep_are_drafted_as_a_curve(
    tmp_path: Path, vocabulary: Vocabulary, units: Units
) -> None:
    text = "Sample ID,Shear Rate [1/s],Viscosity [mPa·s],Sweep\nS1,1,900,up\nS1,10,400,up\nS1,1,880,down\n"
    (table,) = drafted(tmp_path, "flow.csv", text, vocabulary, units).tables
    assert table.row.model_dump(exclude_none=True, exclude_defaults=True) == {
        "curve": {"sample": {"id": ("Sample ID",)}},
        "over": {"column": "Shear Rate [1/s]", "parameter": "ShearRate"},
        "condition": "Sweep",
    }
    assert {name: column.parameter for name, column in table.columns.items()} == {
        "Viscosity [mPa·s]": "Viscosity"
    }


def test_columns_that_end_in_lot_are_drafted_as_inputs(
    tmp_path: Path, vocabulary: Vocabulary, units: Units
) -> None:
    text = (
        "Batch,Active material lot,Binder lot,Step 1 speed (rpm)\nB1,NMC-1,PVDF-2,500\nB2,NMC-1,PVDF-2,600\n"
    )
    (table,) = drafted(tmp_path, "mixing.csv", text, vocabulary, units).tables
    inputs = table.row.model_dump()["inputs"]
    assert [(lot["kind"], lot["id"]) for lot in inputs] == [
        ("material", ("Active material lot",)),
        ("material", ("Binder lot",)),
    ]


def test_german_calendering_is_known_by_file_and_headers(
    tmp_path: Path, vocabulary: Vocabulary, units: Units
) -> None:
    text = "Versuch;Liniendruck [N/mm];ICL (%)\nK1;150,5;12\nK2;250;13\n"
    (table,) = drafted(tmp_path, "kalandern.csv", text, vocabulary, units).tables
    assert table.row.model_dump()["run"]["step"] == "Calendering"
    names = [column.parameter for column in table.columns.values()]
    assert names == ["LineLoad", "InitialCapacityLoss"]
