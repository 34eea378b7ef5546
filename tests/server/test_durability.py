"""What the server acknowledged is there after its processes were killed, and a start mends or refuses."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx2 as httpx
import pytest
import serving
from pyoxigraph import NamedNode
from serving import TOKEN, served

from pilotline.store import Store, StoreError
from pilotline_server.app import create_app
from pilotline_server.settings import Settings

HEAD = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/sparql-update"}
CALLERS = 4
SIZES = (
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), 'urn:g:')) } GROUP BY ?g"
)


def update(number: int) -> str:
    return (
        f"INSERT DATA {{ GRAPH <urn:g:{number}> {{ <urn:s> <urn:p> {number} . <urn:s> <urn:q> {number} }} }}"
    )


def test_acknowledged_updates_survive_the_killing_of_the_server(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "db")
    settings = json.dumps(
        {"db": str(store.path), "port": 0, "tokens": {"t": {"token": TOKEN, "scopes": ["write"]}}}
    )
    process = subprocess.Popen(
        [sys.executable, "-c", serving._RUN, settings], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    address, acknowledged = process.stdout.readline().split()[-1], list[int]()
    enough = threading.Event()

    def write(caller: int) -> None:
        with httpx.Client(base_url=address, headers=HEAD, timeout=60) as client:
            for number in range(caller, 10_000, CALLERS):
                try:
                    if client.post("/update", content=update(number)).status_code < 300:
                        acknowledged.append(number)
                except httpx.TransportError:
                    return
                if len(acknowledged) >= 12:
                    enough.set()

    callers = [threading.Thread(target=write, args=(n,)) for n in range(CALLERS)]
    for caller in callers:
        caller.start()
    assert enough.wait(60)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    for caller in callers:
        caller.join()
    content = Store.open(store.path).read()
    sizes = {
        number: len(list(content.quads_for_pattern(None, None, None, NamedNode(f"urn:g:{number}"))))
        for number in range(max(acknowledged) + CALLERS + 1)
    }
    assert {number: sizes[number] for number in acknowledged} == dict.fromkeys(acknowledged, 2)
    assert set(sizes.values()) <= {0, 2}


def test_acknowledged_updates_survive_the_killing_of_the_writer_alone(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "db")
    tokens = {"t": {"token": TOKEN, "scopes": ["write"]}}
    acknowledged, refused = list[int](), list[int]()
    with served(store.path, tokens=tokens) as server:

        def write(caller: int) -> None:
            with httpx.Client(base_url=server.base_url, headers=HEAD, timeout=60) as client:
                for number in range(caller, 48, CALLERS):
                    status = client.post("/update", content=update(number)).status_code
                    (acknowledged if status == 204 else refused).append(status and number)

        callers = [threading.Thread(target=write, args=(n,)) for n in range(CALLERS)]
        for caller in callers:
            caller.start()
        killed = 0
        while any(caller.is_alive() for caller in callers):
            if len(acknowledged) > 8 * (killed + 1):
                killed += kill_writer(store.path)
            time.sleep(0.01)
        for caller in callers:
            caller.join()
        rows = server.get("/sparql", params={"query": SIZES, "format": "csv"}).text.split()[1:]
    assert killed > 1
    sizes = {row.partition(",")[0]: int(row.partition(",")[2]) for row in rows}
    assert {f"urn:g:{number}" for number in acknowledged} <= set(sizes)
    assert set(sizes.values()) == {2}


def kill_writer(store: Path) -> bool:
    """End the writing process of a store; say whether there was one."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            if b"workers.writer" in command and str(store).encode() in command:
                os.kill(int(folder.name), signal.SIGKILL)
                return True
        except OSError:
            continue
    return False


def test_what_an_interrupted_write_left_is_swept_at_the_start(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "db")
    left = [store.path / "drafts/000002-dead", store.path / "generations/000002"]
    for folder in left:
        folder.mkdir()
    with served(store.path) as client:
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
    assert not any(folder.exists() for folder in left)


def test_a_damaged_generation_is_refused_with_a_reason(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "db")
    (store.path / "generations/000001/CURRENT").write_text("nonsense")
    with pytest.raises(StoreError, match=r"is damaged .*restore the store from a backup"):
        create_app(Settings(db=store.path))
