"""A change that ends the writing process is that client's problem; the others are written."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2 as httpx
import pytest
from serving import TOKEN, served

UPDATE = {"Content-Type": "application/sparql-update"}
JOIN = "{ SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } }"
SLOW = f"INSERT {{ GRAPH <urn:slow> {{ <urn:a> <urn:b> ?n }} }} WHERE {{ {JOIN} }}"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    tokens = {"test": {"token": TOKEN, "scopes": ["write"]}}
    db = tmp_path_factory.mktemp("crashes") / "db"
    with served(db, default_graph="plain", tokens=tokens, deadline=4) as client:
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        text = "".join(f"<urn:n{n}> <urn:is> {n} .\n" for n in range(3000))
        client.put("/graphs?default", content=text, headers={"Content-Type": "text/turtle"})
        yield client


def test_an_update_that_never_ends_is_stopped_and_the_others_are_written(plain: httpx.Client) -> None:
    with ThreadPoolExecutor(6) as threads:
        slow = threads.submit(_update, plain, SLOW)
        time.sleep(0.5)
        quick = [threads.submit(_update, plain, _insertion(n)) for n in range(4)]
        assert (slow.result().status_code, slow.result().headers["retry-after"]) == (503, "2")
        assert [one.result().status_code for one in quick] == [204] * 4
    assert plain.get("/graphs?graph=urn:slow").status_code == 404
    assert plain.get("/graphs?graph=urn:q").text.count("<urn:p>") == 4


def test_a_killed_writer_writes_nothing_and_is_replaced(plain: httpx.Client) -> None:
    with ThreadPoolExecutor() as threads:
        slow = threads.submit(_update, plain, SLOW)
        time.sleep(1)
        os.kill(_writer(), signal.SIGKILL)
        assert slow.result().status_code == 503
    assert _update(plain, "INSERT DATA { GRAPH <urn:after> { <urn:a> <urn:b> 1 } }").status_code == 204
    assert plain.get("/graphs?graph=urn:slow").status_code == 404


def test_many_writers_at_once_are_all_written(plain: httpx.Client) -> None:
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda n: _update(plain, _insertion(n)).status_code, range(100, 148)))
    assert answers == [204] * 48
    assert (
        plain.get("/graphs?graph=urn:q", headers={"Accept": "application/n-triples"}).text.count("\n") >= 48
    )


def _update(client: httpx.Client, update: str) -> httpx.Response:
    return client.post("/update", content=update, headers=UPDATE)


def _insertion(number: int) -> str:
    return f"INSERT DATA {{ GRAPH <urn:q> {{ <urn:a{number}> <urn:p> {number} }} }}"


def _writer() -> int:
    """Return the writing process of the server of this test process."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            if b"workers.writer" in command and b"crashes" in command:
                return int(folder.name)
        except OSError:
            continue
    raise AssertionError("no writer runs")
