"""A corrected list of rows held back is handed in beside its source, and takes the place of those rows."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from pilotline.datasets.difference import Kind
from pilotline.ingest.publishing import Outcome, Terms
from pilotline.ingest.quarantine import Reading, ingest_good_rows, write_quarantine
from pilotline.ingest.rules import Policy, Rules
from pilotline.ingest.sources import Job, jobs
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.store import Store

MAPPING = """
mapping: rolls
version: 1
scope: lab
dataset: {id: rolls, title: Rolls, licence: CC0-1.0}
source: {decimal: ",", delimiter: ";", encoding: cp1252, timezone: Europe/Berlin}
tables:
  - file: "*.csv"
    TABLE
    row:
      run: {step: Coating, id: [Run]}
      start: Start
      inputs: [{kind: slurry, id: [Slurry]}]
      outputs: [{kind: roll, id: [Roll], product: CoatedElectrode, polarity: {value: Cathode}}]
    columns:
      Porosity (%): {parameter: Porosity, kind: measured, bearer: output}
      Gap (µm): {parameter: CoatingGap, kind: set}
"""
ROWS = [
    ["Run", "Start", "Slurry", "Roll", "Porosity (%)", "Gap (µm)"],
    ["1", "2025-03-04 08:15", "S1", "R1", "35,1", "120"],
    ["2", "2025-03-04 09:15", "S1", "R2", "36,2", "wide"],
    ["3", "2025-03-04 10:15", "S1", "R3", "350", "120"],
]
Lab = Callable[[list[str]], Outcome]


@pytest.fixture(params=["", "transposed: true"])
def turned(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def lab(turned: bool, store: Store, rules: Rules, tmp_path: Path) -> Lab:
    """Hand in files of a folder by the policy `rows`; what is held back is listed in `held.csv`."""
    mapping = tmp_path / "rolls.yaml"
    mapping.write_text(MAPPING.replace("TABLE", "transposed: true" if turned else ""), encoding="utf-8")
    write(tmp_path / "rolls.csv", ROWS, turned=turned)

    def ingest(names: list[str]) -> Outcome:
        job: Job
        (job,) = jobs([tmp_path / name for name in names], mapping, Place())
        reading = Reading(job, tmp_path / "staged.nq", rules.vocabulary, Units.load())
        outcome = ingest_good_rows(store, reading, rules, Terms(Policy.ROWS))
        write_quarantine(outcome.quarantined, tmp_path / "held.csv", [job])
        return outcome

    return ingest


def write(path: Path, rows: list[list[str]], *, turned: bool) -> None:
    with path.open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";").writerows(zip(*rows, strict=True) if turned else rows)


def corrected(folder: Path, name: str, faults: dict[str, str]) -> None:
    """Correct the list held.csv under another name."""
    text = (folder / "held.csv").read_text(encoding="cp1252")
    for wrong, right in faults.items():
        text = text.replace(f";{wrong};", f";{right};").replace(f";{wrong}\n", f";{right}\n")
        text = text.replace(f";{wrong}\r\n", f";{right}\r\n")
    (folder / name).write_text(text, encoding="cp1252")


@pytest.mark.parametrize("name", ["a.csv", "rolls-corrected.csv"])
def test_a_corrected_list_adds_its_rows_to_the_dataset(name: str, lab: Lab, tmp_path: Path) -> None:
    assert len(lab(["rolls.csv"]).quarantined) == 2
    corrected(tmp_path, name, {"wide": "120", "350": "35,0"})
    outcome = lab(["rolls.csv", name])
    assert (outcome.published, outcome.conforms, outcome.quarantined) == (True, True, ())
    assert {row.kind for row in outcome.difference.rows} == {Kind.ADDED}
    codes = [finding.code for finding in outcome.findings]
    assert (codes.count("Row-corrected"), codes.count("Row-quarantined")) == (2, 0)
    assert "Column-unmapped" not in codes


def test_a_row_of_the_list_that_is_still_wrong_comes_back(lab: Lab, tmp_path: Path) -> None:
    lab(["rolls.csv"])
    corrected(tmp_path, "again.csv", {"wide": "120"})
    outcome = lab(["rolls.csv", "again.csv"])
    assert [each.row.place.file for each in outcome.quarantined] == ["again.csv"]
    corrected(tmp_path, "third.csv", {"350": "35,0"})
    assert lab(["rolls.csv", "again.csv", "third.csv"]).quarantined == ()


def test_a_list_that_comes_alone_is_told_what_is_right(lab: Lab, tmp_path: Path) -> None:
    lab(["rolls.csv"])
    corrected(tmp_path, "again.csv", {"wide": "120", "350": "35,0"})
    outcome = lab(["again.csv"])
    (told,) = [each for each in outcome.findings if each.code == "Row-corrected"]
    assert (outcome.published, told.message) == (
        False,
        "the list corrects rows of rolls.csv, of which nothing is handed in",
    )
