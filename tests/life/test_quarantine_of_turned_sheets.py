"""Samples in columns, and rows below several lines of head, are held back and come back as they stood."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from pilotline.ingest.publishing import Outcome, Terms, rehearse
from pilotline.ingest.quarantine import Reading, ingest_good_rows, write_quarantine
from pilotline.ingest.rules import Policy, Rules
from pilotline.ingest.sources import jobs
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.store import Store

Rows = list[list[Any]]
Hold = Callable[[Path, str], Outcome]
HEAD = """
mapping: turned
version: 1
scope: lab
dataset: {id: turned, title: Turned, licence: CC0-1.0}
source: {decimal: ",", timezone: Europe/Berlin}
tables:
"""
TURNED = """
  - file: "*"
    transposed: true
    unit_row: 2
    row:
      run: {step: Mixing, id: [Batch]}
      start: Start
      end: End
      equipment: {id: [Mixer], class: PlanetaryMixer}
      inputs: [{kind: material, id: [Material]}]
      outputs: [{kind: slurry, id: [Batch], product: Slurry}]
    columns:
      Mixing speed: {parameter: MixingSpeed, kind: set}
"""
SAMPLES: Rows = [
    ["Batch", "", "S21", "S22", "S23"],
    ["Start", "", "2025-03-17T08:00", "2025-03-18T08:00", "2025-03-19T08:00"],
    ["End", "", "2025-03-17T09:00", "2025-03-18T07:00", "2025-03-19T09:00"],
    ["Mixer", "", "M1", "M1", "M1"],
    ["Material", "", "NMC-7", "NMC-7", "NMC-7"],
    ["Mixing speed", "1/min", 1200.5, 1300.25, "fast"],
]
BELOW = """
  - file: "*"
    header: [3, 4]
    unit_row: 5
    cells: {Roll: B1}
    row: {measurement: {lot: {kind: roll, id: [Roll]}}, replicate: No}
    columns:
      Coating thickness: {parameter: CoatingThickness, kind: measured}
      Coating loading: {parameter: MassLoading, kind: measured, convention: [PerSide, DryState]}
"""
STRIPS: Rows = [
    ["Roll", "R1"],
    [],
    ["No", "Coating", ""],
    ["", "thickness", "loading"],
    ["", "µm", "mg/cm²"],
    ["1", 81.5, 1.234],
    ["2", "thin", 1.234],
]


@pytest.fixture
def hold(store: Store, rules: Rules, tmp_path: Path) -> Hold:
    """Ingest a file by the policy `rows`."""

    def ingest(file: Path, tables: str) -> Outcome:
        mapping = tmp_path / "turned.yaml"
        mapping.write_text(HEAD + tables, encoding="utf-8")
        (job,) = jobs([file], mapping, Place())
        reading = Reading(job, tmp_path / "staged.nq", rules.vocabulary, Units.load())
        return ingest_good_rows(store, reading, rules, Terms(Policy.ROWS, allow_removals=True))

    return ingest


def saved(path: Path, rows: Rows) -> Path:
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, delimiter=";").writerows(
                [str(cell).replace(".", ",") for cell in row] for row in rows
            )
        return path
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path)
    return path


def said(outcome: Outcome) -> dict[str, str]:
    return {each.row.place.cell: each.why for each in outcome.quarantined}


def test_the_sample_at_fault_is_held_back_and_the_others_enter(hold: Hold, tmp_path: Path) -> None:
    outcome = hold(saved(tmp_path / "turned.xlsx", SAMPLES), TURNED)
    assert (outcome.published, outcome.conforms) == (True, True)
    why = said(outcome)
    assert why["column E"].startswith("E6: 'fast' is not a number")
    assert (list(why), why["column D"][:3]) == (["column D", "column E"], "D3:")


def test_the_sample_at_fault_of_a_text_file_is_held_back(hold: Hold, tmp_path: Path) -> None:
    why = said(hold(saved(tmp_path / "turned.csv", SAMPLES), TURNED))
    assert sorted(why) == ["column 4", "column 5"]


def test_held_samples_come_back_as_columns_that_the_mapping_reads(hold: Hold, tmp_path: Path) -> None:
    outcome = hold(saved(tmp_path / "turned.xlsx", SAMPLES), TURNED)
    write_quarantine(outcome.quarantined, tmp_path / "held.xlsx")
    book = load_workbook(tmp_path / "held.xlsx")
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet["A"]] == [row[0] for row in SAMPLES] + [
        "Column in the source",
        "Why",
    ]
    assert [cell.value for cell in sheet["C"]][:6] == [row[3] for row in SAMPLES]
    sheet["C3"], sheet["D6"] = "2025-03-18T09:00", 900
    book.save(tmp_path / "again.xlsx")
    again = hold(tmp_path / "again.xlsx", TURNED)
    assert (again.published, again.conforms, again.quarantined) == (True, True, ())


def test_held_rows_come_back_below_the_whole_head(hold: Hold, tmp_path: Path) -> None:
    outcome = hold(saved(tmp_path / "strips.xlsx", STRIPS), BELOW)
    write_quarantine(outcome.quarantined, tmp_path / "held.xlsx")
    book = load_workbook(tmp_path / "held.xlsx")
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[4]][1:] == ["thickness", "loading", "Row in the source", "Why"]
    assert [cell.value for cell in sheet[6]][:3] == ["2", "thin", 1.234]
    sheet["B6"] = 79
    book.save(tmp_path / "again.xlsx")
    again = hold(tmp_path / "again.xlsx", BELOW)
    assert (again.published, again.conforms, again.quarantined) == (True, True, ())


@pytest.mark.parametrize(("name", "cell"), [("turned.xlsx", "D3"), ("turned.csv", "row 3, column 4")])
def test_a_time_of_a_turned_sheet_is_told_at_its_own_cell(
    name: str, cell: str, store: Store, rules: Rules, tmp_path: Path
) -> None:
    mapping = tmp_path / "turned.yaml"
    mapping.write_text(HEAD + TURNED, encoding="utf-8")
    (job,) = jobs([saved(tmp_path / name, SAMPLES)], mapping, Place())
    report = rehearse(store, job.stage(tmp_path / "staged.nq", rules.vocabulary, Units.load()), rules)
    assert [each.cell for each in report.findings if each.code == "Run-startBeforeEnd"] == [cell]
