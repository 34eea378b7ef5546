"""The W3C tests of protocol, graph store and service description, request by request."""

import re
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest
from beside import shared
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, parse
from w3c.manifest import MF, UT
from w3c.results import graph

from pilotline.namespaces import RDF, RDFS

HT, CNT = "http://www.w3.org/2011/http#", "http://www.w3.org/2011/content#"
MANIFESTS = (
    "protocol/manifest.ttl",
    "graph-store-protocol/manifest-direct.ttl",
    "graph-store-protocol/manifest-indirect.ttl",
)
TRIPLES = {"Content-Type": "application/n-triples"}
ANY = {"StatusCode2xx": range(200, 300), "StatusCode3xx": range(300, 400), "StatusCode4xx": range(400, 500)}
NAMES = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
# `<…> foaf:familyName "Doe"` without its prefix: the suite's own slip, which a Turtle parser must refuse.
PREFIX = "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"


@pytest.mark.parametrize("manifest", MANIFESTS)
def test_each_request_is_answered_as_the_suite_says(manifest: str, plain: httpx.Client) -> None:
    folder = shared("w3c") / "sparql" / "sparql11"
    store = Store()
    store.load(path=folder / manifest, base_iri="http://w3c.example/m")
    failed = []
    tests = list(_listed(store, NamedNode("http://w3c.example/m"), MF + "entries"))
    for test in tests:
        plain.put("/graphs", content=b"", headers={"Content-Type": "application/n-quads"})
        for data in _all(store, test, UT + "graphData"):
            file, name = _one(store, data, UT + "graph"), _one(store, data, RDFS + "label")
            text = (folder / "protocol" / file.value.rpartition("/")[2]).read_bytes()
            plain.put("/graphs", params={"graph": name.value}, content=text, headers=TRIPLES)
        failed += [f"{test.value.rpartition('#')[2]}: {said}" for said in _said(store, test, plain)]
    assert failed == []
    assert len(tests) >= 4


def _said(store: Store, test: Any, client: httpx.Client) -> Iterator[str]:
    location = ""
    for request in _listed(store, _one(store, test, MF + "action"), HT + "requests"):
        wanted = _one(store, request, HT + "resp")
        response = _sent(store, request, location, client)
        location = response.headers.get("location", location)
        statuses = {status.value.rpartition("#")[2] for status in _all(store, wanted, MF + "expectedStatus")}
        if not any(response.status_code in ANY.get(status, (NAMES.get(status),)) for status in statuses):
            yield f"{response.status_code} and not {statuses}: {response.text[:200]}"
        for boolean in _all(store, wanted, MF + "expectedBoolean"):
            if str(response.json()["boolean"]).lower() != boolean.value:
                yield f"{response.text}"
        for body in _all(store, wanted, HT + "body"):
            text = _one(store, body, CNT + "chars").value.replace("$LOCATION$", location)
            base = "http://www.example/gsp"
            if graph(parse(response.content, RdfFormat.TURTLE, base_iri=base)) != graph(
                parse(text, RdfFormat.TURTLE, base_iri=base)
            ):
                yield f"another graph: {response.text}"
        for form in _all(store, wanted, MF + "expectedFormat"):
            is_graph = response.headers["content-type"].startswith("text/turtle")
            if is_graph != (form.value == "RDF"):
                yield response.headers["content-type"]


def _sent(store: Store, request: Any, location: str, client: httpx.Client) -> httpx.Response:
    path = _one(store, request, HT + "absolutePath").value.replace("$LOCATION$", location)
    headers, text = {"Host": "www.example"}, ""
    for header in _listed(store, request, HT + "headers"):
        headers[_one(store, header, HT + "fieldName").value] = _one(store, header, HT + "fieldValue").value
    for body in _all(store, request, HT + "body"):
        text = _one(store, body, CNT + "chars").value
    if "multipart" in headers.get("content-type", ""):
        text = re.sub(r"(?m)^<http", PREFIX + "<http", text)
    method = _one(store, request, HT + "methodName").value
    path = path.replace("/gsp", "/graphs", 1)
    is_update = "update" in headers.get("content-type", "") or text.startswith("update=")
    if is_update and path.startswith("/sparql/"):
        path = path.replace("/sparql", "/update", 1)
    charset = "utf-16" if "UTF-16" in headers.get("content-type", "") else "utf-8"
    return client.request(method, path, content=text.encode(charset), headers=headers)


def test_the_description_of_the_service_is_as_the_suite_says(plain: httpx.Client) -> None:
    sd = "http://www.w3.org/ns/sparql-service-description#"
    response = plain.get("/sparql", headers={"Accept": "text/turtle"})
    store = Store()
    store.load(response.content, RdfFormat.TURTLE)
    service_quads = store.quads_for_pattern(None, NamedNode(RDF + "type"), NamedNode(sd + "Service"), None)
    services = [quad.subject for quad in service_quads]
    endpoints = [str(plain.base_url) + name for name in ("sparql", "update")]
    assert sorted(str(_one(store, service, sd + "endpoint").value) for service in services) == endpoints
    for service in services:
        for predicate in (sd + "supportedLanguage", sd + "defaultDataset"):
            assert _all(store, service, predicate)


def _one(store: Store, subject: Any, predicate: str) -> Any:
    (found,) = _all(store, subject, predicate)
    return found


def _all(store: Store, subject: Any, predicate: str) -> list[Any]:
    return [quad.object for quad in store.quads_for_pattern(subject, NamedNode(predicate), None, None)]


def _listed(store: Store, subject: Any, predicate: str) -> Iterator[Any]:
    nodes = _all(store, subject, predicate)
    while nodes and isinstance(nodes[0], BlankNode):
        first = _all(store, nodes[0], RDF + "first")
        assert first
        assert not isinstance(first[0], Literal)
        yield first[0]
        nodes = _all(store, nodes[0], RDF + "rest")
