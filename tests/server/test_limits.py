"""One client's bad query is that client's problem."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2 as httpx
import pytest
from pydantic import ValidationError

from pilotline.store import StoreError
from pilotline_server.serve import ServeError, run
from pilotline_server.settings import Settings

Serve = Callable[..., httpx.Client]
ASK = "ASK { ?s ?p ?o }"
BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
DOUBLED = " ".join(f"BIND(CONCAT(?t{n}, ?t{n}) AS ?t{n + 1})" for n in range(16))
MEMORY_BOMB = (
    f'SELECT (GROUP_CONCAT(?t16) AS ?t) {{ ?a ?b ?c . ?d ?e ?f . BIND("0123456789" AS ?t0) {DOUBLED} }}'
)


def ask(client: httpx.Client) -> bool:
    return client.get("/sparql", params={"query": ASK}).json()["boolean"] is True


def workers(client: httpx.Client) -> list[int]:
    """Return the processes of the worker pool, found as children of the server on this port."""
    port = client.base_url.port
    assert port is not None
    server = _listener(port)
    children = Path(f"/proc/{server}/task").glob("*/children")
    return [int(pid) for file in children for pid in file.read_text().split()]


def _listener(port: int) -> int:
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inode = next(line[9] for line in lines if line[1].endswith(f":{port:04X}") and line[3] == "0A")
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(link.readlink()) == f"socket:[{inode}]":
                return int(link.parts[2])
        except OSError:
            continue
    raise AssertionError(f"nobody listens at {port}")


def test_a_bomb_meets_its_deadline_while_others_are_answered(serve: Serve) -> None:
    client = serve(deadline=3)
    with ThreadPoolExecutor() as threads:
        bomb = threads.submit(client.get, "/sparql", params={"query": BOMB})
        time.sleep(0.3)
        start = time.monotonic()
        assert ask(client)
        assert time.monotonic() - start < 2
        response = bomb.result()
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert response.json()["detail"] == "the query took longer than 3 s; make it narrower"
    assert ask(client)


def test_a_memory_bomb_is_an_error_and_not_a_death(serve: Serve) -> None:
    client = serve(memory_mb=1024, workers=1)
    response = client.get("/sparql", params={"query": MEMORY_BOMB})
    assert (response.status_code, "memory" in response.json()["detail"]) == (413, True)
    assert ask(client)


def test_a_killed_worker_is_an_error_for_its_query_and_replaced(serve: Serve) -> None:
    client = serve(workers=1)
    with ThreadPoolExecutor() as threads:
        bomb = threads.submit(client.get, "/sparql", params={"query": BOMB})
        time.sleep(0.5)
        for worker in workers(client):
            os.kill(worker, signal.SIGKILL)
        response = bomb.result()
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert ask(client)


def test_a_worker_killed_while_it_sends_breaks_the_connection(serve: Serve) -> None:
    client = serve(workers=1)
    with client.stream("GET", "/sparql", params={"query": LONG}) as response:
        assert response.status_code == 200
        blocks = response.iter_raw()
        next(blocks)
        for worker in workers(client):
            os.kill(worker, signal.SIGKILL)
        with pytest.raises(httpx.RemoteProtocolError):
            list(blocks)
    assert ask(client)


def test_an_answer_beyond_the_cap_never_ends_well_under_a_200(serve: Serve) -> None:
    client = serve(result_rows=50_000)
    whole = client.get("/sparql", params={"query": LONG + " LIMIT 50000"})
    assert len(whole.json()["results"]["bindings"]) == 50_000
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/sparql", params={"query": LONG})
    small = serve(result_rows=10)
    response = small.get("/sparql", params={"query": "SELECT ?s { ?s ?p ?o } LIMIT 11"})
    assert (response.status_code, "more than 10 rows" in response.json()["detail"]) == (413, True)


def test_a_client_that_leaves_frees_its_worker(serve: Serve) -> None:
    client = serve(workers=1, deadline=25)
    for query in (BOMB, LONG):
        head = f"GET /sparql?query={query.replace(' ', '%20')} HTTP/1.1\r\nHost: a\r\n\r\n"
        with socket.create_connection(("127.0.0.1", client.base_url.port or 0)) as connection:
            connection.sendall(head.encode())
            time.sleep(0.5)
        start = time.monotonic()
        assert ask(client)
        assert time.monotonic() - start < 5


def test_a_slow_reader_does_not_fill_the_server(serve: Serve) -> None:
    client = serve(workers=1, deadline=3)
    with client.stream("GET", "/sparql", params={"query": LONG}) as response:
        time.sleep(1)
        resident = Path(f"/proc/{_listener(client.base_url.port or 0)}/status").read_text()
        peak = next(int(line.split()[1]) for line in resident.splitlines() if line.startswith("VmHWM"))
        assert peak < 200_000  # KiB; the answer would have hundreds of MiB
        response.close()
    assert ask(client)


def test_a_full_queue_says_when_to_come_back(serve: Serve) -> None:
    client = serve(workers=1, queue=1, deadline=3)
    with ThreadPoolExecutor() as threads:
        bombs = [threads.submit(client.get, "/sparql", params={"query": BOMB}) for _ in range(2)]
        time.sleep(0.7)
        response = client.get("/sparql", params={"query": ASK})
        assert (response.status_code, response.headers["retry-after"]) == (429, "2")
        assert [bomb.result().status_code for bomb in bombs] == [503, 503]
    assert ask(client)


def test_one_client_does_not_keep_out_another(serve: Serve) -> None:
    tokens = {name: {"token": f"the-token-of-{name}", "scopes": ["read"]} for name in ("greedy", "other")}
    client = serve(workers=2, deadline=8, tokens=tokens)
    greedy, other = ({"Authorization": f"Bearer the-token-of-{name}"} for name in ("greedy", "other"))
    with ThreadPoolExecutor(12) as threads:
        bombs = [
            threads.submit(client.get, "/sparql", params={"query": BOMB}, headers=greedy) for _ in range(10)
        ]
        time.sleep(1)
        answers = [client.get("/sparql", params={"query": ASK}, headers=other) for _ in range(10)]
        assert [answer.status_code for answer in answers] == [200] * 10
        assert not any(bomb.done() for bomb in bombs)
        long = client.get("/sparql", params={"query": BOMB}, headers=other)
        assert long.status_code == 503
        assert {bomb.result().status_code for bomb in bombs} == {503}


def test_many_clients_at_once_are_all_answered(client: httpx.Client) -> None:
    with ThreadPoolExecutor(20) as threads:
        answers = list(
            threads.map(lambda _: client.get("/sparql", params={"query": ASK}).status_code, range(200))
        )
    assert answers == [200] * 200


def test_a_taken_port_is_said_in_one_line(db: Path, client: httpx.Client) -> None:
    with pytest.raises(ServeError, match=r"127\.0\.0\.1, port \d+: Address already in use; choose another"):
        run(db=db, port=client.base_url.port or 0)


def test_a_folder_that_is_no_store_is_not_served(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is not a store"):
        run(db=tmp_path, port=0)


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Settings.model_validate({"db": ".", "prot": 8000})


def test_the_server_says_where_it_is_and_ends_on_a_signal(db: Path) -> None:
    code = "import sys, pilotline_server.serve as s; s.run(db=s.Path(sys.argv[1]), port=0)"
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(db)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = process.stdout.readline()
    address = said.removeprefix(f"Serving {db} at ").strip()
    assert httpx.get(address + "health").json()["status"] == "ok"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=15)
    assert (out, err) == ("", "")
