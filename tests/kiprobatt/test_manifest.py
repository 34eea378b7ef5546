"""A mapping folder is checked before any source is read."""

from pathlib import Path

import pytest

from pilotline.construct import load_manifest, stage_construct
from pilotline.construct.manifest import MappingError
from pilotline.datasets.dataset import SourceError
from pilotline.iris import Scope

MANIFEST = """\
mapping: lab
version: "1"
input: "*.ttl"
dataset: {id: lab, title: Lab}
queries: [make.rq]
"""
QUERY = "#+ summary: nothing\nCONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(false) }"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mapping.yaml").write_text(MANIFEST)
    (tmp_path / "make.rq").write_text(QUERY)
    (tmp_path / "a.ttl").write_text("<https://ex.example/a> <https://ex.example/p> 1 .")
    return tmp_path


def failure(folder: Path, files: list[Path] | None = None) -> str:
    with pytest.raises(SourceError) as caught:
        stage_construct(
            folder, [folder / "a.ttl"] if files is None else files, Scope("lab"), folder / "out.nq"
        )
    return str(caught.value).replace(f"{folder}/", "")


def test_inputs_are_the_files_of_the_pattern(folder: Path) -> None:
    assert load_manifest(folder).inputs(folder) == [folder / "a.ttl"]


def test_an_unknown_key_is_an_error(folder: Path) -> None:
    (folder / "mapping.yaml").write_text(MANIFEST + "construct: []\n")
    assert failure(folder) == "mapping.yaml, construct: extra inputs are not permitted"


def test_a_missing_key_is_named(folder: Path) -> None:
    (folder / "mapping.yaml").write_text(MANIFEST.replace("title: Lab", ""))
    assert failure(folder) == "mapping.yaml, dataset.title: field required"


def test_broken_yaml_is_an_error(folder: Path) -> None:
    (folder / "mapping.yaml").write_text("mapping: [")
    assert failure(folder).startswith("mapping.yaml: not YAML: ")


def test_a_folder_without_manifest_is_an_error(folder: Path) -> None:
    (folder / "mapping.yaml").unlink()
    with pytest.raises(MappingError, match=r"no mapping\.yaml; a mapping folder needs one"):
        load_manifest(folder)


def test_a_query_that_is_not_there_is_an_error(folder: Path) -> None:
    (folder / "make.rq").unlink()
    assert failure(folder) == "mapping.yaml names make.rq, which is not in the folder"


def test_a_query_says_what_it_makes(folder: Path) -> None:
    (folder / "make.rq").write_text(QUERY.partition("\n")[2])
    assert failure(folder).endswith("a query starts with '#+ summary: what it makes'")


def test_a_query_must_construct(folder: Path) -> None:
    (folder / "make.rq").write_text("#+ summary: rows\nSELECT ?s WHERE { ?s ?p ?o }")
    assert failure(folder) == "make.rq: not a CONSTRUCT query, so it makes no triples"


def test_a_query_with_a_slip_is_named(folder: Path) -> None:
    (folder / "make.rq").write_text("#+ summary: nothing\nCONSTRUCT { ?s ?p }")
    assert failure(folder).startswith("make.rq: ")


def test_a_remark_must_select(folder: Path) -> None:
    (folder / "mapping.yaml").write_text(MANIFEST + "remarks: [make.rq]\n")
    assert failure(folder) == "make.rq: not a SELECT query, so it makes no remarks"


def test_no_files_is_an_error(folder: Path) -> None:
    assert failure(folder, []) == "no source files; the mapping lab reads *.ttl"
