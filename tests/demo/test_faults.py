"""The faulty hand-ins of the demo line: each fault is found, at its cell, and nothing else is a violation."""

import csv
from pathlib import Path

import pytest

from pilotline.demo import DemoSource, faulty_sources
from pilotline.findings import Finding, Severity
from pilotline.ingest.publishing import Rules, rehearse
from pilotline.ingest.sources import Job
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.store import Store


@pytest.fixture(scope="session")
def findings(
    demo_store: Store, rules: Rules, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[Finding]:
    """What taking in the faulty files beside the good ones finds."""
    into = tmp_path_factory.mktemp("faulty") / "staged.nq"
    return [found for source in faulty_sources(folder) for found in examined(source, demo_store, rules, into)]


def examined(source: DemoSource, store: Store, rules: Rules, into: Path) -> list[Finding]:
    staged = Job(source.files, source.mapping, Place()).stage(into, rules.vocabulary, Units.load())
    return list(rehearse(store, staged, rules).findings)


def expected(folder: Path) -> set[tuple[str, str, str]]:
    with (folder / "faulty" / "EXPECTED.csv").open(encoding="utf-8", newline="") as lines:
        return {(row["File"], row["Sheet"], row["Cell"]) for row in csv.DictReader(lines)}


def test_each_fault_is_found_at_its_cell_and_no_good_cell_is_blamed(
    findings: list[Finding], folder: Path
) -> None:
    grave = {(each.file, each.sheet, each.cell) for each in findings if each.severity is Severity.VIOLATION}
    linked = {(each.file, each.sheet, each.cell) for each in findings if each.code == "Link-unknown-lot"}
    assert grave | linked == expected(folder)


def test_each_fault_is_told_once(findings: list[Finding]) -> None:
    places = [(each.place, each.cell) for each in findings if each.severity is Severity.VIOLATION]
    assert len(places) == len(set(places))


def test_an_unknown_slurry_is_named_with_the_one_that_was_meant(findings: list[Finding]) -> None:
    told = [f"{each.message}; {each.hint}" for each in findings if each.code == "Link-unknown-lot"]
    assert told == ["S17: no such slurry; did you mean S-17 (slurry.xlsx!Verschnitt!A2)?"]
