"""The fast engine agrees with pySHACL on the W3C suite, and with the suite but for what is listed here."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from beside import SHARED
from rdflib import RDF, SH, Namespace
from rdflib.term import Node

from pilotline.validation import ENGINES, Result, Shapes, ShapesError, load_shapes, validate
from pilotline.validation.paths import sparql_path
from pilotline.validation.terms import rdflib_graph, to_pyoxigraph

SUITE = SHARED / "w3c" / "shacl" / "tests"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
FAILURE = "failure"

# What our answer differs in from the suite's.
DIFFERENT = {
    "pre-binding/shapesGraph-001": "queries do not see the shapes",
}
# Where the reference is wrong, and the fast engine right.
REFERENCE_WRONG = {
    "node/prefixes-001": "prefixes are not looked for behind owl:imports, which we never follow",
    "property/uniqueLang-002": "sh:uniqueLang 1 is not sh:uniqueLang true",
}

pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason="the W3C suite is not at ../shared/w3c")


def cases() -> list[Path]:
    return [file for file in sorted(SUITE.rglob("*.ttl")) if "sht:Validate" in file.read_text()]


def name(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


@pytest.fixture(params=cases(), ids=name)
def case(request: pytest.FixtureRequest) -> Path:
    file = request.param
    assert isinstance(file, Path)
    return file


def manifest_of(case: Path) -> rdflib.Graph:
    return rdflib_graph(ox.parse(path=case, base_iri=case.as_uri()))


def parts(case: Path) -> tuple[Path, Shapes]:
    manifest = manifest_of(case)
    data, shapes = (
        Path(str(next(manifest.objects(None, part))).removeprefix("file://"))
        for part in (SHT.dataGraph, SHT.shapesGraph)
    )
    return data, load_shapes(shapes)


def key(values: Iterable[str]) -> tuple[str, ...]:
    return tuple("_:b" if value.startswith("_:") else as_stored(value) for value in values)


def as_stored(value: str) -> str:
    """Return a literal as the store keeps it: 4.0 becomes 4."""
    if not value.startswith('"'):
        return value
    store = ox.Store()
    store.load(f"<urn:s> <urn:p> {value} .", ox.RdfFormat.TURTLE)
    return str(next(iter(store)).object)


def answer(case: Path, engine: str) -> Counter[tuple[str, ...]] | str:
    try:
        data, shapes = parts(case)
        return Counter(key(result.key) for result in validate(data, shapes, engine=engine))
    except ShapesError:
        return FAILURE


def expected(case: Path) -> Counter[tuple[str, ...]] | str:
    manifest = manifest_of(case)
    if (None, MF.result, SHT.Failure) in manifest:
        return FAILURE
    report = next(manifest.subjects(RDF.type, SH.ValidationReport))
    return Counter(key(result_key(manifest, node)) for node in manifest.objects(report, SH.result))


def result_key(graph: rdflib.Graph, node: Node) -> tuple[str, ...]:
    """Return what Result.key returns, from the report of a test."""

    def text(predicate: Node) -> str:
        value = graph.value(node, predicate)
        return "" if value is None else str(to_pyoxigraph(value))

    path = graph.value(node, SH.resultPath)
    result = Result(
        shape=to_pyoxigraph(graph.value(node, SH.sourceShape) or rdflib.BNode()),
        focus=to_pyoxigraph(graph.value(node, SH.focusNode) or rdflib.BNode()),
        severity_iri=text(SH.resultSeverity)[1:-1],
        component=text(SH.sourceConstraintComponent)[1:-1],
        path="" if path is None else sparql_path(graph, path),
    )
    return (*result.key[:-1], text(SH.value))


def test_the_engines_agree(case: Path) -> None:
    first, second = (answer(case, engine) for engine in ENGINES)
    assert (first == second) is (name(case) not in REFERENCE_WRONG)


def test_the_answer_is_that_of_the_suite(case: Path) -> None:
    if name(case) in DIFFERENT:
        assert answer(case, "auto") != expected(case), "this one is right; take it off the list"
    else:
        assert answer(case, "auto") == expected(case)
