"""OWLAPI, ELK and HermiT load what ships and find nothing that contradicts itself."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
from beside import shared
from pyoxigraph import NamedNode, RdfFormat, Triple, serialize
from reasoners import Run, in_reasoners, judged, owlapi

from pilotline.namespaces import OWL, PL, RDF
from pilotline.resources import data_folder
from pilotline.vocabulary.closure import load_ontology

HERE = Path(__file__).parent
QUESTIONS = sorted((HERE.parent / "questions").glob("*/*.ttl"))
NOTHING_CAN_BE_BOTH = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://example.org> a owl:Ontology ; owl:imports <https://w3id.org/pilotline/ontology/upstream-terms> .
:Run a owl:Class ; owl:disjointWith :Lot .
:Lot a owl:Class .
:Roll a owl:Class ; rdfs:subClassOf :Run , :Lot .
"""


@pytest.fixture
def offline(tmp_path: Path) -> Path:
    """Return the ontology in a folder where its catalog finds no mirror."""
    return copytree(data_folder("ontology"), tmp_path / "alone" / "ontology")


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """Return the ontology with the mirror where its catalog looks for it, as beside a checkout."""
    (tmp_path / "shared").symlink_to(shared("upstream").parent)
    return copytree(data_folder("ontology"), tmp_path / "checkout" / "ontology")


def test_offline_root_is_sound_and_answers_each_question(offline: Path) -> None:
    run = owlapi(offline / "pilotline.ttl", "--questions", *QUESTIONS)
    found = judged(run)
    assert {Path(document).stem for document in found["documents"]} == {
        path.stem for path in offline.glob("*.ttl") if path.stem != "pilotline-full"
    }
    assert (run.returncode, found["consistent"], found["unsatisfiable"]) == (0, True, [])
    assert found["questions"] == {
        path.stem: {"follows": expected, "after the change": not expected}
        for path in QUESTIONS
        for expected in [path.parent.name == "follows"]
    }


def test_full_root_finds_every_import_by_the_catalogs_and_is_sound(full: Path) -> None:
    run = owlapi(full / "pilotline-full.ttl")
    found = judged(run)
    assert [each for each in found["documents"] if not each.startswith(f"file:{full.parents[1]}/")] == []
    assert len(found["documents"]) > len(list(full.glob("*.ttl"))) + 50
    assert (run.returncode, found["consistent"], found["unsatisfiable"]) == (0, True, [])


def test_import_that_no_catalog_names_is_an_error(offline: Path) -> None:
    run = owlapi(offline / "pilotline-full.ttl")
    assert run.returncode == 2
    assert "https://w3id.org/emmo/" in run.stderr


def test_class_that_can_have_no_instance_is_named(offline: Path) -> None:
    (offline / "unsound.ttl").write_text(NOTHING_CAN_BE_BOTH, encoding="utf-8")
    run = owlapi(offline / "unsound.ttl")
    assert (run.returncode, judged(run)["unsatisfiable"]) == (1, ["http://example.org/Roll"])


@pytest.fixture
def hermit(tmp_path: Path) -> Callable[[list[Triple]], Run]:
    """Return what hands triples to owlready2 and its HermiT."""

    def run(triples: list[Triple]) -> Run:
        path = tmp_path / "merged.nt"
        merged = [triple for triple in triples if triple.predicate.value != OWL + "imports"]
        serialize(merged, str(path), format=RdfFormat.N_TRIPLES)
        return in_reasoners("python", HERE / "hermit.py", path)

    return run


def test_hermit_finds_the_offline_root_consistent(hermit: Callable[[list[Triple]], Run]) -> None:
    run = hermit(list(load_ontology()))
    assert (run.returncode, run.stdout.strip()) == (0, "")


def test_hermit_finds_data_that_call_one_thing_a_run_and_a_lot(hermit: Callable[[list[Triple]], Run]) -> None:
    thing, kind = NamedNode("https://example.org/a"), NamedNode(RDF + "type")
    classes = (NamedNode(PL + name) for name in ("Calendering", "ElectrodeCoil"))
    run = hermit([*load_ontology(), *(Triple(thing, kind, each) for each in classes)])
    assert (run.returncode, run.stdout.strip()) == (1, "inconsistent")


@pytest.mark.parametrize(("without", "empty"), [((), 542), (("--without", "data"), 0)])
def test_bvco_and_gpo_as_they_stand_empty_classes_of_emmo(without: tuple[str, ...], empty: int) -> None:
    run = in_reasoners("python", HERE / "upstream_merge.py", shared("upstream"), *without)
    assert run.stdout.splitlines()[0] == f"consistent: True; without instances: {empty}", run.stderr
