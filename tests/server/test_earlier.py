"""Earlier generations are readable for as long as they are kept."""

from collections.abc import Iterator

import httpx2 as httpx
import pytest
from pyoxigraph import Literal, NamedNode, Triple
from serving import served

from pilotline.store import Store

COUNT = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "csv"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A store whose generations 4, 5 and 6 are kept, with as many triples each as its number."""
    store = Store.create(tmp_path_factory.mktemp("earlier") / "db")
    for number in range(2, 7):
        triples = [Triple(NamedNode("urn:x"), NamedNode("urn:x"), Literal(n)) for n in range(number)]
        with store.write() as draft:
            draft.replace_graph("urn:g", triples, in_scope=True)
    with served(store.path) as client:
        yield client


@pytest.mark.parametrize("number", [4, 5, 6])
def test_a_generation_that_is_kept_answers(client: httpx.Client, number: int) -> None:
    answer = client.get("/sparql", params=COUNT | {"generation": number})
    again = client.get(
        "/sparql", params=COUNT | {"generation": number}, headers={"If-None-Match": answer.headers["etag"]}
    )
    posted = client.post("/sparql", data=COUNT | {"generation": str(number)})
    graph = client.get("/graphs", params={"graph": "urn:g", "generation": number, "format": "ntriples"})
    assert (answer.text, again.status_code, posted.text) == (f"n\r\n{number}\r\n", 304, answer.text)
    assert graph.text.count("urn:x") == 2 * number


@pytest.mark.parametrize(
    ("number", "status", "says"),
    [
        ("3", 410, "generation 3 is kept no longer; these are: 4, 5, 6"),
        ("7", 404, "there is no generation 7 yet; these are kept: 4, 5, 6"),
        ("0", 400, "generation is a number from 1, given once; not '0'"),
        ("x", 400, "generation is a number from 1, given once; not 'x'"),
    ],
)
@pytest.mark.parametrize("address", ["/sparql?query=ASK%20%7B%7D", "/graphs?default"])
def test_one_that_is_not_says_which_are(
    client: httpx.Client, address: str, number: str, status: int, says: str
) -> None:
    answer = client.get(f"{address}&generation={number}")
    assert (answer.status_code, answer.json()["detail"]) == (status, says)


def test_ready_says_which_are_kept(client: httpx.Client) -> None:
    assert client.get("/ready").json()["generations"] == [4, 5, 6]
