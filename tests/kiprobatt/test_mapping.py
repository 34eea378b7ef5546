"""Five invented pages of the wiki become the runs, lots and quantities that expected.ttl shows."""

from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Store, Triple, parse

from pilotline.datasets.dataset import Staged
from pilotline.namespaces import PL, RDF, REAL_DATA

DATASET = "https://w3id.org/pilotline/id/lab/dataset/kiprobatt"
EXPECTED = Path(__file__).parent / "expected.ttl"


def triples(staged: Staged, graph: str = DATASET) -> set[Triple]:
    store = Store()
    store.load(path=staged.quads, format=RdfFormat.N_QUADS)
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, NamedNode(graph))}


def is_upstream_type(triple: Triple) -> bool:
    ours = isinstance(triple.object, NamedNode) and triple.object.value.startswith((PL, REAL_DATA))
    return triple.predicate.value == RDF + "type" and not ours


def test_the_pages_become_what_is_expected(small: Staged) -> None:
    expected = {quad.triple for quad in parse(path=EXPECTED, format=RdfFormat.TURTLE)}
    found = {triple for triple in triples(small) if not is_upstream_type(triple)}
    assert sorted(map(str, found - expected)) == []
    assert sorted(map(str, expected - found)) == []


def test_an_instance_has_the_upstream_class_too(small: Staged) -> None:
    stack = NamedNode(
        "https://w3id.org/pilotline/id/lab/lot/stack-OSLc3:O0000/state/stacking-OSLc3",
    )
    upstream = {str(t.object) for t in triples(small) if t.subject == stack and is_upstream_type(t)}
    assert len(upstream) == 1
    assert "electrochemistry#" in upstream.pop()


def test_the_raw_triples_are_those_of_the_files(small: Staged) -> None:
    store = Store()
    for path in sorted((Path(__file__).parent / "export").glob("*.jsonld")):
        text = path.read_bytes().decode("cp1252" if path.stem == "OSLb2" else "utf-8")
        store.load(text, format=RdfFormat.JSON_LD)
    assert triples(small, DATASET + "/raw") == {quad.triple for quad in store}


def test_every_raw_subject_has_one_pointer(small: Staged) -> None:
    subjects = {triple.subject for triple in triples(small, DATASET + "/raw")}
    pointers = list(triples(small, DATASET + "/pointers"))
    assert {triple.subject for triple in pointers} == subjects
    assert len(pointers) == len(subjects)


def test_the_remarks_say_what_was_left_out(small: Staged) -> None:
    assert [(finding.code, finding.message) for finding in small.findings] == [
        ("Source-encoding", "1 of 5 files are cp1252, not UTF-8, and read as such"),
        ("Source-empty", "1 of 5 files hold no statement"),
        ("parameters-not-mapped", "parameter CellCount: 1 with a value, not mapped; see the raw graph"),
        (
            "predecessors-outside-the-export",
            "1 links lead to 1 lots of kind electrolyte that the export does not describe",
        ),
        (
            "predecessors-outside-the-export",
            "1 links lead to 1 lots of kind roll that the export does not describe",
        ),
        (
            "texts-without-number",
            "1 values are typed NaN g, which is no number; they are kept as not measured",
        ),
    ]


def test_the_dataset_says_where_it_comes_from(small: Staged) -> None:
    description = small.description
    assert (description.iri, description.licence, small.mapping) == (DATASET, "CC-BY-4.0", "kiprobatt 1")
    assert "10.5281/zenodo.8418323" in description.title
    assert [source.encoding for source in small.sources] == ["utf-8", "cp1252", "utf-8", "utf-8", "utf-8"]
