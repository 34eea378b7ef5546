"""Faulty sheets: each fault is told once, at its cell, and nothing is said of the good rows.

The sheets are those of the simulated line with one wrong cell in some of its rows (`faults.csv`).
"""

import csv
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from pilotline.demo import write_files
from pilotline.findings import Finding
from pilotline.ingest.publishing import rehearse
from pilotline.ingest.rules import Rules
from pilotline.ingest.sources import Job
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.resources import data_folder
from pilotline.store import Store

FAULTS = list(csv.DictReader((Path(__file__).parent / "faults.csv").read_text("utf-8").splitlines()))
FILES = sorted({fault["file"] for fault in FAULTS})
MAPPINGS = {"assembly": "stacking", "formation-results": "formation"}
ROWS = 25  # of each sheet, the good ones among them
ALONE = ("Link-unknown-lot", "Link-known")  # each sheet is read without the others
Told = Callable[[str], list[Finding]]


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("line")
    write_files(folder)
    return folder


def told(file: Path, name: str, founded: Path, rules: Rules) -> list[Finding]:
    mapping = data_folder("mappings") / "demo" / f"{MAPPINGS.get(name, name)}.yaml"
    staged = Job((file,), mapping, Place()).stage(file.with_suffix(".nq"), rules.vocabulary, Units.load())
    report = rehearse(Store.open(founded), staged, rules)
    return [group.finding for group in report.groups() if group.finding.code not in ALONE]


def rows_of(line: Path, name: str) -> list[dict[str, str]]:
    with (line / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))[:ROWS]


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(scope="session")
def good(line: Path, founded: Path, rules: Rules, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What is told of the sheets as they are, each read once."""
    folder = tmp_path_factory.mktemp("good")

    @cache
    def found(name: str) -> list[Finding]:
        return told(write(folder / f"{name}.csv", rows_of(line, name)), name, founded, rules)

    return found


@pytest.mark.parametrize("name", FILES)
def test_each_fault_is_told_once_at_its_cell(
    name: str, good: Told, line: Path, founded: Path, rules: Rules, tmp_path: Path
) -> None:
    rows = rows_of(line, name)
    columns = list(rows[0])
    expected = Counter[tuple[str, str]]()
    for fault in FAULTS:
        if fault["file"] == name:
            rows[int(fault["row"]) - 2][fault["column"]] = fault["value"]
            place = f"{name}.csv!row {fault['row']}, column {columns.index(fault['column']) + 1}"
            if fault["code"]:
                expected[place, fault["code"]] += 1
    found = told(write(tmp_path / f"{name}.csv", rows), name, founded, rules)
    before = Counter((each.place, each.code) for each in good(name))
    assert Counter((each.place, each.code) for each in found) - before == expected


@pytest.mark.parametrize("name", FILES)
def test_good_rows_are_not_blamed(name: str, good: Told) -> None:
    assert [f"{each.place} {each.code}" for each in good(name) if each.severity != "info"] == []
