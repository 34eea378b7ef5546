"""The guard reads enough of a query to know what the engine must not get, and no more."""

import time

import pytest
from pyoxigraph import Store

from pilotline.store.workers import Guard, QueryError, answers_with_a_graph
from pilotline.store.workers.guard import may_name_graphs

NESTED = [
    "ASK " + "{" * 5000 + "}" * 5000,
    "ASK { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }",
    "ASK { FILTER(" + "!" * 20000 + "true) }",
    "ASK {" + "UNION".join(["{?a ?b ?c}"] * 20000) + "}",
    "ASK { FILTER(" + "||".join(["?a"] * 20000) + ") }",
    "ASK {" + "FILTER EXISTS{" * 1000 + "?a ?b ?c" + "}" * 1000 + "}",
    "ASK {" + "BIND(1 AS ?a)" * 3000 + "}",
    "ASK { ?a " + "/".join(["<urn:p>"] * 2000) + " ?b }",
    "ASK { FILTER(" + "-1" * 10000 + ") }",
    "SELECT " + " ".join(f"(1 AS ?a{n})" for n in range(3000)) + "{}",
]


@pytest.mark.parametrize("query", NESTED, ids=range(len(NESTED)))
def test_a_query_that_would_kill_the_engine_does_not_reach_it(query: str) -> None:
    with pytest.raises(QueryError):
        Guard().check(query)


@pytest.mark.parametrize(
    "text", ["a-" * 500_000, "<" * 10**6, "'" * 999_999, '"""' + "x" * 900_000, "\\" * 10**6]
)
def test_reading_tokens_takes_no_longer_than_a_moment(text: str) -> None:
    start = time.process_time()
    with pytest.raises(QueryError):
        Guard().check(text + "{" * 200)
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'SERVICE <http://x/> {' } # SERVICE <http://x/> {}",
        'SELECT * { ?s ?p """a " SERVICE <http://x/> { }""" }',
        "SELECT * { ?s <http://x/SERVICE> ?SERVICE }",
        "PREFIX SERVICE: <urn:> SELECT * { ?s SERVICE:a ?o }",
    ],
)
def test_the_word_service_in_text_is_no_service(query: str) -> None:
    Guard().check(query)
    Store().query(query)


@pytest.mark.parametrize(
    ("query", "graph"),
    [
        ("PREFIX construct: <urn:> SELECT * {}", False),
        ("# CONSTRUCT\nASK {}", False),
        ("BASE <urn:select> construct {} WHERE {}", True),
        ("DESCRIBE <urn:ask>", True),
        ("SELECT * { FILTER EXISTS { ?construct ?p ?o } }", False),
        ("", False),
    ],
)
def test_the_form_of_a_query_is_read_from_its_tokens(query: str, graph: bool) -> None:
    assert answers_with_a_graph(query) is graph


@pytest.mark.parametrize(
    ("query", "may"),
    [
        ("SELECT * { ?s <http://www.w3.org/ns/prov#type> ?o }", False),
        ("SELECT * { ?s prov:wasDerivedFrom/:from*/graph:graph ?o }", True),  # the prefix is a word too
        ("SELECT * { ?s prov:wasDerivedFrom/:from* ?o }", False),
        ("SELECT * FROM <urn:g> { ?s prov:wasDerivedFrom ?o }", True),
        ("SELECT * {prov:fromGRAPH<urn:g>{}}", False),  # a prefixed name goes as far as it can
        ("SELECT * {prov:a-GRAPH<urn:g>{}}", True),
        ("SELECT * { ?s : ?o GRAPH ?g {} }", True),
        ("SELECT * { ?s :\\u0020GRAPH ?g {} }", True),
        ("select*from<urn:g>{}", True),
    ],
)
def test_named_graphs_may_be_meant_unless_that_is_sure(query: str, may: bool) -> None:
    assert may_name_graphs(query) is may
