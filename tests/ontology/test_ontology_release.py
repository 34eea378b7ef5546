"""The files of a release hold the whole ontology, import nothing and open in rdflib and OWLAPI alike."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    RdfFormat,
    Triple,
    parse,
)
from rdflib import OWL, RDF, Graph, URIRef
from reasoners import judged, owlapi

from pilotline.cli.ontology import ontology
from pilotline.namespaces import ONTOLOGY
from pilotline.resources import data_folder
from pilotline.vocabulary.release import rdf_xml, release_files
from pilotline.vocabulary.turtle import write_turtle

NAMES = ("pilotline-merged.owl", "pilotline-merged.ttl")
AWKWARD = ' two  spaces, a tab\t, a line\n, a return\r, <b> & "quotes" ]]> \u00b5\u2009m \U0001d707 '


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release") / "dist" / "0.1.0"
    result = CliRunner().invoke(ontology, ["build", "--release", str(folder)])
    assert (result.exit_code, result.output) == (0, f"2 files written to {folder}\n")
    return folder


@pytest.fixture(scope="module")
def graphs(release: Path) -> list[Graph]:
    return [Graph().parse(release / NAMES[0], format="xml"), Graph().parse(release / NAMES[1])]


def canonical(graph: Graph) -> Dataset:
    """Return a graph whose blank nodes have names that come from what is said of them."""
    quads = Dataset(parse(graph.serialize(format="nt"), format=RdfFormat.N_TRIPLES))
    quads.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return quads


def test_turtle_and_rdf_xml_hold_the_same_triples(graphs: list[Graph]) -> None:
    assert canonical(graphs[0]) == canonical(graphs[1])


def test_release_holds_what_the_modules_hold_but_for_their_heads(graphs: list[Graph]) -> None:
    modules = Graph()
    for path in data_folder("ontology").glob("*.ttl"):
        if path.stem != "pilotline-full":
            modules.parse(path)
    for head in set(modules.subjects(RDF.type, OWL.Ontology)) - {URIRef(ONTOLOGY)}:
        modules.remove((head, None, None))
    modules.remove((None, OWL.imports, None))
    assert canonical(modules) == canonical(graphs[1])


def test_release_is_one_ontology_without_imports(graphs: list[Graph]) -> None:
    for graph in graphs:
        assert list(graph.subjects(RDF.type, OWL.Ontology)) == [URIRef(ONTOLOGY)]
        assert list(graph.objects(None, OWL.imports)) == []


def test_owlapi_reads_the_same_axioms_from_both_files_and_finds_them_sound(release: Path) -> None:
    (release / "catalog-v001.xml").write_text(
        '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog"/>', encoding="utf-8"
    )
    found = [judged(owlapi(release / name)) for name in NAMES]
    for name, each in zip(NAMES, found, strict=True):
        assert [Path(document).name for document in each.pop("documents")] == [name]
    assert found[0] == found[1]
    assert found[0]["axioms"] > 10_000
    assert (found[0]["consistent"], found[0]["unsatisfiable"]) == (True, [])


def test_same_modules_give_the_same_bytes(release: Path) -> None:
    again = release_files(data_folder("ontology"))
    assert again == {name: (release / name).read_text(encoding="utf-8") for name in sorted(again)}


def test_awkward_literals_and_nested_nodes_survive_rdf_xml() -> None:
    subject, inner, value = NamedNode("urn:s"), BlankNode(), NamedNode("https://w3id.org/emmo#EMMO_1_2")
    turtle = write_turtle(
        [
            Triple(subject, value, Literal(AWKWARD, language="en")),
            Triple(subject, value, Literal("1.50", datatype=NamedNode("urn:decimal"))),
            Triple(subject, NamedNode("urn:a/p"), inner),
            Triple(inner, value, Literal("")),
        ],
        "Awkward",
        {},
    )
    read = Graph().parse(data=rdf_xml(turtle), format="xml")
    assert canonical(read) == canonical(Graph().parse(data=turtle))


def test_check_and_release_at_once_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(ontology, ["build", "--check", "--release", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert "give it alone" in result.output
    assert not (tmp_path / "out").exists()
