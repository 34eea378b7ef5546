"""Sheets as an operator makes them, with a dozen faults each: each is told once, at its cell.

`held_out/told.csv` names all that is told of each sheet, and why it is right. A lot that another sheet would
describe is among it, since each sheet is read without the others.
"""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from workbooks.template_filling import fill

from pilotline.ingest.publishing import rehearse
from pilotline.ingest.rules import Rules
from pilotline.ingest.sources import Job
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.store import Store
from pilotline.validation import Report
from pilotline.workbooks.knowledge import Knowledge
from pilotline.workbooks.steps import Wishes
from pilotline.workbooks.template import write_template

FOLDER = Path(__file__).parent / "held_out"
FILES = {
    "calendering": ("calendering.csv",),
    "formation": ("formation.csv",),
    "cells": ("stack.csv", "fill.csv", "form.csv"),
    "assembly": ("coils.csv", "assembly.csv"),
    "measurements": ("measurements.csv",),
}


def rows_of(name: str) -> list[dict[str, str]]:
    delimiter = ";" if name == "coating.csv" else ","
    return list(csv.DictReader((FOLDER / name).read_text("utf-8").splitlines(), delimiter=delimiter))


LINE = {
    sheet: f"line/{sheet.lower().replace(' ', '-')}.csv"
    for sheet in ("Slurry preparation", "Coating", "Calendering", "Formulation", "Lots")
}
# Whoever fills in a template has never seen a mapping.
OF_MAPPINGS = re.compile(r"`\w+:`|\bmapping\b")
TOLD = rows_of("told.csv")


def report_on(job: Job, founded: Path, rules: Rules, folder: Path) -> Report:
    staged = job.stage(folder / "staged.nq", rules.vocabulary, Units.load())
    return rehearse(Store.open(founded), staged, rules)


def texts_of(report: Report) -> list[str]:
    findings = [group.finding for group in report.groups()]
    return [f"{text} ({each.code})" for each in findings for text in (each.message, each.hint)]


def told(report: Report) -> Counter[tuple[str, str]]:
    findings = (group.finding for group in report.groups())
    return Counter(
        ("!".join(filter(None, (each.file, each.sheet, each.cell))), each.code) for each in findings
    )


def expected(name: str) -> Counter[tuple[str, str]]:
    return Counter((f"{row['file']}!{row['cell']}", row["code"]) for row in TOLD if row["sheet"] == name)


@pytest.mark.parametrize("name", FILES)
def test_each_fault_of_a_sheet_is_told_once(name: str, founded: Path, rules: Rules, tmp_path: Path) -> None:
    files = tuple(FOLDER / file for file in FILES[name])
    report = report_on(Job(files, FOLDER / f"{name}.yaml", Place()), founded, rules, tmp_path)
    assert told(report) == expected(name)


@pytest.mark.parametrize(
    ("name", "steps", "sheets"),
    [
        ("coating", ["coating"], {"Coating": "coating.csv"}),
        ("line", ["mixing", "coating", "calendering"], LINE),
    ],
)
def test_each_fault_of_a_filled_template_is_told_once(
    name: str, steps: list[str], sheets: dict[str, str], founded: Path, rules: Rules, tmp_path: Path
) -> None:
    knowledge = Knowledge.shipped(rules.vocabulary, Units.load())
    path = tmp_path / f"{name}.xlsx"
    write_template(path, [knowledge.step(step) for step in steps], knowledge, Wishes())
    fill(path, {sheet: rows_of(file) for sheet, file in sheets.items()}).save(path)
    report = report_on(Job((path,), None, Place()), founded, rules, tmp_path)
    assert told(report) == expected(name)
    assert [each for each in texts_of(report) if OF_MAPPINGS.search(each)] == []
