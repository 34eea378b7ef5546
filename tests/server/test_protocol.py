"""The endpoint speaks the SPARQL 1.1 Protocol."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from pyoxigraph import NamedNode, QueryResultsFormat, RdfFormat, Triple, parse, parse_query_results

from pilotline.store import Store

DATASET = "https://example.org/dataset/demo"
ROWS = 3000
Serve = Callable[..., httpx.Client]
ALL = "SELECT ?s ?p ?o { GRAPH <" + DATASET + "> { ?s ?p ?o } }"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } { GRAPH <" + DATASET + "> { ?s ?p ?o } }"
ASK = "ASK { ?s ?p ?o }"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
UPDATE = {"Content-Type": "application/sparql-update"}
UTF_16 = {"Content-Type": "application/sparql-query;charset=utf-16"}
TABLE_TYPES = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
GRAPH_TYPES = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/trig": RdfFormat.TRIG,
}


def problem(response: httpx.Response) -> tuple[int, str]:
    """Return status and detail, once the response is seen to be a proper error."""
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cache-control"] == "no-store"
    content = response.json()
    assert content["status"] == response.status_code
    return response.status_code, content["detail"]


@pytest.mark.parametrize("media_type", TABLE_TYPES)
def test_a_table_in_each_format(client: httpx.Client, media_type: str) -> None:
    response = client.get("/sparql", params={"query": ALL}, headers={"Accept": media_type})
    assert response.headers["content-type"].startswith(media_type)
    rows = parse_query_results(response.content, TABLE_TYPES[media_type])
    assert len(list(rows)) == ROWS  # type: ignore[arg-type]


def test_a_table_as_csv(client: httpx.Client) -> None:
    response = client.get("/sparql", params={"query": ALL}, headers={"Accept": "text/csv"})
    assert response.headers["content-type"].startswith("text/csv")
    assert response.text.count("\r\n") == ROWS + 1


@pytest.mark.parametrize("media_type", GRAPH_TYPES)
def test_a_graph_in_each_format(client: httpx.Client, media_type: str) -> None:
    response = client.get("/sparql", params={"query": CONSTRUCT}, headers={"Accept": media_type})
    assert response.headers["content-type"].startswith(media_type)
    assert len(set(parse(response.content, GRAPH_TYPES[media_type]))) == ROWS


@pytest.mark.parametrize("media_type", ["application/sparql-results+json", "application/sparql-results+xml"])
def test_a_yes_in_each_format(client: httpx.Client, media_type: str) -> None:
    response = client.get("/sparql", params={"query": ASK}, headers={"Accept": media_type})
    assert bool(parse_query_results(response.content, TABLE_TYPES[media_type])) is True


def test_a_query_by_each_way(client: httpx.Client) -> None:
    answers = [
        client.get("/sparql", params={"query": ASK}),
        client.post("/sparql", data={"query": ASK}),
        client.post("/sparql", content=ASK, headers=DIRECT),
        client.post(
            "/sparql", content=ASK, headers={"Content-Type": "application/sparql-query; charset=UTF-8"}
        ),
    ]
    assert [(answer.status_code, answer.json()["boolean"]) for answer in answers] == [(200, True)] * 4


def test_head_is_get_without_the_body(client: httpx.Client) -> None:
    get = client.get("/sparql", params={"query": ASK})
    head = client.head("/sparql", params={"query": ASK})
    assert head.content == b""
    assert head.status_code == 200
    for name in ("content-type", "content-length", "etag", "vary"):
        assert head.headers[name] == get.headers[name]
    assert client.head("/sparql", params={"query": ALL}).content == b""


def test_options_says_what_is_allowed(client: httpx.Client) -> None:
    response = client.options(
        "/sparql", headers={"Origin": "http://a.example", "Access-Control-Request-Method": "POST"}
    )
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in response.headers
    assert response.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"


@pytest.mark.parametrize("how", ["get", "form", "direct"])
def test_the_dataset_of_the_request_replaces_the_one_of_the_query(client: httpx.Client, how: str) -> None:
    query = "SELECT (COUNT(*) AS ?n) FROM <https://example.org/dataset/demo> { ?s ?p ?o }"
    graph = {"default-graph-uri": "urn:graph:small"}
    if how == "get":
        response = client.get("/sparql", params={"query": query, **graph})
    elif how == "form":
        response = client.post("/sparql", data={"query": query, **graph})
    else:
        response = client.post("/sparql", params=graph, content=query, headers=DIRECT)
    assert response.json()["results"]["bindings"][0]["n"]["value"] == "3"


def test_a_named_graph_of_the_request(client: httpx.Client) -> None:
    query = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    response = client.get("/sparql", params={"query": query, "named-graph-uri": "urn:graph:small"})
    assert [row["g"]["value"] for row in response.json()["results"]["bindings"]] == ["urn:graph:small"]


def test_a_percent_sign_is_decoded_once(client: httpx.Client) -> None:
    query = 'SELECT ("100%2541" AS ?x) {}'
    for response in (
        client.get("/sparql", params={"query": query}),
        client.post("/sparql", data={"query": query}),
    ):
        assert response.json()["results"]["bindings"][0]["x"]["value"] == "100%2541"


@pytest.mark.parametrize(
    ("method", "parts", "status", "says"),
    [
        ("GET", {"params": {"query": "SELECT * { ?s ?p }"}}, 400, "line 1, column 19: not understood"),
        ("GET", {"params": {"query": ""}}, 400, "the query is empty"),
        ("GET", {"params": [("query", ASK), ("query", ASK)]}, 400, "once, not 2 times"),
        ("GET", {"params": {"query": ASK, "update": "CLEAR ALL"}}, 400, "takes no update"),
        ("GET", {"params": {"update": "CLEAR ALL"}}, 400, "takes no update"),
        ("GET", {"params": {"query": "INSERT DATA { <urn:a> <urn:b> 1 }"}}, 400, "line 1"),
        ("GET", {"params": {"query": ASK, "default-graph-uri": "no iri"}}, 400, "no absolute IRI"),
        ("GET", {"params": {"query": ASK, "format": "docx"}}, 400, "format is one of json, xml, csv, tsv"),
        ("GET", {"params": {"query": ASK, "format": "turtle"}}, 400, "format is one of json, xml, csv, tsv"),
        ("GET", {"params": {"query": ASK}, "headers": {"Accept": "image/png"}}, 406, "offered are app"),
        ("GET", {"params": {"query": CONSTRUCT}, "headers": {"Accept": "text/csv"}}, 406, "offered are text"),
        ("GET", {"params": {"query": "ASK { SERVICE <http://127.0.0.1:1/> {} }"}}, 403, "SERVICE <http://127"),
        ("GET", {"params": {"query": "a" * 65_000}}, 414, "send it by POST"),
        ("POST", {"content": b"", "headers": FORM}, 400, "once, not 0 times"),
        ("POST", {"content": b"update=CLEAR+ALL", "headers": FORM}, 400, "takes no update"),
        ("POST", {"content": b"query=%ff", "headers": FORM}, 400, "not UTF-8"),
        ("POST", {"content": b"\xff", "headers": DIRECT}, 400, "the body is not UTF-8 (byte 0)"),
        ("POST", {"content": ASK, "headers": DIRECT, "params": {"query": ASK}}, 400, "stands in its body"),
        ("POST", {"content": ASK}, 415, "no Content-Type is not taken"),
        ("POST", {"content": ASK, "headers": {"Content-Type": "text/plain"}}, 415, "text/plain is not taken"),
        ("POST", {"content": "CLEAR ALL", "headers": UPDATE}, 415, "sparql-update is not taken"),
        ("POST", {"content": ASK, "headers": UTF_16}, 415, "the charset utf-16 is not taken"),
        ("POST", {"content": "#" * 1_000_001, "headers": DIRECT}, 413, "larger than 1000000 bytes"),
        ("POST", {"content": iter([b"#" * 600_000] * 2), "headers": DIRECT}, 413, "larger than 1000000"),
        ("PUT", {"content": ASK}, 405, "Method Not Allowed"),
        ("DELETE", {}, 405, "Method Not Allowed"),
        ("GET", {"params": {"query": "ASK " + "{" * 5000 + "}" * 5000}}, 400, "more than 150 deep"),
    ],
)  # fmt: skip
def test_what_breaks_the_protocol_gets_a_reason(
    client: httpx.Client, method: str, parts: dict[str, Any], status: int, says: str
) -> None:
    found, detail = problem(client.request(method, "/sparql", **parts))
    assert found == status
    assert says in detail


def test_a_syntax_error_has_its_place_for_programs(client: httpx.Client) -> None:
    content = client.get("/sparql", params={"query": "SELECT *\n{ ?s ?p }"}).json()
    assert (content["line"], content["column"]) == (2, 10)


def test_an_unknown_page_is_a_problem_too(client: httpx.Client) -> None:
    assert problem(client.get("/nowhere"))[0] == 404


def test_a_small_answer_has_a_length_and_a_large_one_is_streamed(client: httpx.Client) -> None:
    assert "content-length" in client.get("/sparql", params={"query": ASK}).headers
    many = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"
    assert client.get("/sparql", params={"query": many}).headers["transfer-encoding"] == "chunked"


def test_an_answer_that_is_known_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/sparql", params={"query": ASK})
    again = client.get("/sparql", params={"query": ASK}, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    other = client.get(
        "/sparql", params={"query": ASK + " "}, headers={"If-None-Match": first.headers["etag"]}
    )
    assert other.status_code == 200


def test_a_new_generation_has_a_new_etag(serve: Serve, tmp_path: Path) -> None:
    store = Store.create(tmp_path / "db")
    client = serve(db=str(store.path))
    first = client.get("/sparql", params={"query": ASK})
    with store.write() as draft:
        draft.replace_graph(DATASET, [Triple(*[NamedNode("urn:x")] * 3)], in_scope=True)
    again = client.get("/sparql", params={"query": ASK}, headers={"If-None-Match": first.headers["etag"]})
    assert (first.json()["boolean"], again.status_code, again.json()["boolean"]) == (False, 200, True)


def test_an_answer_that_changes_by_itself_has_no_etag(client: httpx.Client) -> None:
    assert "etag" not in client.get("/sparql", params={"query": "SELECT (NOW() AS ?n) {}"}).headers


@pytest.mark.parametrize("media_type", GRAPH_TYPES)
def test_the_endpoint_describes_itself(client: httpx.Client, media_type: str) -> None:
    response = client.get("/sparql", headers={"Accept": media_type})
    assert response.headers["content-type"].startswith(media_type)
    triples = {
        (str(q.subject), str(q.predicate), str(q.object))
        for q in parse(response.content, GRAPH_TYPES[media_type])
    }
    sd = "http://www.w3.org/ns/sparql-service-description#"
    endpoint = f"<{client.base_url}sparql>"
    assert (endpoint, f"<{sd}endpoint>", endpoint) in triples
    assert any(p == f"<{sd}name>" and o == f"<{DATASET}>" for _, p, o in triples)
    assert not any("BasicFederatedQuery" in o for _, _, o in triples)


def test_every_answer_has_the_headers_that_keep_a_browser_safe(client: httpx.Client) -> None:
    for response in (client.get("/"), client.get("/nowhere"), client.get("/sparql", params={"query": ASK})):
        assert response.headers["content-security-policy"].startswith("default-src 'self'")
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["access-control-allow-origin"] == "*"
    assert client.get("/sparql", params={"query": ASK}).headers["vary"] == "Accept, Accept-Encoding"


def test_health_and_readiness(client: httpx.Client) -> None:
    assert client.get("/health").json()["status"] == "ok"
    ready = {"status": "ready", "generation": 2, "generations": [1, 2]}
    assert client.get("/ready").json() == ready
