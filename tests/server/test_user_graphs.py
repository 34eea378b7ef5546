"""Beside what was ingested, clients write graphs of their own, which are marked as unchecked."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest
from pyoxigraph import NamedNode, Quad, Triple
from serving import TOKEN, served
from stores import copy_of

from pilotline.ingest.founding import found, shipped_rules
from pilotline.namespaces import CATALOGUE_GRAPH, GRAPH
from pilotline.store import Store, StoreError
from pilotline_server.app import create_app
from pilotline_server.settings import Settings

DATASET = "https://example.org/dataset/demo"
TURTLE = {"Content-Type": "text/turtle"}
UPDATE = {"Content-Type": "application/sparql-update"}
MANAGED = [
    f"INSERT DATA {{ GRAPH <{DATASET}> {{ <urn:a> <urn:b> 1 }} }}",
    f"INSERT DATA {{ GRAPH <{DATASET}/report> {{ <urn:a> <urn:b> 1 }} }}",
    "PREFIX d: <https://example.org/dataset/> CLEAR GRAPH d:demo",
    "BASE <https://example.org/dataset/> DROP GRAPH <demo>",
    f"MOVE <{DATASET}> TO <urn:mine>",
    f"WITH <{DATASET}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
    f"DELETE WHERE {{ GRAPH <{DATASET}> {{ ?s ?p ?o }} }}",
    f"CLEAR GRAPH <{GRAPH}scope>",
    f"INSERT DATA {{ GRAPH <{CATALOGUE_GRAPH}> {{ <urn:a> <urn:b> 1 }} }}",
    "CLEAR GRAPH <urn:graph:small>",
    "INSERT DATA { <urn:a> <urn:b> 1 }",
    "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "CLEAR ALL", "DROP NAMED", "CLEAR DEFAULT", "COPY <urn:mine> TO DEFAULT",
]  # fmt: skip


@pytest.fixture(scope="module")
def copy(db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of(db, tmp_path_factory.mktemp("merged") / "db")


@pytest.fixture(scope="module")
def writer(copy: Path) -> Iterator[httpx.Client]:
    with served(copy, tokens={"steward": {"token": TOKEN, "scopes": ["write"]}}) as client:
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        yield client


@pytest.mark.parametrize("update", MANAGED)
def test_what_was_ingested_is_changed_by_ingest_only(writer: httpx.Client, update: str) -> None:
    response = writer.post("/update", content=update, headers=UPDATE)
    assert response.status_code == 403, response.text
    assert "ingest" in response.json()["detail"] or "client" in response.json()["detail"]


@pytest.mark.parametrize(
    "address", [f"?graph={DATASET}", f"?graph={GRAPH}scope", "?default", "?graph=urn:graph:small"]
)
def test_a_managed_graph_is_not_put_or_deleted(writer: httpx.Client, address: str) -> None:
    assert writer.put("/graphs" + address, content="", headers=TURTLE).status_code == 403
    assert writer.delete("/graphs" + address).status_code == 403


def test_a_graph_of_a_client_is_kept_apart_and_marked(writer: httpx.Client) -> None:
    text = "<urn:mine:a> <urn:mine:b> 1 ."
    assert writer.put("/graphs?graph=urn:mine", content=text, headers=TURTLE).status_code == 201
    counted = "{ SELECT (COUNT(*) AS ?n) { ?s <urn:is> ?o } }"
    update = f"INSERT {{ GRAPH <urn:mine> {{ <urn:mine:a> <urn:mine:n> ?n }} }} WHERE {{ {counted} }}"
    assert writer.post("/update", content=update, headers=UPDATE).status_code == 204
    assert _ask(writer, "ASK { GRAPH <urn:mine> { <urn:mine:a> <urn:mine:n> 3000 } }")
    assert not _ask(writer, "ASK { <urn:mine:a> ?p ?o }")
    marked = (
        "PREFIX pl: <https://w3id.org/pilotline/ontology#> PREFIX prov: <http://www.w3.org/ns/prov#> "
        "ASK { GRAPH ?g { <urn:mine> a pl:UncheckedGraph ; prov:wasAttributedTo ?who . "
        '?who <http://www.w3.org/2000/01/rdf-schema#label> "steward" } }'
    )
    assert _ask(writer, marked)
    assert writer.delete("/graphs?graph=urn:mine").status_code == 204
    assert not _ask(writer, marked)


def test_a_write_is_a_generation_that_any_process_can_read(writer: httpx.Client) -> None:
    before = writer.get("/ready").json()["generation"]
    writer.put("/graphs?graph=urn:mine", content="<urn:a> <urn:b> 1 .", headers=TURTLE)
    assert writer.get("/ready").json()["generation"] == before + 1


def test_a_store_with_datasets_is_not_served_plain(db: Path) -> None:
    with pytest.raises(StoreError, match="ingested datasets"):
        create_app(Settings(db=db, default_graph="plain"))


def test_a_plain_store_is_neither_served_merged_nor_ingested_into(tmp_path: Path) -> None:
    with Store.create(tmp_path / "db").write() as draft:
        draft.store.add(Quad(NamedNode("urn:a"), NamedNode("urn:b"), NamedNode("urn:c")))
    for take_up in (
        lambda: create_app(Settings(db=tmp_path / "db")),
        lambda: found(tmp_path / "db", shipped_rules()),
    ):
        with pytest.raises(StoreError, match="holds triples of a plain SPARQL store"):
            take_up()


def test_json_ld_of_a_published_context_is_taken_and_of_any_other_refused(writer: httpx.Client) -> None:
    head = {"Content-Type": "application/ld+json"}

    def put(context: str) -> httpx.Response:
        text = json.dumps({"@context": context, "@id": "urn:cell", "@type": "Electrode"})
        return writer.put("/graphs?graph=urn:battinfo", content=text, headers=head)

    known = put("https://w3id.org/emmo/domain/battery/context")
    assert known.status_code == 201, known.text
    written = writer.get("/graphs?graph=urn:battinfo", headers={"Accept": "application/n-triples"}).text
    assert written.startswith(
        "<urn:cell> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/emmo/"
    )
    other = put("https://example.org/context.jsonld")
    assert (other.status_code, "https://example.org/context.jsonld" in other.text) == (400, True)


def test_an_entity_below_the_address_of_the_server_is_found_by_it(writer: httpx.Client, copy: Path) -> None:
    iri = f"{writer.base_url.copy_with(path='/id/lab/run/7')}"
    writer.put("/graphs?graph=urn:mine", content=f"<{iri}> a <urn:Run> .", headers=TURTLE)
    assert writer.get("/id/lab/run/7", headers={"Accept": "text/turtle"}).status_code == 404
    with Store.open(copy).write() as draft:
        facts = [Triple(NamedNode(iri), NamedNode("urn:b"), NamedNode("urn:c"))]
        draft.replace_graph("urn:dataset", facts, in_scope=True)
    answer = writer.get("/id/lab/run/7", headers={"Accept": "application/n-triples"})
    assert (answer.status_code, answer.text) == (200, f"<{iri}> <urn:b> <urn:c> .\n")


def _ask(client: httpx.Client, query: str) -> bool:
    return client.get("/sparql", params={"query": query}).json()["boolean"] is True
