"""What was asked before is answered from memory, in the same generation and to those who may see it only."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Triple
from serving import TOKEN, served

from pilotline.store import Store
from pilotline_server.cache import AnswerCache

COUNT = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "csv"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "db")


def test_a_change_of_generation_is_seen_at_once(store: Store) -> None:
    with served(store.path) as client:
        before = [client.get("/sparql", params=COUNT).text for _ in range(3)]
        with store.write() as draft:
            draft.replace_graph("urn:g", [Triple(*[NamedNode("urn:x")] * 3)], in_scope=True)
        assert [*before, client.get("/sparql", params=COUNT).text] == ["n\r\n0\r\n"] * 3 + ["n\r\n1\r\n"]


def test_an_answer_from_memory_has_the_same_head(store: Store) -> None:
    with served(store.path) as client:
        first, second = (client.get("/sparql", params=COUNT) for _ in range(2))
    heads = [
        {name: value for name, value in each.headers.items() if name != "date"} for each in (first, second)
    ]
    assert heads[0] == heads[1]
    assert first.text == second.text


def test_another_format_is_another_answer(store: Store) -> None:
    with served(store.path) as client:
        query = {"query": "ASK {}"}
        kinds = ("text/csv", "application/sparql-results+json", "text/csv")
        bodies = [client.get("/sparql", params=query, headers={"Accept": kind}).text for kind in kinds]
    assert bodies == ["true", '{"head":{},"boolean":true}', "true"]


def test_each_call_of_a_function_by_chance_is_evaluated(store: Store) -> None:
    with served(store.path) as client:
        query = {"query": "SELECT (UUID() AS ?u) {}", "format": "csv"}
        assert len({client.get("/sparql", params=query).text for _ in range(3)}) == 3


def test_a_private_answer_is_not_repeated_to_a_stranger(store: Store) -> None:
    with served(store.path, private=True, tokens={"lab": {"token": TOKEN}}) as client:
        head = {"Authorization": f"Bearer {TOKEN}"}
        assert client.get("/sparql", params=COUNT, headers=head).status_code == 200
        assert client.get("/sparql", params=COUNT).status_code == 401


def test_what_is_asked_least_makes_room() -> None:
    cache: AnswerCache[str] = AnswerCache(20_500)
    for number in range(12):
        cache.put(number, str(number), 50)
        cache.get(0)
    assert [number for number in range(12) if cache.get(number)] == [0, *range(3, 12)]
