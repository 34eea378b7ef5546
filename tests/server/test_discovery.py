"""Programs find their way: VoID, prefixes, the context, figures."""

import gzip
from pathlib import Path

import httpx2 as httpx
from pyoxigraph import RdfFormat, parse
from serving import TOKEN, served

from pilotline.namespaces import PREFIXES

VOID = "http://rdfs.org/ns/void#"


def test_void_counts_classes_and_properties(client: httpx.Client) -> None:
    response = client.get("/.well-known/void", headers={"Accept": "application/n-triples"})
    quads = parse(response.content, RdfFormat.N_TRIPLES)
    lines = {f"{quad.predicate.value} {quad.object}" for quad in quads}
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    assert f'{VOID}triples "3006"{integer}' in lines
    assert f'{VOID}classes "1"{integer}' in lines
    assert f"{VOID}class <http://www.w3.org/ns/dcat#Dataset>" in lines
    assert f"{VOID}property <urn:is>" in lines
    assert f"{VOID}sparqlEndpoint <{client.base_url}sparql>" in lines


def test_prefixes_as_json_and_as_shacl_declares_them(client: httpx.Client) -> None:
    assert client.get("/prefixes").json() == PREFIXES
    turtle = client.get("/prefixes", headers={"Accept": "text/turtle"})
    assert turtle.text.count("PrefixDeclaration") == len(PREFIXES)


def test_the_context_is_served(client: httpx.Client) -> None:
    response = client.get("/context.jsonld")
    assert response.headers["content-type"] == "application/ld+json"
    assert "@context" in response.json()


def test_figures_for_prometheus(client: httpx.Client) -> None:
    client.get("/sparql?query=ASK%7B%7D")
    client.get("/made/up/by/a/client")
    text = client.get("/metrics").text
    assert 'pilotline_requests_total{method="GET",route="/sparql",status="200"}' in text
    assert 'route="other",status="404"' in text
    assert "made/up" not in text
    assert "pilotline_generation 2.0" in text


def test_answers_are_packed_where_the_client_takes_it(client: httpx.Client) -> None:
    query = "SELECT * { ?s <urn:is> ?o } LIMIT 500"
    plain = client.get("/sparql", params={"query": query}, headers={"Accept-Encoding": "identity"})
    packed = client.get("/sparql", params={"query": query}, headers={"Accept-Encoding": "gzip"})
    head = client.head("/sparql", params={"query": query}, headers={"Accept-Encoding": "gzip"})
    assert packed.content == plain.content
    assert (plain.headers.get("content-encoding"), packed.headers["content-encoding"]) == (None, "gzip")
    assert (head.headers["content-encoding"], head.content) == ("gzip", b"")


def test_a_packed_body_is_unpacked_but_never_bursts(tmp_path: Path) -> None:
    tokens = {"test": {"token": TOKEN, "scopes": ["write"]}}
    head = {"Content-Type": "text/turtle", "Content-Encoding": "gzip", "Authorization": f"Bearer {TOKEN}"}
    with served(tmp_path / "db", default_graph="plain", tokens=tokens, upload_mb=50) as client:

        def put(body: bytes) -> int:
            return client.put("/graphs?graph=urn:a", content=body, headers=head).status_code

        assert put(gzip.compress(b"<urn:a> <urn:b> 1 .")) == 201
        assert put(gzip.compress(b" " * 20_000_000)) == 413
        assert put(gzip.compress(b"#" * 60_000_000)) == 413
        assert put(b"no gzip") == 400
        assert put(gzip.compress(b"<urn:a> <urn:b> 1 .")[:-4]) == 400
        query = {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}
        assert (
            client.post("/sparql", content=gzip.compress(b"ASK {}"), headers=query).json()["boolean"] is True
        )
