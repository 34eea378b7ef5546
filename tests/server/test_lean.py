"""Plain queries go straight to a worker; nobody can tell, whatever comes before, behind or instead."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx2 as httpx
import pytest
from serving import DIRECT, connected, forks, get, post, served, until_in_memory

BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def client(db: Path) -> Iterator[httpx.Client]:
    """Talk to a server that keeps no answer and holds the store in memory."""
    with served(db, cache_mb=0, patience=1, deadline=8) as client:
        until_in_memory(client)
        yield client


def told(client: httpx.Client, *parts: bytes) -> bytes:
    """Send some bytes, part by part, and return all that comes until the server ends the connection."""
    with connected(client) as connection:
        for part in parts:
            connection.sendall(part)
            time.sleep(0.1)
        received = bytearray()
        while block := connection.recv(65536):
            received += block
        return bytes(received)


def left(client: httpx.Client) -> float:
    """Return how many clients left before the answer to their query."""
    lines = client.get("/metrics").text.splitlines()
    counts = [
        line.split()[-1] for line in lines if 'route="/sparql",status="499"' in line and "_total" in line
    ]
    return sum(map(float, counts))


def test_an_answer_says_the_same_whichever_way_it_comes(client: httpx.Client) -> None:
    answers = [
        client.get("/sparql", params={"query": "ASK {}"}, headers=headers)
        for headers in ({}, {"Expect": "x"})
    ]
    lean, ordinary = (
        sorted(set(answer.headers.items()) - {("date", answer.headers["date"])}) for answer in answers
    )
    assert lean == ordinary
    assert answers[0].content == answers[1].content


def test_queries_of_every_kind_on_one_connection_are_answered_in_their_order(client: httpx.Client) -> None:
    queries = [f"SELECT ({number} AS ?n) {{}}" for number in range(120)]
    kinds = (
        get, lambda query: get(query, "Expect: x"), lambda query: post(query, DIRECT),
        lambda query: post(f"query={quote(query)}", FORM),
    )  # fmt: skip
    texts = [kinds[number % 4](query) for number, query in enumerate(queries)]
    answer = told(client, b"".join(texts) + get("ASK {}", "Connection: close"))
    bodies = [part.partition(b"\r\n\r\n")[2] for part in answer.split(b"HTTP/1.1 200 OK\r\n")[1:]]
    assert bodies == [b"n\r\n%d\r\n" % number for number in range(120)] + [b"true"]


def test_a_long_answer_comes_whole(client: httpx.Client) -> None:
    query = "SELECT ?a ?b ?c { ?a ?b ?c . ?d ?e ?f } LIMIT 60000"
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    assert (len(answer.content) > 1024**2, answer.text.count("\n")) == (True, 60_001)


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.3])
@pytest.mark.parametrize("behind", [b"", get("ASK {}") * 2], ids=["alone", "others behind it"])
def test_a_client_that_leaves_stops_its_query(client: httpx.Client, seconds: float, behind: bytes) -> None:
    before = left(client)
    with connected(client) as connection:
        connection.sendall(get(BOMB) + behind)
        time.sleep(seconds)
    end = time.monotonic() + 5  # less than the deadline of the query
    while left(client) == before:
        assert time.monotonic() < end
        time.sleep(0.1)


def test_half_a_head_behind_a_query_does_not_end_it(client: httpx.Client) -> None:
    answer = told(client, get(BOMB), b"GET /spar")
    assert answer.startswith(b"HTTP/1.1 503 ")


def test_a_query_that_finds_its_worker_killed_is_answered_by_another(client: httpx.Client) -> None:
    for process in forks():
        os.kill(process, signal.SIGKILL)
    for _ in range(4):
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
