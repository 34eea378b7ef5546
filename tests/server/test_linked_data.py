"""Whatever IRI the store knows can be looked up, wherever the lab's own base lies."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx2 as httpx
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from serving import served

from pilotline.namespaces import DATA, RDFS
from pilotline.store import Store
from pilotline_server.settings import Settings

BASE = "https://data.lab.example/line-1/"
TRIPLES = {"Accept": "application/n-triples"}


def fact(iri: str) -> Triple:
    return Triple(NamedNode(iri), NamedNode(RDFS + "label"), Literal(iri.rpartition("/")[2]))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    store = Store.create(tmp_path_factory.mktemp("linked") / "db")
    with served(store.path, bases=[BASE]) as client:
        own = [f"{client.base_url.copy_with(path='/plant/lot/7')}", f"{client.base_url}id/lot/8"]
        known = [*own, BASE + "lot/cell-L1:2025:Zelle%2017", DATA + "x/lot/Zelle%2017", "urn:lot:9"]
        with store.write() as draft:
            draft.replace_graph("urn:dataset", map(fact, known), in_scope=True)
        yield client


@pytest.mark.parametrize(
    ("address", "iri"),
    [
        ("/plant/lot/7", "{own}plant/lot/7"),
        ("/id/lot/8", "{own}id/lot/8"),
        ("/id/lot/cell-L1:2025:Zelle%2017", BASE + "lot/cell-L1:2025:Zelle%2017"),
        ("/id/x/lot/Zelle%2017", DATA + "x/lot/Zelle%2017"),
        ("/resource?iri=urn:lot:9", "urn:lot:9"),
        (
            "/resource?iri=https%3A%2F%2Fdata.lab.example%2Fline-1%2Flot%2Fcell-L1%3A2025%3AZelle%252017",
            BASE + "lot/cell-L1:2025:Zelle%2017",
        ),
    ],
)
def test_an_iri_is_described_at(client: httpx.Client, address: str, iri: str) -> None:
    iri = iri.replace("{own}", str(client.base_url))
    answer = client.get(address, headers=TRIPLES)
    assert (answer.status_code, answer.text) == (200, f"{fact(iri)} .\n")
    page = client.get(address, headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert iri in page.text
    (turtle,) = re.findall(r'<a href="([^"]+)">Turtle</a>', page.text)
    triples = parse(client.get(unescape(turtle)).content, format=RdfFormat.TURTLE)
    assert {quad.subject for quad in triples} == {NamedNode(iri)}


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/plant/lot/8", 404),
        ("HEAD", "/plant/lot/7", 200),
        ("POST", "/plant/lot/7", 404),
        ("GET", "/plant/lot/%3C", 404),
        ("GET", "/id/lot/9", 404),
        ("GET", "/resource", 400),
        ("GET", "/resource?iri=urn:a&iri=urn:b", 400),
        ("GET", "/resource?iri=no%20iri", 404),
        ("GET", "/update", 405),
    ],
)
def test_what_is_no_iri_of_the_store_is_refused(
    client: httpx.Client, method: str, address: str, status: int
) -> None:
    assert client.request(method, address, headers=TRIPLES).status_code == status


def test_a_base_is_an_address_that_ends_with_a_slash(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="String should match pattern"):
        Settings(db=tmp_path, bases=("data.lab.example",))
