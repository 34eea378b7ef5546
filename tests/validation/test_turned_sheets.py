"""Slips of the hand are found where parameters stand in rows, as they are where these stand in columns."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from pilotline.ingest.publishing import rehearse
from pilotline.ingest.rules import Rules
from pilotline.ingest.sources import jobs
from pilotline.iris import Place, Scope
from pilotline.quantities.units import Units
from pilotline.store import Store
from pilotline.tabular.ledger import trial
from pilotline.tabular.mapper import job_of
from pilotline.tabular.reading import parse_mapping
from pilotline.validation.report import Group, Report
from pilotline.validation.trials import doubts

MAPPING = """
mapping: turned
version: 1
scope: lab
dataset: {id: turned, title: Turned, licence: CC0-1.0}
source: {timezone: Europe/Berlin}
tables:
  - file: "*"
"""
ROLLS_IN = """\
    row:
      measurement: {lot: {kind: roll, id: [Roll]}}
    columns:
      Thickness (µm):  {parameter: ElectrodeThickness, kind: measured}
      Porosity (%):    {parameter: Porosity, kind: measured}
      Width (mm):      {parameter: CoatingWidth, kind: measured}
      Length (m):      {parameter: CoatedLength, kind: measured}
"""
CELLS_IN = """\
    row:
      measurement: {lot: {kind: cell, id: [Cell]}}
    columns:
      Charge (Ah):    {parameter: ChargeCapacity, kind: measured}
      Discharge (Ah): {parameter: DischargeCapacity, kind: measured}
      Efficiency (%): {parameter: CoulombicEfficiency, kind: calculated}
"""
ROLLS = [f"R{number}" for number in range(1, 13)]
# In mm and not in µm, a shifted point, and two samples that repeat the one before.
THICKNESS = ["0.0811", "0.0821", "0.0804", "0.0817", "0.0808", "0.0813", "0.0802", "0.0819"]
THICKNESS += ["0.0806", "0.0824", "0.0824", "0.0824"]
POROSITY = ["35.1", "34.8", "3.52", "35.4", "34.9", "35.3", "35.0", "34.7", "35.6", "35.2", "35.2", "35.2"]
WIDTH = ["201.1", "200.7", "200.4", "201.3", "200.9", "200.2", "201.6", "200.1", "201.8", "200.5"]
LENGTH = ["51.2", "50.7", "52.4", "51.8", "50.3", "52.9", "51.5", "50.1", "52.2", "51.9"]
SHEET = [
    ["Roll", *ROLLS],
    ["Porosity (%)", *POROSITY],
    ["Width (mm)", *WIDTH, WIDTH[-1], WIDTH[-1]],
    ["Length (m)", *LENGTH, LENGTH[-1], LENGTH[-1]],
    ["Thickness (µm)", *THICKNESS],
]
TURNED = "    transposed: true\n"
Check = Callable[[Path, str], Report]


@pytest.fixture
def check(store: Store, rules: Rules, tmp_path: Path) -> Check:
    def report(file: Path, table: str) -> Report:
        mapping = tmp_path / "turned.yaml"
        mapping.write_text(MAPPING + table, encoding="utf-8")
        (job,) = jobs([file], mapping, Place())
        staged = job.stage(tmp_path / "staged.nq", rules.vocabulary, Units.load())
        return rehearse(store, staged, rules)

    return report


def workbook(path: Path, rows: list[list[str]]) -> Path:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append([float(cell) if cell[0].isdigit() else cell for cell in row])
    book.save(path)
    return path


def slips(report: Report) -> dict[str, Group]:
    return {
        group.finding.code: group
        for group in report.groups()
        if group.finding.cause.startswith(("Col", "Row"))
    }


def test_slips_are_told_with_their_range_of_columns(check: Check, tmp_path: Path) -> None:
    found = slips(check(workbook(tmp_path / "rolls.xlsx", SHEET), TURNED + ROLLS_IN))
    assert {code: (group.finding.cell, group.finding.message) for code, group in found.items()} == {
        "Column-unit": ("B5:M5", "the values look like mm in a row of µm"),
        "Column-decimalPoint": ("D2", "3.52 stands out of its row, and 35.2 would fit"),
        "Row-copied": (
            "L2:L5, M2:M5",
            "from column L on, 2 columns repeat all that was measured in the column before",
        ),
    }


def test_slips_of_a_text_file_are_told_too(check: Check, tmp_path: Path) -> None:
    with (tmp_path / "rolls.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(SHEET)
    found = slips(check(tmp_path / "rolls.csv", TURNED + ROLLS_IN))
    assert found["Column-unit"].finding.cell == "row 5, columns 2 to 13"


def test_the_same_slips_are_found_in_columns(check: Check, tmp_path: Path) -> None:
    upright = [list(row) for row in zip(*SHEET, strict=True)]
    found = slips(check(workbook(tmp_path / "rolls.xlsx", upright), ROLLS_IN))
    assert {code: group.finding.cell for code, group in found.items()} == {
        "Column-unit": "E2:E13",
        "Column-decimalPoint": "B4",
        "Row-copied": "B12:B13, C12:C13, D12:D13, E12:E13",
    }


def test_a_trial_speaks_of_rows(tmp_path: Path, rules: Rules) -> None:
    path = workbook(tmp_path / "rolls.xlsx", SHEET)
    mapping = parse_mapping(MAPPING + TURNED + ROLLS_IN, "turned.yaml")
    uses, _ = trial(job_of(mapping, Scope("lab"), rules.vocabulary, Units.load()), path)
    told = {finding.code: (finding.cell, finding.message) for finding in doubts(uses)}
    assert told["Column-unit"] == (
        "B5",
        "the values look like mm in a row of µm (12 cells, the last is M5)",
    )


def test_a_slip_in_one_sample_leaves_the_others_to_be_judged(check: Check, tmp_path: Path) -> None:
    rows = [
        ["Cell", "C1", "C2", "C3", "C4", "C5", "C6"],
        ["Charge (Ah)", "3.21", "3.22", "3.20", "3.19", "3.22", "3.18"],
        ["Discharge (Ah)", "2.89", "2.90", "2.88", "2.87", "2.90", "2.86"],
        ["Efficiency (%)", "90.0", "9.01", "90.0", "97.0", "90.1", "89.9"],
    ]
    file = workbook(tmp_path / "cells.xlsx", rows)
    told = {each.cell: each.code for each in check(file, TURNED + CELLS_IN).findings}
    assert (told["C4"], told["E4"]) == ("Column-decimalPoint", "Efficiency-capacities")
