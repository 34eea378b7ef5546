"""JSON-LD is read without the network, and no word of it is lost in silence."""

import json
from pathlib import Path
from typing import Any

import pytest
from beside import shared
from pyoxigraph import Quad
from rdflib import Graph
from rdflib.compare import isomorphic

from pilotline.datasets.dataset import SourceError
from pilotline.findings import Finding
from pilotline.rdf.jsonld import MAX_DEPTH, OWN_CONTEXT, read_jsonld

CASES = Path(__file__).parent / "cases"
RUN = CASES.parent / "run.jsonld"
ADDRESSES = [
    OWN_CONTEXT,
    OWN_CONTEXT.replace("/context", "/0.1.0/context"),
    "https://w3id.org/emmo/domain/battery/context",
    "https://w3id.org/emmo/domain/battery/0.20.1/context",
    "https://w3id.org/emmo/domain/electrochemistry/context",
    "https://raw.githubusercontent.com/emmo-repo/domain-battery/master/context/context.json",
]
PUBLISHED = {
    "upstream/example_calendering.jsonld": 37,
    "data/empa_aurora/samples/test_battinfo.jsonld": 644,
    "data/empa_aurora/unicycler/test_battinfo.jsonld": 329,
    "data/bdf_examples/docs/examples/in/registry/google/g20m7/202512/kcsb0s/metadata.jsonld": 94,
}


def read(folder: Path, content: Any) -> tuple[list[Quad], list[Finding]]:
    file = folder / "file.jsonld"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_jsonld(file, "https://example.org/")


def graph_of(quads: list[Quad]) -> Graph:
    lines = (f"{quad.subject} {quad.predicate} {quad.object} ." for quad in quads)
    return Graph().parse(data="\n".join(lines), format="nt")


def line(finding: Finding) -> str:
    return f"{finding.severity} {finding.code} {finding.place}: {finding.message}; {finding.hint}"


@pytest.mark.parametrize("address", ADDRESSES)
def test_known_address_is_answered_by_the_context_that_ships(tmp_path: Path, address: str) -> None:
    quads, findings = read(tmp_path, {"@context": address, **json.loads(RUN.read_text(encoding="utf-8"))})
    assert findings == []
    assert isomorphic(graph_of(quads), Graph().parse(RUN.with_suffix(".ttl")))


def test_words_that_no_context_maps_are_reported_with_their_place() -> None:
    _, findings = read_jsonld(CASES / "unmapped.jsonld", "https://example.org/")
    expected = (CASES / "unmapped.txt").read_text(encoding="utf-8").splitlines()
    assert [line(finding) for finding in findings] == expected


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_document_expands_with_nothing_dropped(tmp_path: Path, name: str) -> None:
    content = json.loads(
        (shared(name.partition("/")[0]) / name.partition("/")[2]).read_text(encoding="utf-8")
    )
    quads, findings = read(tmp_path, {"@context": OWN_CONTEXT, **content})
    assert (len(quads), findings) == (PUBLISHED[name], [])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            {"@context": "https://example.org/c"},
            "the context 'https://example.org/c' is not known, and contexts",
        ),
        ({"@context": {"a": {"@id": "urn:a", "@context": "c.json"}}}, "the context 'c.json' is not known"),
        ({"@context": {"@version": 1.1, "@import": "https://example.org/c"}, "a": 1}, "not JSON-LD: "),
        ({"@id": 3}, "not JSON-LD: "),
        ('{"@id": "a", "@id": "b"}', "not JSON: the key '@id' stands twice in one object"),
        ('{"urn:a": NaN}', "not JSON: NaN is no JSON number"),
        ("{", "not JSON: "),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), f"nested deeper than {MAX_DEPTH} levels"),
        ("[" * 100_000 + "]" * 100_000, f"nested deeper than {MAX_DEPTH} levels"),
    ],
    ids=["unknown", "scoped", "import", "id", "twice", "nan", "cut", "deep", "bomb"],
)
def test_what_cannot_be_read_is_one_clear_line(tmp_path: Path, content: Any, message: str) -> None:
    with pytest.raises(SourceError) as error:
        read(tmp_path, content)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
