"""Each fault in cases/ is found by the check that its first lines name, and by no other."""

from pathlib import Path
from shutil import copytree

import pytest

from pilotline.resources import data_folder
from pilotline.vocabulary.checks import (
    check_facts,
    check_ontology,
    conversions,
    differs_from_mirror,
    out_of_date,
    units,
    unparsable,
)
from pilotline.vocabulary.facts import Facts
from pilotline.vocabulary.mirror import Mirror
from pilotline.vocabulary.modules import build, write
from pilotline.vocabulary.tables import Tables
from pilotline.vocabulary.upstream import Upstream, read_upstream

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").glob("*.ttl"))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a copy of the shipped ontology that a test may spoil, built from its tables."""
    folder = copytree(data_folder("ontology"), tmp_path / "ontology")
    write(folder, build(Tables(folder / "tables")))
    return folder


def named_in(case: Path) -> set[str]:
    lines = case.read_text(encoding="utf-8").splitlines()
    return {line.removeprefix("# finds: ") for line in lines if line.startswith("# finds: ")}


def test_nothing_is_wrong_with_the_sound_ontology() -> None:
    assert check_facts(Facts.read([HERE / "sound.ttl"])) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_fault_is_found_by_name(case: Path) -> None:
    findings = check_facts(Facts.read([HERE / "sound.ttl", case]))
    assert {f"{finding.code} {finding.focus}" for finding in findings} == named_in(case)


def test_finding_names_file_and_term() -> None:
    facts = Facts.read([HERE / "sound.ttl", HERE / "cases" / "no-source.ttl"])
    assert [finding.message for finding in check_facts(facts)] == ["pl:Gap has no dcterms:source"]
    assert [finding.file for finding in check_facts(facts)] == ["no-source.ttl"]


def test_file_that_is_not_turtle_is_found(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text("pl:Gap a owl:Class .", encoding="utf-8")
    assert [finding.code for finding in unparsable(broken)] == ["Ontology-parse"]


def test_edited_module_is_found_with_its_line(copied: Path) -> None:
    steps = copied / "steps.ttl"
    text = steps.read_text(encoding="utf-8")
    steps.write_text(text.replace('pl:slug "coating"', 'pl:slug "paint"'), encoding="utf-8")
    (finding,) = out_of_date(copied)
    assert finding.file == "steps.ttl"
    assert "paint" in finding.message


def test_missing_module_is_found(copied: Path) -> None:
    (copied / "models.ttl").unlink()
    assert [finding.file for finding in out_of_date(copied)] == ["models.ttl"]


@pytest.mark.parametrize("unit", ["furlong", "kg"])
def test_unit_that_does_not_fit_the_parameter_is_found(copied: Path, unit: str) -> None:
    table = copied / "tables" / "parameters.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(
        text.replace("pl:LineSpeed,,scalar,speed,m/min", f"pl:LineSpeed,,scalar,speed,{unit}", 1), "utf-8"
    )
    assert "pl:CoatingSpeed" in {finding.focus for finding in units(Tables(copied / "tables"))}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("length,0.001,,[length]", "length,0.01,,[length]"),
        ("temperature,1,273.15,[temperature]", "temperature,1,,[temperature]"),
        ("mass per area,0.01,,[mass] / [length] ** 2", "mass per area,0.01,,[mass]"),
    ],
)
def test_unit_that_is_converted_otherwise_than_by_pint_is_found(copied: Path, right: str, wrong: str) -> None:
    table = copied / "tables" / "units.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(right, wrong, 1), "utf-8")
    (found,) = conversions(Tables(copied / "tables"))
    assert right.split(",", 1)[1].split(",")[0] in found.message


def test_upstream_term_that_the_mirror_lacks_is_found() -> None:
    tables = Tables.shipped()
    terms = list(read_upstream(tables).terms.values())
    mirror = Mirror(Upstream(terms[1:]), frozenset())
    (finding,) = differs_from_mirror(tables, mirror)
    assert finding.message.endswith(f"({terms[0].label}) is not in the mirror as it stands here")


def test_shipped_ontology_has_no_fault() -> None:
    findings = check_ontology(data_folder("ontology"))
    assert [f"{finding.place}: {finding.message}" for finding in findings] == []


def test_shipped_upstream_terms_are_those_of_the_mirror(mirror: Path) -> None:
    findings = check_ontology(data_folder("ontology"), mirror)
    assert [finding.message for finding in findings if finding.code == "Ontology-mirror"] == []
