"""The Turtle that ships is what the tables give, and every reader of it agrees on its content."""

import csv
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import owlready2  # type: ignore[import-untyped]
import pytest
import rdflib
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize
from rdflib.compare import isomorphic

from pilotline.namespaces import OWL
from pilotline.resources import data_folder
from pilotline.vocabulary.catalog import MIRROR
from pilotline.vocabulary.closure import load_ontology, module_files, read_module, specification
from pilotline.vocabulary.facts import Facts
from pilotline.vocabulary.modules import build, first_difference
from pilotline.vocabulary.names import is_ours, is_upstream
from pilotline.vocabulary.tables import Tables

ONTOLOGY = "https://w3id.org/pilotline/ontology"
FILES = sorted(data_folder("ontology").glob("*.ttl"))


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> NoReturn:
        raise AssertionError("something asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_modules_are_what_the_tables_give() -> None:
    folder = data_folder("ontology")
    assert first_difference(folder, build(Tables(folder / "tables"))) is None


def test_building_twice_gives_the_same_text() -> None:
    assert build(Tables.shipped()) == build(Tables.shipped())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_rdflib_and_pyoxigraph_read_the_same(path: Path) -> None:
    ours = rdflib.Graph().parse(data=as_ntriples(read_module(path)), format="nt")
    assert isomorphic(rdflib.Graph().parse(path), ours)


def test_full_closure_names_the_commit_of_each_release_it_imports() -> None:
    full = read_module(data_folder("ontology") / "pilotline-full.ttl")
    named = {str(t.object).strip("<>") for t in full if t.predicate.value.endswith("terms/source")}
    with (data_folder("ontology") / "tables" / "releases.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if row["repository"].startswith("https://github.com/emmo")
        ]
    assert named == {f"{row['repository']}/tree/{row['commit']}" for row in rows}
    assert len(named) == 5


def test_full_closure_imports_the_unit_modules_that_upstream_forgets() -> None:
    full = read_module(data_folder("ontology") / "pilotline-full.ttl")
    imported = {str(t.object).strip("<>") for t in full if t.predicate.value == OWL + "imports"}
    units = {iri.rpartition("/")[2] for iri in imported if "/emmo/1.0.2/disciplines/units/" in iri}
    assert units == {"otherunits", "siacceptedunits", "specialunits", "unclassifiedunits"}


def test_specification_has_no_blank_node() -> None:
    assert not [t for t in read_module(specification()) if "_:" in (str(t.subject)[:2], str(t.object)[:2])]


def test_what_ships_is_every_module_once() -> None:
    triples = list(load_ontology())
    assert len(triples) == sum(len(read_module(path)) for path in module_files()) + len(
        read_module(data_folder("ontology") / "pilotline.ttl")
    )


@pytest.mark.usefixtures("no_network")
def test_root_loads_with_all_its_imports_and_no_network(tmp_path: Path) -> None:
    for path in FILES:
        (tmp_path / f"{iri_name(path)}.nt").write_bytes(as_ntriples(read_module(path)))
    world = owlready2.World()
    owlready2.onto_path.insert(0, str(tmp_path))
    try:
        root = world.get_ontology(ONTOLOGY).load(only_local=True)
    finally:
        owlready2.onto_path.remove(str(tmp_path))
    assert {ontology.name for ontology in root.indirectly_imported_ontologies()} == {
        path.stem for path in FILES if path.stem != "pilotline-full"
    } - {"pilotline"} | {"ontology"}
    assert world[f"{ONTOLOGY}#Calendering"] is not None


def test_module_opens_with_every_term_that_it_uses() -> None:
    facts = Facts.read(FILES)
    for file, triples in facts.files.items():
        opened = {f"{iri.removeprefix(ONTOLOGY + '/')}.ttl" for iri in imports(facts, file, set())}
        used = {
            node.value for t in triples for node in (t.predicate, t.object) if isinstance(node, NamedNode)
        }
        declaring = {facts.file_of(iri) for iri in used if is_ours(iri) or is_upstream(iri)}
        # core.ttl opens alone: it names its few upstream classes by IRI.
        if file != "core.ttl":
            assert declaring - opened - {file, ""} == set(), file


def test_catalog_names_every_file_by_a_relative_path() -> None:
    text = (data_folder("ontology") / "catalog-v001.xml").read_text(encoding="utf-8")
    named = {line.split('uri="./')[1].split('"')[0] for line in text.splitlines() if 'uri="./' in line}
    assert named == {path.name for path in FILES}
    assert re.findall(r'(?:uri|catalog)="([^."][^"]*)"', text) == []


def test_full_root_finds_every_import_in_the_catalogs(mirror: Path, tmp_path: Path) -> None:
    (tmp_path / "shared").symlink_to(mirror.parent)
    folder = shutil.copytree(data_folder("ontology"), tmp_path / "checkout" / "ontology")
    assert mirror.samefile(folder / MIRROR)
    files = {**in_catalog(mirror / "catalog-v001.xml"), **in_catalog(folder / "catalog-v001.xml")}
    missing, opened, pending = set(), set(), [f"{ONTOLOGY}/pilotline-full"]
    while pending:
        iri = pending.pop()
        if iri not in files or not files[iri].exists():
            missing.add(iri)
        elif files[iri] not in opened:
            opened.add(files[iri])
            facts = Facts.read([files[iri]])
            pending += [iri for said in facts.by_subject for iri in facts.iris(said, OWL + "imports")]
    assert missing == set()
    assert len(opened) > 60


@pytest.mark.parametrize(
    ("seed_file", "tables"),
    [
        ("parameters", ["specifications"]),
        ("steps", ["steps"]),
        ("techniques", ["techniques"]),
        ("models", ["models"]),
        ("software", ["software"]),
        ("data_sources", ["data_sources"]),
        ("projects", ["projects"]),
    ],
)
def test_every_row_of_the_paper_has_a_term(seed: Path, seed_file: str, tables: list[str]) -> None:
    wanted = {row["id"] for row in rows(seed / f"{seed_file}.csv")}
    found = {
        value for table in tables for row in Tables.shipped().rows(table) for value in row.values("seed")
    }
    assert wanted - found == set()


def imports(facts: Facts, file: str, seen: set[str]) -> set[str]:
    ontology = ONTOLOGY if file == "pilotline.ttl" else f"{ONTOLOGY}/{file.removesuffix('.ttl')}"
    for iri in set(facts.iris(ontology, OWL + "imports")) - seen:
        seen.add(iri)
        imports(facts, f"{iri.removeprefix(ONTOLOGY + '/')}.ttl", seen)
    return seen


def in_catalog(path: Path) -> dict[str, Path]:
    pairs = re.findall(r'<uri name="([^"]+)" uri="([^"]+)"', path.read_text(encoding="utf-8"))
    return {iri: path.parent / file for iri, file in pairs}


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def as_ntriples(triples: list[Triple]) -> bytes:
    quads = (Quad(t.subject, t.predicate, t.object) for t in triples)
    text = serialize(quads, format=RdfFormat.N_TRIPLES)
    assert text is not None
    return text


def iri_name(path: Path) -> str:
    return "ontology" if path.stem == "pilotline" else path.stem
