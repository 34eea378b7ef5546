"""`pilotline ontology` says what it did, where something is wrong, and ends with the right exit code."""

import json
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result

from pilotline.cli.ontology import ontology
from pilotline.resources import data_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copied = copytree(data_folder("ontology"), tmp_path / "ontology")
    assert run("build", "--folder", str(copied)).exit_code == 0
    return copied


def run(*arguments: str) -> Result:
    return CliRunner().invoke(ontology, arguments)


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_build_check_agrees_with_what_build_wrote(folder: Path) -> None:
    assert run("build", "--check", "--folder", str(folder)).exit_code == 0


def test_build_check_names_the_first_line_that_differs_and_changes_nothing(folder: Path) -> None:
    replace(folder / "steps.ttl", 'pl:slug "coating"', 'pl:slug "paint"')
    result = run("build", "--check", "--folder", str(folder))
    assert result.exit_code == 1
    assert result.output.startswith("steps.ttl, line ")
    assert 'pl:slug "paint"' in (folder / "steps.ttl").read_text(encoding="utf-8")


def test_build_names_the_cell_that_it_cannot_read(folder: Path) -> None:
    replace(folder / "tables" / "steps.csv", "emmo:MaterialsProcessing", "emmo:MaterialProcessing")
    result = run("build", "--folder", str(folder))
    assert result.exit_code == 2
    assert "steps.csv, row " in result.output
    assert "did you mean 'emmo:MaterialsProcessing'" in result.output


def test_build_refuses_a_column_that_nothing_reads(folder: Path) -> None:
    replace(folder / "tables" / "lots.csv", "scope_note,", "remark,")
    result = run("build", "--folder", str(folder))
    assert result.exit_code == 2
    assert "lots.csv, row 2, column remark: no column of this name is known" in result.output


def test_check_ends_with_1_and_lists_its_findings(folder: Path) -> None:
    replace(folder / "core.ttl", 'skos:prefLabel "alias"@en', 'skos:prefLabel "alias"@de')
    result = run("check", "--folder", str(folder), "--format", "json")
    assert result.exit_code == 1
    assert ["Ontology-label", "core.ttl", "pl:alias"] in [
        [finding["code"], finding["file"], finding["focus"]] for finding in json.loads(result.output)
    ]


def test_import_of_what_ships_changes_nothing(folder: Path, mirror: Path) -> None:
    result = run("import", "--folder", str(folder), "--from", str(mirror))
    assert result.exit_code == 0
    upstream = folder / "tables" / "upstream.csv"
    assert upstream.read_bytes() == (data_folder("ontology") / "tables" / "upstream.csv").read_bytes()


def test_import_from_a_folder_that_is_no_mirror_ends_with_2(folder: Path, tmp_path: Path) -> None:
    result = run("import", "--folder", str(folder), "--from", str(tmp_path))
    assert result.exit_code == 2
    assert "no Turtle file below EMMO/" in result.output
