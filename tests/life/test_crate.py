"""A dataset goes out as an RO-Crate that holds its graph, report, provenance and sources, each described."""

import json
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from life.lab import COATING, HandIn
from pyoxigraph import RdfFormat, parse

from pilotline.datasets.crate import METADATA, CrateError, write_crate
from pilotline.datasets.kept import kept
from pilotline.datasets.life import find_dataset, remove
from pilotline.ingest.rules import Policy, Rules
from pilotline.store import Store

ROLL = "1;S-17;R1;1,50;120"


@pytest.fixture
def lab(hand_in: HandIn, store: Store) -> Store:
    hand_in("coating", ROLL)
    hand_in("coating", ROLL.replace("1,50", "1,60"))
    return store


def entities(folder: Path) -> dict[str, dict[str, Any]]:
    metadata = json.loads((folder / METADATA).read_text(encoding="utf-8"))
    assert metadata["@context"] == "https://w3id.org/ro/crate/1.1/context"
    found = {entity["@id"]: entity for entity in metadata["@graph"]}
    assert len(found) == len(metadata["@graph"])
    return found


def references(value: Any) -> set[str]:
    if isinstance(value, dict) and value.keys() == {"@id"}:
        return {value["@id"]}
    parts = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    return {each for part in parts for each in references(part)}


def test_the_crate_keeps_what_the_specification_demands(lab: Store, tmp_path: Path) -> None:
    write_crate(lab, find_dataset(lab, "coating"), tmp_path / "crate")
    found = entities(tmp_path / "crate")
    descriptor, root = found[METADATA], found["./"]
    assert (descriptor["@type"], descriptor["about"]) == ("CreativeWork", {"@id": "./"})
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert root["@type"] == "Dataset"
    assert all(root[name] for name in ("name", "description", "datePublished", "license"))
    assert all("@type" in entity for entity in found.values())
    # Each entity but the descriptor is reached, and each reference within the crate leads somewhere.
    reached = {each for entity in found.values() for each in references(entity)}
    assert found.keys() - {METADATA} <= reached
    assert reached - {"https://w3id.org/ro/crate/1.1"} <= found.keys()


def test_each_file_is_described_and_each_description_has_its_file(lab: Store, tmp_path: Path) -> None:
    write_crate(lab, find_dataset(lab, "coating"), tmp_path / "crate")
    found = entities(tmp_path / "crate")
    files = {unquote(iri) for iri, entity in found.items() if entity["@type"] == "File"}
    on_disk = {str(p.relative_to(tmp_path / "crate")) for p in (tmp_path / "crate").rglob("*") if p.is_file()}
    assert files == on_disk - {METADATA}
    assert files == {"data.ttl", "report.ttl", "provenance.ttl", "sources/coating.csv"}
    content = (tmp_path / "crate" / "sources" / "coating.csv").read_bytes()
    assert found["sources/coating.csv"]["sha256"] == sha256(content).hexdigest()


def test_an_earlier_version_goes_out_with_its_own_source(lab: Store, tmp_path: Path) -> None:
    write_crate(lab, find_dataset(lab, "coating"), tmp_path / "crate", version=1)
    assert b"1,50" in (tmp_path / "crate" / "sources" / "coating.csv").read_bytes()
    triples = parse(path=tmp_path / "crate" / "data.ttl", format=RdfFormat.TURTLE)
    assert any('"1,50"' in str(triple) for triple in triples)


def test_a_crate_can_be_one_file(lab: Store, tmp_path: Path) -> None:
    write_crate(lab, find_dataset(lab, "coating"), tmp_path / "crate.zip")
    with zipfile.ZipFile(tmp_path / "crate.zip") as made:
        assert METADATA in made.namelist()
        assert made.testzip() is None


def test_a_version_that_is_not_there_is_refused_and_nothing_written(lab: Store, tmp_path: Path) -> None:
    with pytest.raises(CrateError, match="Coating runs has no version 7; there are 1, 2"):
        write_crate(lab, find_dataset(lab, "coating"), tmp_path / "crate", version=7)
    assert not (tmp_path / "crate").exists()


def test_a_source_that_was_not_kept_is_named(hand_in: HandIn, store: Store, tmp_path: Path) -> None:
    hand_in("coating", ROLL, keep_sources=False)
    crate = write_crate(store, find_dataset(store, "coating"), tmp_path / "crate")
    assert crate.left_out == {"coating.csv": "no copy was kept"}
    assert "coating.csv is not in the crate" in entities(tmp_path / "crate")["./"]["description"]


def test_a_source_that_names_operators_stays_in_the_lab(
    hand_in: HandIn, store: Store, tmp_path: Path
) -> None:
    hand_in("people", "1,Ada,ok", policy=Policy.RECORD)
    entry = find_dataset(store, "people")
    assert write_crate(store, entry, tmp_path / "crate").left_out == {"people.csv": "it names operators"}
    assert b"Ada" not in b"".join(p.read_bytes() for p in (tmp_path / "crate").rglob("*") if p.is_file())
    assert write_crate(store, entry, tmp_path / "whole", names=True).left_out == {}


def test_copies_go_with_the_last_dataset_that_names_them(lab: Store, rules: Rules) -> None:
    digests = [path.name for path in (lab.path / "sources").rglob("*") if path.is_file()]
    assert len(digests) == 2
    remove(lab, find_dataset(lab, COATING), rules)
    assert [kept(lab.path, digest) for digest in digests] == [None, None]
