"""Upstream terms come from a mirror: their names, hierarchy and release, and no prose."""

from pathlib import Path

import pytest

from pilotline.resources import data_folder
from pilotline.vocabulary.closure import read_module
from pilotline.vocabulary.facts import short
from pilotline.vocabulary.importing import facts_as_csv, import_terms
from pilotline.vocabulary.mirror import MirrorError, read_mirror
from pilotline.vocabulary.modules import build
from pilotline.vocabulary.names import is_upstream
from pilotline.vocabulary.tables import TableError, Tables

HERE = Path(__file__).parent
TABLES = {
    "releases": (
        "name,folder,iri,repository,commit,licence\n"
        "EMMO 1,EMMO,https://w3id.org/emmo/1,https://example.org/EMMO,abc,https://example.org/licence\n"
        "BVCO 1,BVCO,https://bvco.ontology.link/1,https://example.org/BVCO,def,https://example.org/licence\n"
    ),
    "parameters": "term,parent,bvco_exact\npl:CoatingSpeed,emmo:Speed,bvco:Velocity\n",
}


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tables:
    monkeypatch.setattr("pilotline.vocabulary.importing._in_code", set)
    (tmp_path / "core.ttl").write_text("", encoding="utf-8")
    for name, text in TABLES.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return Tables(tmp_path)


def imported(tables: Tables) -> str:
    terms = import_terms(read_mirror(HERE / "mirror", tables), tables, tables.folder / "core.ttl")
    return facts_as_csv(terms)


def change(tables: Tables, table: str, old: str, new: str) -> None:
    path = tables.folder / f"{table}.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_referenced_terms_come_with_all_above_them_and_their_release(tables: Tables) -> None:
    assert imported(tables) == (
        "term,kind,label,language,parents,equivalents,release\n"
        "bvco:BVCO_1,Class,Velocity,de,,,BVCO 1\n"
        "emmo:EMMO_1,Class,Quantity,en,,,EMMO 1\n"
        "emmo:EMMO_2,Class,Speed,,emmo:EMMO_1|emmo:EMMO_3,,EMMO 1\n"
        "emmo:EMMO_3,Class,Moving,en,emmo:EMMO_1,,EMMO 1\n"
    )


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("emmo:Sped", "parameters.csv, row 2, column parent: no upstream term is called 'emmo:Sped'"),
        ("emmo:Old", "parameters.csv, row 2, column parent: emmo:Old is deprecated upstream"),
        ("emmo:Twin", "write one of emmo:EMMO_5, emmo:EMMO_6"),
    ],
)
def test_name_that_cannot_be_used_is_named_with_its_cell(tables: Tables, new: str, message: str) -> None:
    change(tables, "parameters", "emmo:Speed", new)
    with pytest.raises(TableError) as error:
        imported(tables)
    assert message in str(error.value)


def test_other_version_of_a_release_is_refused(tables: Tables) -> None:
    change(tables, "releases", "https://w3id.org/emmo/1,", "https://w3id.org/emmo/2,")
    with pytest.raises(MirrorError, match=r"does not hold the pinned version https://w3id.org/emmo/2"):
        read_mirror(HERE / "mirror", tables)


def test_folder_without_a_release_is_refused(tables: Tables, tmp_path: Path) -> None:
    with pytest.raises(MirrorError, match="no Turtle file below EMMO/"):
        read_mirror(tmp_path, tables)


def test_upstream_terms_that_ship_hold_every_unit() -> None:
    text = build(Tables.shipped())["upstream-terms.ttl"]
    units = [name for row in Tables.shipped().rows("units") for name in row.values("emmo")]
    assert [name for name in units if f"\nemmo:{name} a owl:Class" not in text] == []


def test_upstream_terms_that_ship_say_label_hierarchy_and_release_and_no_more() -> None:
    triples = read_module(data_folder("ontology") / "upstream-terms.ttl")
    said = {t.predicate.value for t in triples if is_upstream(str(t.subject).strip("<>"))}
    assert {short(iri) for iri in said} == {
        "rdf:type", "rdfs:isDefinedBy", "rdfs:subClassOf", "rdfs:subPropertyOf", "skos:prefLabel",
        "owl:equivalentClass",
    }  # fmt: skip
