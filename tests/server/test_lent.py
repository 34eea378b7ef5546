"""A client that asks one plain query after the other talks to a worker, and cannot tell."""

import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx2 as httpx
import pytest
from serving import TOKEN, connected, forks, get, post, served, until_in_memory

from pilotline_server.alike import Frame

BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SLOW = "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c } LIMIT 500 } ?d ?e ?f }"  # some 0.1 s
OTHERS = {
    "another head": get("ASK {}", "X-Other: 1"),
    "a page": b"GET /help HTTP/1.1\r\nHost: a\r\n\r\n",
    "no HTTP": b"QUARK\r\n\r\n",
    "no SPARQL": post("SELEKT"),
    "a graph": post("CONSTRUCT { <urn:a> <urn:b> ?n } { VALUES ?n { 1 } }"),
    "a named graph": post("SELECT * { GRAPH <urn:graph:small> { ?s ?p ?o } }"),
    "each time another": post("SELECT (STRLEN(STR(RAND())) > 0 AS ?n) {}"),
    "another server": post("SELECT * { SERVICE <http://127.0.0.1:9/> {} }"),
    "too deep": post("ASK {" + "{" * 400 + "}" * 400 + "}"),
    "no UTF-8": post("ASK { ?s ?p '\xff' }").replace("ÿ".encode(), b"\xff\xfe"),
    "a long answer": post("SELECT * { ?s ?p ?o }"),
    "two at once": post("SELECT (1 AS ?n) {}") + post("SELECT (2 AS ?n) {}"),
    "a slow one": post(SLOW),
}


@pytest.fixture(scope="module")
def settings() -> dict[str, object]:
    return {
        "cache_mb": 0, "patience": 1, "deadline": 8, "workers": 2,
        "tokens": {"test": {"token": TOKEN, "scopes": ["write"]}},
    }  # fmt: skip


@pytest.fixture(scope="module")
def client(db: Path, settings: dict[str, object]) -> Iterator[httpx.Client]:
    with served(db, **settings) as client:
        until_in_memory(client)
        yield client


@pytest.fixture
def lent(client: httpx.Client) -> Iterator[socket.socket]:
    """A connection that a worker has."""
    with connected(client) as connection:
        lend(connection)
        yield connection


def lend(connection: socket.socket) -> None:
    """Ask until a worker has the connection."""
    end = time.monotonic() + 30
    while not is_lent(connection):
        assert time.monotonic() < end
        for number in range(8):
            assert asked(connection, post(f"SELECT ({number} AS ?n) {{}}")).endswith(b"n\r\n%d\r\n" % number)
        time.sleep(0.05)


def while_lent(connection: socket.socket, other: bytes, *parts: bytes) -> bytes:
    """Return the answer to a request that a worker answered. other: a request that leads there."""
    for _ in range(200):
        asked(connection, other)
        lent = is_lent(connection)
        for part in parts[:-1]:
            connection.sendall(part)
            time.sleep(0.001)
        answer = asked(connection, parts[-1])
        if lent and is_lent(connection):
            return answer
    raise AssertionError("no worker got the connection")


def is_lent(connection: socket.socket) -> bool:
    """Say whether a worker has the server's end of a connection."""
    return holder(connection) is not None


def holder(connection: socket.socket) -> int | None:
    """Return the worker that has the server's end of a connection."""
    port, server = (f":{address[1]:04X}" for address in (connection.getsockname(), connection.getpeername()))
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ends = {f"socket:[{line[9]}]" for line in lines if line[1].endswith(server) and line[2].endswith(port)}
    for fork in forks():
        with suppress(OSError):  # one that has just ended
            if any(str(link.readlink()) in ends for link in Path(f"/proc/{fork}/fd").glob("*")):
                return fork
    return None


def asked(connection: socket.socket, request: bytes, answers: int = 1) -> bytes:
    """Send a request and return so many answers, or what came until the server ended the connection."""
    connection.sendall(request)
    received = b""
    while _complete(received) < answers and (block := connection.recv(65536)):
        received += block
    return received


def _complete(received: bytes) -> int:
    """Return how many whole answers with a length there are."""
    count = 0
    while b"\r\n\r\n" in received:
        head, _, rest = received.partition(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length: ")]
        if not lengths:
            return count + rest.endswith(b"0\r\n\r\n")
        size = int(lengths[0].split()[1])
        if len(rest) < size:
            break
        received, count = rest[size:], count + 1
    return count


def told(answer: bytes) -> tuple[bytes, dict[bytes, bytes], bytes]:
    """Return status line, header and body of an answer, without its date."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    fields = {name: value for name, _, value in (line.partition(b": ") for line in lines)}
    return status, {name: value for name, value in fields.items() if name != b"date"}, body


@pytest.mark.parametrize("request_of", [get, post], ids=["GET", "POST"])
def test_a_worker_answers_as_the_server_does(
    client: httpx.Client, request_of: Callable[[str], bytes]
) -> None:
    query = 'SELECT ?é { VALUES ?é { "µ, +" <urn:a> } }'
    with connected(client) as connection:
        first = asked(connection, request_of(query))
        last = while_lent(connection, request_of("ASK {}"), request_of(query))
    assert told(first) == told(last)


def test_a_query_in_two_parts_is_answered(client: httpx.Client) -> None:
    with connected(client) as connection:
        for number in range(50):
            head, _, body = post(f"SELECT ({number} AS ?n) {{}}").partition(b"\r\n\r\n")
            connection.sendall(head + b"\r\n\r\n")
            time.sleep(0.001 * (number % 3))
            assert asked(connection, body).endswith(b"n\r\n%d\r\n" % number)
        head, _, body = post("ASK { FILTER(2 > 1) }").partition(b"\r\n\r\n")
        assert while_lent(connection, post("ASK {}"), head + b"\r\n\r\n", body).endswith(b"true")


@pytest.mark.parametrize("name", OTHERS)
def test_what_a_worker_does_not_answer_comes_to_the_server(
    client: httpx.Client, lent: socket.socket, name: str
) -> None:
    count = 1 + (name == "two at once")
    answer = asked(lent, OTHERS[name], count)
    with connected(client) as other:
        assert told(answer) == told(asked(other, OTHERS[name], count))
    if name != "no HTTP":
        assert asked(lent, post("SELECT (1 AS ?n) {}")).endswith(b"n\r\n1\r\n")


def test_half_a_query_is_not_waited_for(lent: socket.socket) -> None:
    answer = asked(lent, post("SELECT * {}")[:-3])
    assert told(answer)[0] == b"HTTP/1.1 408 Request Timeout"


def test_a_bomb_meets_its_deadline_and_the_next_query_its_answer(
    db: Path, settings: dict[str, object]
) -> None:
    with ExitStack() as stack, served(db, **settings | {"deadline": 1}) as client:
        until_in_memory(client)
        connection = stack.enter_context(connected(client))
        lend(connection)
        start = time.monotonic()
        assert told(asked(connection, post(BOMB)))[0].startswith(b"HTTP/1.1 503")
        assert time.monotonic() - start < 4
        assert asked(connection, post("ASK {}")).endswith(b"true")


def test_a_write_is_seen_by_the_next_query(db: Path, settings: dict[str, object], tmp_path: Path) -> None:
    def told_of(query: str) -> tuple[bytes, bytes]:
        status, fields, body = told(asked(connection, post(query)))
        assert status == b"HTTP/1.1 200 OK"
        return body, fields[b"etag"]

    head = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/turtle"}
    query = "SELECT (COUNT(*) AS ?n) FROM <urn:new> { ?s ?p ?o }"
    copy = Path(shutil.copytree(db, tmp_path / "db"))
    with ExitStack() as stack, served(copy, **settings) as client:
        until_in_memory(client)
        connection = stack.enter_context(connected(client))
        lend(connection)
        assert told_of("ASK { <urn:n1> ?p ?o }")[0] == b"true"
        client.put("/graphs?graph=urn:new", content="<urn:a> <urn:b> 1 .", headers=head).raise_for_status()
        first = told_of(query)
        lend(connection)
        client.delete("/graphs?graph=urn:new", headers=head).raise_for_status()
        last = told_of(query)
    assert (first[0], last[0]) == (b"n\r\n1\r\n", b"n\r\n0\r\n")
    assert first[1] != last[1]


def test_workers_that_are_killed_are_not_noticed(client: httpx.Client) -> None:
    until_in_memory(client)
    with connected(client) as connection:
        for number in range(400):
            if number % 25 == 24:
                for fork in forks():
                    os.kill(fork, signal.SIGKILL)
            answer = asked(connection, post(f"SELECT ({number} AS ?n) {{}}"))
            assert answer.endswith(b"n\r\n%d\r\n" % number)


def test_a_worker_that_hangs_is_ended(lent: socket.socket) -> None:
    fork = holder(lent)
    assert fork is not None
    os.kill(fork, signal.SIGSTOP)
    assert asked(lent, post("ASK {}")).endswith(b"true")  # the client waits for 30 s


def test_a_client_that_only_looks_gives_the_worker_back(client: httpx.Client, lent: socket.socket) -> None:
    end = time.monotonic() + 5
    while is_lent(lent):
        assert time.monotonic() < end
        time.sleep(0.1)
    assert asked(lent, post("ASK {}")).endswith(b"true")


def test_a_client_that_leaves_gives_the_worker_back(client: httpx.Client) -> None:
    with connected(client) as connection:
        lend(connection)
        connection.sendall(post(BOMB))
    with connected(client) as connection:
        lend(connection)


def test_others_get_the_worker_that_they_wait_for(db: Path, settings: dict[str, object]) -> None:
    with ExitStack() as stack, served(db, **settings | {"workers": 1}) as client:
        until_in_memory(client)
        connection = stack.enter_context(connected(client))
        lend(connection)
        start = time.monotonic()
        with connected(client) as one, connected(client) as two:
            for other in (one, two):
                other.sendall(post(SLOW))
            for other in (one, two):
                assert b"200 OK" in other.recv(65536)
        assert time.monotonic() - start < 6
        assert asked(connection, post("ASK {}")).endswith(b"true")


def test_each_answer_is_counted(client: httpx.Client, lent: socket.socket) -> None:
    def count() -> float:
        lines = client.get("/metrics").text.splitlines()
        return sum(
            float(line.split()[-1]) for line in lines if 'method="POST",route="/sparql",status="200"' in line
        )

    asked(lent, get("ASK {}"))  # the worker has given the connection back
    before = count()
    lend(lent)
    for _ in range(20):
        asked(lent, post("ASK {}"))
    asked(lent, get("ASK {}"))
    assert (count() - before) % 8 == 20 % 8


@pytest.mark.parametrize(
    ("changed", "query"),
    [
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nA: 1\r\n\r\nxyz", b"xyz"),
        (b"POST / HTTP/1.1\r\nContent-Length: 12\r\nA: 1\r\n\r\n" + b"x" * 12, b"x" * 12),
        (b"POST / HTTP/1.1\r\nContent-Length: 12\r\nA: 1\r\n\r\n", 57),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nA: 1\r\n\r\nxyzP", 0),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nA: 2\r\n\r\nxyz", 0),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n", 0),
        (b"POST / HTTP/1.1\r\nContent-Length: +3\r\nA: 1\r\n\r\nxyz", 0),
        (b"POST / HTTP/1.1\r\nContent-Length: 3 \r\nA: 1\r\n\r\nxyz", 0),
        (b"POST / HTTP/1.1\r\nContent-Length: \r\nA: 1\r\n\r\n", 0),
        (b"POST / HTTP/1.1\r\nContent-Length: 1234567\r\nA: 1\r\n\r\n", 0),
        (b"", 0),
    ],
)
def test_a_post_may_differ_in_its_query_alone(changed: bytes, query: bytes | int) -> None:
    frame = Frame.of(b"POST / HTTP/1.1\r\nContent-Length: 4\r\nA: 1\r\n\r\nasks")
    assert frame is not None
    assert frame.query(changed) == query


@pytest.mark.parametrize(
    ("target", "query"),
    [
        (b"a+b%20c", b"a+b%20c"),
        (b"a&b=c", 0),
        (b"a b", 0),
        (b"a#b", 0),
        (b"a\r\nX:", 0),
        (b"a;b", 0),
        (b"a\xff", 0),
    ],
)
def test_a_get_may_differ_in_its_query_alone(target: bytes, query: bytes | int) -> None:
    frame = Frame.of(b"GET /sparql?query=x HTTP/1.1\r\nHost: a\r\n\r\n")
    assert frame is not None
    assert frame.query(b"GET /sparql?query=" + target + b" HTTP/1.1\r\nHost: a\r\n\r\n") == query


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /sparql?query=x&format=csv HTTP/1.1\r\n\r\n",
        b"GET /sparql HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\n\r\n",
    ],
)
def test_a_request_of_another_kind_is_no_pattern(request_: bytes) -> None:
    assert Frame.of(request_) is None
