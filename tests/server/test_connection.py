"""What arrives at the socket: heads without end, slow ones, several requests at once, and what is no HTTP."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest
from serving import TOKEN, served
from starlette.types import Message

from pilotline_server.access import Token
from pilotline_server.app import create_app
from pilotline_server.settings import Settings

ASK = "/sparql?query=ASK%20%7B%7D"
YES = b'{"head":{},"boolean":true}'
PUT = {
    "type": "http", "method": "PUT", "path": "/graphs", "raw_path": b"/graphs", "scheme": "http",
    "query_string": b"graph=urn:half", "http_version": "1.1", "client": ("127.0.0.1", 1),
    "headers": [
        (b"host", b"a"), (b"content-type", b"text/turtle"), (b"authorization", f"Bearer {TOKEN}".encode()),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def client(db: Path) -> Iterator[httpx.Client]:
    with served(db, patience=1) as client:
        yield client


def told(client: httpx.Client, *parts: bytes) -> bytes:
    """Send some bytes and return all that comes until the server ends the connection."""
    with socket.create_connection(("127.0.0.1", client.base_url.port or 0), timeout=15) as connection:
        received = bytearray()
        try:
            for part in parts:
                connection.sendall(part)
            while block := connection.recv(65536):
                received += block
        except ConnectionResetError:
            pass
        return bytes(received)


def head(status: bytes, text: bytes) -> bool:
    return text.startswith(b"HTTP/1.1 " + status) and b"access-control-allow-origin: *" in text


def test_a_head_without_end_is_refused(client: httpx.Client) -> None:
    answer = told(
        client, b"GET / HTTP/1.1\r\nHost: a\r\n", *(b"X-%d: %s\r\n" % (n, b"x" * 8000) for n in range(17))
    )
    assert head(b"431", answer)
    assert b"application/problem+json" in answer


def test_an_address_without_end_is_refused(client: httpx.Client) -> None:
    assert head(b"431", told(client, b"GET /", *([b"a" * 45_000] * 3)))


@pytest.mark.parametrize("begin", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\n", b"\r\n"])
def test_a_head_that_never_comes_ends_the_connection(client: httpx.Client, begin: bytes) -> None:
    assert head(b"408", told(client, begin))


@pytest.mark.parametrize(
    "text",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nA b: c\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabcd",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b'GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: a "b"\r\n\r\n',
    ],
    ids=[
        "no HTTP",
        "a blank in a name",
        "two lengths of two kinds",
        "two lengths",
        "a length below nothing",
        "no host",
        "two hosts",
        "a host that is no name",
    ],
)
def test_what_is_no_http_is_refused(client: httpx.Client, text: bytes) -> None:
    assert head(b"400", told(client, text))


def test_a_url_longer_than_its_parser_takes_is_refused(client: httpx.Client) -> None:
    assert head(b"414", told(client, b"GET /?" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n"))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"GET /health\r\n\r\n", b"505"),
        (b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", b"501"),
        (b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\nHost: a\n\n", b"400"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100), b"400"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"400"),
        (b"CONNECT evil:443 HTTP/1.1\r\nHost: a\r\n\r\n", b"400"),
    ],
    ids=[
        "HTTP/0.9", "a coding before chunked", "a chunk without length", "a folded header", "bare line feeds",
        "TLS", "HTTP/2", "a tunnel",
    ],
)  # fmt: skip
def test_what_is_not_spoken_is_refused(client: httpx.Client, text: bytes, status: bytes) -> None:
    assert head(status, told(client, text))


def test_a_client_that_leaves_in_its_body_is_no_failure(db: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(db=db, tokens={"test": Token(token=TOKEN, scopes=("write",))})
    messages: Iterator[Message] = iter(
        [{"type": "http.request", "body": b"<urn:a>", "more_body": True}, {"type": "http.disconnect"}]
    )
    sent: list[Message] = []

    async def receive() -> Message:
        return next(messages)

    async def send(message: Message) -> None:
        sent.append(message)

    async def put() -> None:
        await create_app(settings).asgi(PUT, receive, send)

    asyncio.run(put())
    assert sent[0]["status"] == 499
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


def test_gzip_that_is_not_wanted_is_not_sent(client: httpx.Client) -> None:
    query = {"query": "SELECT * { ?s ?p ?o } LIMIT 2000"}
    answers = [
        client.get("/sparql", params=query, headers={"Accept-Encoding": accepted})
        for accepted in ("gzip", "gzip;q=0", "identity, gzip;q=0.5", "gzip;q=0, *")
    ]
    assert [answer.headers.get("content-encoding") for answer in answers] == ["gzip", None, "gzip", None]
    assert {answer.headers["vary"] for answer in answers} == {"Accept, Accept-Encoding"}


@pytest.mark.parametrize(
    "address",
    ["/", "/queries", "/tables", "/.well-known/void", "/prefixes", "/health", "/metrics", "/ontology"],
)
def test_every_address_says_what_it_takes(client: httpx.Client, address: str) -> None:
    answer = client.options(address)
    assert (answer.status_code, answer.content) == (204, b"")
    assert {"GET", "HEAD", "OPTIONS"} <= set(answer.headers["allow"].split(", "))
    assert answer.headers["access-control-allow-methods"] == answer.headers["allow"]


def test_a_body_that_stalls_is_refused(client: httpx.Client) -> None:
    head_of_post = (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n"
        b"Content-Type: application/sparql-query\r\n\r\nASK"
    )
    assert head(b"408", told(client, head_of_post))


def test_several_requests_at_once_are_answered_in_their_order(client: httpx.Client) -> None:
    get = b"GET %s HTTP/1.1\r\nHost: a\r\nAccept: %s\r\n%s\r\n"
    kinds = [b"application/sparql-results+json", b"text/csv"]
    requests = [get % (ASK.encode(), kinds[number % 2], b"") for number in range(6)]
    requests.append(b"HEAD %s HTTP/1.1\r\nHost: a\r\nAccept: text/csv\r\n\r\n" % ASK.encode())
    requests.append(get % (ASK.encode(), kinds[1], b"Connection: close\r\n"))
    for _ in range(2):
        answer = told(client, b"".join(requests))
        bodies = [part.partition(b"\r\n\r\n")[2] for part in answer.split(b"HTTP/1.1 200 OK\r\n")[1:]]
        assert bodies == [YES, b"true"] * 3 + [b"", b"true"]


def test_a_kept_answer_is_counted(client: httpx.Client) -> None:
    def count() -> float:
        lines = client.get("/metrics").text.splitlines()
        wanted = 'pilotline_requests_total{method="GET",route="/sparql",status="200"}'
        return sum(float(line.split()[-1]) for line in lines if line.startswith(wanted))

    client.get(ASK)
    before = count()
    for _ in range(5):
        client.get(ASK)
    assert count() == before + 5
