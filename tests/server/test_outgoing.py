"""Whatever a client sends, the server calls nobody."""

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2 as httpx
import pytest
from serving import TOKEN, served

QUERIES = [
    "ASK {{ SERVICE <{0}> {{}} }}",
    "ASK {{ SERVICE SILENT <{0}> {{}} }}",
    "PREFIX e: <{0}> ASK {{ SERVICE e:x {{}} }}",
    "BASE <{0}> ASK {{ SERVICE <x> {{}} }}",
    "ASK {{ VALUES ?e {{ <{0}> }} SERVICE ?e {{}} }}",
    "DESCRIBE ?s {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "ASK {{ FILTER EXISTS {{ SERVICE <{0}> {{}} }} }}",
    "SELECT * {{ BIND(<urn:\\u0041'> AS ?a) SERVICE <{0}> {{}} BIND(<urn:'> AS ?b) }}",
    "SELECT * {{ BIND(1 AS ?a) FILTER(?a<'>')SERVICE<{0}>{{}}FILTER(?a='') }}",
    "SELECT * {{ BIND(1 AS ?a) FILTER(?a<?a#>'''\n)SERVICE<{0}>{{}} #'''\n }}",
    "ASK FROM <{0}> {{ ?s ?p ?o }}",
]
UPDATES = [
    "LOAD <{0}>",
    "LOAD SILENT <{0}> INTO GRAPH <urn:a>",
    "PREFIX e: <{0}> LOAD e:x",
    "BASE <{0}> LOAD <x>",
    "INSERT DATA {{ <urn:a> <urn:b'> '{{' }} ; LOAD <{0}>",
    "INSERT {{ <urn:a> <urn:b> ?o }} WHERE {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "INSERT DATA {{ <urn:a> <urn:b'> '{{' }} ; INSERT {{ }} WHERE {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
]
DOCUMENTS = {
    "application/ld+json": '{{"@context": "{0}", "@id": "urn:a", "b": 1}}',
    "application/rdf+xml": '<!DOCTYPE a SYSTEM "{0}"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
    "text/turtle": "<> <http://www.w3.org/2002/07/owl#imports> <{0}> .",
}  # fmt: skip


@contextmanager
def listener() -> Iterator[tuple[str, list[object]]]:
    """Give the address of a server that notes who calls it."""
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, caller = server.accept()
                    calls.append(caller)
                    connection.close()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", calls
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("default_graph", ["plain", "merged"])
def test_nobody_is_called(db: Path, tmp_path: Path, default_graph: str) -> None:
    tokens = {"test": {"token": TOKEN, "scopes": ["admin"]}}
    folder = tmp_path / "db"
    if default_graph == "merged":
        shutil.copytree(db, folder)
    with listener() as (target, calls), served(folder, default_graph=default_graph, tokens=tokens) as client:
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        for query in QUERIES:
            asked = client.post("/sparql", data={"query": query.format(target)})
            assert asked.status_code in ({200} if "FROM" in query else {403}), (query, asked.text)
        client.get("/sparql", params={"query": "ASK {}", "default-graph-uri": target})
        for update in UPDATES:
            assert client.post("/update", data={"update": update.format(target)}).status_code == 403, update
        statuses = [
            client.put("/graphs?graph=urn:a", content=text.format(target), headers={"Content-Type": kind})
            for kind, text in DOCUMENTS.items()
        ]
        assert [response.status_code for response in statuses][:2] == [400, 403]
        assert calls == []


def test_the_listener_would_have_noticed() -> None:
    with listener() as (target, calls):
        with pytest.raises(httpx.HTTPError):
            httpx.get(target)
        assert len(calls) == 1


def test_a_service_that_is_allowed_answers_and_its_neighbour_is_refused(tmp_path: Path) -> None:
    tokens = {"test": {"token": TOKEN, "scopes": ["write"]}}
    with served(tmp_path / "there", default_graph="plain", tokens=tokens) as there:
        head = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/turtle"}
        there.put("/graphs?default", content="<urn:a> <urn:b> 7 .", headers=head).raise_for_status()
        endpoint = f"{there.base_url.copy_with(path='/sparql')}"
        query = "SELECT ?n {{ SERVICE <{0}> {{ <urn:a> <urn:b> ?n }} }}"
        with served(tmp_path / "here", default_graph="plain", services=[endpoint]) as here:
            answers = [
                here.get("/sparql", params={"query": query.format(target), "format": "csv"})
                for target in (endpoint, endpoint + "/")
            ]
    assert (answers[0].status_code, answers[0].text) == (200, "n\r\n7\r\n")
    assert answers[1].status_code == 403
