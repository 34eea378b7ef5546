"""RML that a lab hands in is run by its engine, validated and published like any mapping."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from stores import copy_of

from pilotline.cli import main
from pilotline.store import Store

HERE = Path(__file__).parent
ENGINE = Path(os.environ.get("PILOTLINE_RML_ENGINE") or HERE.parents[1] / "build" / "rml-engine")
MAPPING = """\
@prefix rml: <http://w3id.org/rml/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix pl: <https://w3id.org/pilotline/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

<#data> a dcat:Dataset ; dcterms:identifier "rolls" ; dcterms:title "Rolls of Lab B" .
<#roll> rml:logicalSource [ rml:source "rolls.csv" ; rml:referenceFormulation rml:CSV ] ;
    rml:subjectMap [
        rml:template "https://w3id.org/pilotline/id/lab-b/lot/roll-{Roll}" ; rml:class pl:ElectrodeRoll
    ] ;
    rml:predicateObjectMap [
        rml:predicate rdfs:label ;
        rml:objectMap [ rml:template "roll {Roll}" ; rml:termType rml:Literal ]
    ] .
"""
LABELS = """
SELECT ?roll ?label WHERE {
  GRAPH <https://w3id.org/pilotline/id/lab-b/dataset/rolls> { ?roll rdfs:label ?label }
} ORDER BY ?label
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    (tmp_path / "rolls.rml.ttl").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "rolls.csv").write_text("Roll\n7\n8\n", encoding="utf-8")
    return [str(tmp_path / "rolls.csv"), "--mapping", str(tmp_path / "rolls.rml.ttl"), "--scope", "lab-b"]


def ingest(files: list[str], db: Path) -> Result:
    return CliRunner().invoke(main, ["ingest", *files, "--db", str(db)])


def test_what_the_engine_makes_is_published(
    files: list[str], founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (ENGINE / "bin" / "python").exists():
        pytest.skip("no RML engine; `make rml-engine` installs it")
    monkeypatch.setenv("PILOTLINE_RML_ENGINE", str(ENGINE))
    done = ingest(files, copy_of(founded, tmp_path / "db"))
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Rolls of Lab B: published as version 1")
    prefix = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"
    rows = Store.open(tmp_path / "db").read().query(prefix + LABELS)
    assert [row["label"].value for row in rows] == ["roll 7", "roll 8"]  # type: ignore[union-attr]


def test_a_missing_engine_is_said_in_one_line(
    files: list[str], founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PILOTLINE_RML_ENGINE", str(tmp_path / "nowhere"))
    done = ingest(files, copy_of(founded, tmp_path / "db"))
    assert done.exit_code == 2
    assert done.stderr == (
        f"pilotline: {tmp_path / 'nowhere'}: no RML engine; make one by `python -m venv rml-engine` and "
        "`rml-engine/bin/pip install morph-kgc`, and say PILOTLINE_RML_ENGINE=rml-engine\n"
    )


def test_a_failure_of_the_engine_is_said_in_one_line(
    files: list[str], founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (ENGINE / "bin" / "python").exists():
        pytest.skip("no RML engine; `make rml-engine` installs it")
    monkeypatch.setenv("PILOTLINE_RML_ENGINE", str(ENGINE))
    (tmp_path / "rolls.csv").rename(tmp_path / "other.csv")
    files[0] = str(tmp_path / "other.csv")
    done = ingest(files, copy_of(founded, tmp_path / "db"))
    assert done.exit_code == 2
    assert done.stderr.startswith("pilotline: the RML engine failed: ")
    assert done.stderr.count("\n") == 1
    assert "rolls.csv" in done.stderr
