"""Over HTTP a plain server passes each W3C query and update test that the engine itself passes."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import httpx2 as httpx
import pytest
from beside import shared
from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryResultsFormat, RdfFormat, Store, parse, serialize
from w3c.manifest import Case, Data, Suite
from w3c.results import Comparable, answer, csv, expected, graph, is_ordered

from pilotline.store.workers import answers_with_a_graph
from pilotline.store.workers.tokens import tokens

EVALUATION = {"QueryEvaluationTest", "CSVResultFormatTest"}
UPDATE = "UpdateEvaluationTest"
SYNTAX = {
    "PositiveSyntaxTest": True, "PositiveSyntaxTest11": True, "NegativeSyntaxTest": False,
    "NegativeSyntaxTest11": False, "PositiveUpdateSyntaxTest11": True, "NegativeUpdateSyntaxTest11": False,
}  # fmt: skip
FORMATS = {"csv": "text/csv", "tsv": "text/tab-separated-values"}
JSON, NTRIPLES = "application/sparql-results+json", "application/n-triples"
MANIFESTS = (
    "sparql10/manifest-evaluation.ttl", "sparql10/manifest-syntax.ttl",
    "sparql11/manifest-sparql11-query.ttl", "sparql11/manifest-sparql11-update.ttl",
    "sparql11/manifest-sparql11-results.ttl",
)  # fmt: skip
# Every test of these manifests that pyoxigraph itself passes; fewer would mean that this test reads fewer.
AT_LEAST = 930
Ask = Callable[[Case, str], bytes]


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    suite = Suite(shared("w3c") / "sparql")
    return [case for manifest in MANIFESTS for case in suite.cases(manifest)]


def test_no_test_that_the_engine_passes_is_lost(cases: list[Case], plain: httpx.Client) -> None:
    failed_by_engine = sorted(case.name for case in cases if not _passes_in_process(case))
    failed_by_server = sorted(_failed_over_http(cases, plain))
    assert sorted(set(failed_by_server) - set(failed_by_engine)) == []
    assert len(cases) - len(failed_by_engine) >= AT_LEAST, failed_by_engine


def _passes_in_process(case: Case) -> bool:
    store = Store()
    if case.kind == UPDATE:
        store.extend(_quads(case.data))
        store.update(case.text, base_iri=case.base)
        return graph(store) == _after(case)
    if case.kind in SYNTAX:
        return _accepted_in_process(store, case) == SYNTAX[case.kind]
    store.extend(_quads(_data(case)))

    def ask(case: Case, accept: str) -> bytes:
        results = store.query(case.text, base_iri=case.base)
        formats = {JSON: QueryResultsFormat.JSON, "text/csv": QueryResultsFormat.CSV}
        form = RdfFormat.N_TRIPLES if accept == NTRIPLES else formats.get(accept, QueryResultsFormat.TSV)
        text: bytes = results.serialize(format=form)  # type: ignore[arg-type, assignment]
        return text

    return _answers(case, ask)


def _accepted_in_process(store: Store, case: Case) -> bool:
    try:
        if "Update" in case.kind:
            store.update(case.text, base_iri=case.base)
        else:
            store.query(case.text, base_iri=case.base)
    except SyntaxError:
        return False
    except (OSError, RuntimeError):  # LOAD of a document that is not there, CLEAR of a graph that is not
        return True
    return True


# The files of all tests are loaded once, each as a graph; a request names those of its test.
def _failed_over_http(cases: list[Case], client: httpx.Client) -> Iterator[str]:
    evaluated = [case for case in cases if case.kind in EVALUATION]
    files = {(_address(path), path) for case in evaluated for _, path in _data(case).files}
    _put(client, Data(tuple(sorted(files))))
    yield from (case.name for case in evaluated if not _answers(case, _asking(client)))
    for case in cases:
        if case.kind == UPDATE and not _updates(case, client):
            yield case.name
    _put(client, Data())
    for case in cases:
        if case.kind in SYNTAX and _accepted_over_http(case, client) != SYNTAX[case.kind]:
            yield case.name


def _asking(client: httpx.Client) -> Ask:
    def ask(case: Case, accept: str) -> bytes:
        # A query that says FROM itself finds the graphs by their names.
        files = () if any(token.is_word("FROM") for token in tokens(case.text)) else case.data.files
        form = {
            "query": f"BASE <{case.base}> {case.text}",
            "default-graph-uri": [_address(path) for name, path in files if not name],
            "named-graph-uri": [name for name, _ in files if name],
        }
        response = client.post("/sparql", data=form, headers={"Accept": accept})
        return response.content if response.status_code == 200 else response.text.encode()

    return ask


def _accepted_over_http(case: Case, client: httpx.Client) -> bool:
    kind = "update" if "Update" in case.kind else "query"
    address = "/update" if kind == "update" else "/sparql"
    response = client.post(address, data={kind: f"BASE <{case.base}> {case.text}"})
    if response.status_code == 403:  # refused for what it would do, before the parser sees it
        assert response.json()["detail"].startswith("LOAD ")
        return SYNTAX[case.kind]
    # A syntax error has a place; what is understood may still fail, as CLEAR of a graph that is not there.
    if response.status_code == 400:
        return SYNTAX[case.kind] and "line" not in response.json()
    return response.is_success


def _updates(case: Case, client: httpx.Client) -> bool:
    _put(client, case.data)
    done = client.post("/update", data={"update": f"BASE <{case.base}> {case.text}"})
    if done.status_code != 204:
        return False
    after = client.get("/graphs", headers={"Accept": "application/n-quads"})
    return graph(parse(after.content, RdfFormat.N_QUADS)) == _after(case)


def _put(client: httpx.Client, data: Data) -> None:
    text = serialize(_quads(data), format=RdfFormat.N_QUADS)
    response = client.put("/graphs", content=text, headers={"Content-Type": "application/n-quads"})
    assert response.status_code == 204, response.text


def _answers(case: Case, ask: Ask) -> bool:
    assert case.result is not None
    ordered, base = is_ordered(case.text), case.base
    is_graph = answers_with_a_graph(case.text)
    wanted = expected(case.result, base, is_graph=is_graph, ordered=ordered)
    ordered = str(wanted[0]).startswith("ordered")  # a result written as RDF may leave its order out
    extension = case.result.suffix.removeprefix(".")
    try:
        content = ask(case, NTRIPLES if is_graph else FORMATS.get(extension, JSON))
        return _read(content, extension, is_graph=is_graph, ordered=ordered) == wanted
    except SyntaxError:
        return False


def _read(content: bytes, extension: str, *, is_graph: bool, ordered: bool) -> Comparable:
    if is_graph:
        return graph(parse(content, RdfFormat.N_TRIPLES))
    if extension == "csv":
        return csv(content)
    form = QueryResultsFormat.TSV if extension == "tsv" else QueryResultsFormat.JSON
    return answer(content, form, ordered=ordered)


def _after(case: Case) -> Comparable:
    store = Store()  # which writes numbers in one way, as the server does
    store.extend(_quads(case.expected))
    return graph(store)


def _data(case: Case) -> Data:
    """Return the data of a test; one that names none gets the files that its query names by FROM."""
    if case.data.files or not case.result:
        return case.data
    folder, names = case.result.parent, set()
    found = list(tokens(case.text))
    for word, following in pairwise(found):
        if word.is_word("FROM", "NAMED") and following.kind == "iri":
            names.add(following.text[1:-1])
    base = case.base.rpartition("/")[0]
    files = ((f"{base}/{name}", folder / name) for name in sorted(names))
    return Data(tuple((name, path) for name, path in files if path.is_file()))


def _quads(data: Data) -> list[Quad]:
    return [
        Quad(quad.subject, quad.predicate, quad.object, NamedNode(name) if name else DefaultGraph())
        for name, path in data.files
        for quad in parse(path=path, base_iri=name or _address(path), rename_blank_nodes=True)
    ]


def _address(path: Path) -> str:
    return f"http://w3c.example/{path.parent.parent.name}/{path.parent.name}/{path.name}"
