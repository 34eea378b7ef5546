"""Measures the server side by side with the Oxigraph server on the same default graph.

    make peers && sudo apt-get install wrk
    python bench/serve.py [--triples 1000000] [--seconds 5] [--into bench/results/serve.json]
    python bench/serve.py --mix --into bench/results/mix.json
    python bench/serve.py --growth 10000000 --into bench/results/growth.json

The data are simulated (bench/line.py). Ratios are our rate by theirs, or their time by ours: more is better.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep
from typing import Any
from urllib.parse import urlencode

import fairness
import httpx2 as httpx
from line import BASE, batch_quads, store_of
from pyoxigraph import DefaultGraph, RdfFormat

from pilotline.store import Store

BUILD = Path("build/bench")
PEER = Path("build/peers/bin/oxigraph")
QUERIES = sorted((Path(__file__).parent / "queries").glob("*.rq"))
ASK = "ASK {}"
MANY = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 10000"
POINT = f"SELECT ?p ?o {{ <{BASE}run/Coating-17> ?p ?o }}"
TOKEN = "a-token-of-the-bench"  # noqa: S105
TURNS = range(7, 41)  # of each query on both servers: as many as fit into
SECONDS = 3.0
_FEW, _PATIENCE = 2, 60  # least turns, and most seconds, of a query on a large store
Figures = dict[str, Any]


class FailedError(Exception):
    """A query without an answer."""


def main() -> None:
    """Measure, print a table, write the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--triples", type=int, default=1_000_000)
    arguments.add_argument("--seconds", type=float, default=5)
    arguments.add_argument("--growth", type=int, default=0)
    arguments.add_argument("--mix", action="store_true")
    arguments.add_argument("--into", type=Path)
    given = arguments.parse_args()
    if given.growth:
        figures = grown(given.triples, given.growth)
    else:
        figures = mixed(given.triples) if given.mix else measured(given.triples, given.seconds)
    print(json.dumps(figures, indent=1))
    if given.into:
        given.into.parent.mkdir(parents=True, exist_ok=True)
        given.into.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def measured(triples: int, seconds: float) -> Figures:
    """Return every figure of one size of store."""
    store, _ = filled(triples)
    figures: Figures = {"triples": triples, "load average before": round(os.getloadavg()[0], 1)}
    figures["server start, s"] = starts(store)
    with theirs(store) as peer:
        with ours(store.path, cache_mb=0) as (client, _):
            figures["warm after, s"] = warm(client)
            figures["ASK, uncached"] = beside(client, peer, ASK, seconds)
            figures["mix"] = mix(client, peer)
            figures["10,000 rows"] = ratio(client, peer, MANY, 1, seconds)
            figures["50 clients x 20, errors"] = crowd(client)
        with ours(store.path) as (client, _):
            warm(client)
            figures["ASK"] = beside(client, peer, ASK, seconds)
    figures |= writing(store, seconds)
    with TemporaryDirectory() as folder:
        figures["one client saturates, ms"] = fairness.measured(Path(folder) / "db", 4 * seconds)
    return figures


def mixed(triples: int) -> Figures:
    """Return what the mix costs, and nothing else."""
    store, _ = filled(triples)
    figures: Figures = {"triples": triples, "load average before": round(os.getloadavg()[0], 1)}
    with theirs(store) as peer, ours(store.path, cache_mb=0) as (client, _):
        figures["warm after, s"] = warm(client)
        return figures | mix(client, peer)


def starts(store: Store) -> float:
    """Return the median of the seconds from the command to the first answer."""
    taken = []
    for _ in range(5):
        with ours(store.path) as (_client, start):
            taken.append(start)
    return round(statistics.median(taken), 2)


def filled(triples: int) -> tuple[Store, float]:
    """Return the store of a size, made once, and the seconds that making it took; 0 where it was there."""
    path = BUILD / f"line-{triples}"
    if (path / "store.json").exists() and (path / "done").exists():
        return Store.open(path), float((path / "done").read_text())
    shutil.rmtree(path, ignore_errors=True)
    start = perf_counter()
    store = store_of(path, triples)
    taken = perf_counter() - start
    (path / "done").write_text(str(taken))
    return store, taken


@contextmanager
def ours(db: Path, **settings: object) -> Iterator[tuple[httpx.Client, float]]:
    """Run our server; yield a client and the seconds until the first answer."""
    text = json.dumps(
        {"db": str(db), "port": 0, "tokens": {"bench": {"token": TOKEN, "scopes": ["write"]}}} | settings
    )
    start = perf_counter()
    server = subprocess.Popen([sys.executable, "-c", fairness.SERVE, text], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        with httpx.Client(base_url=server.stdout.readline().split()[-1], timeout=120) as client:
            client.get("/sparql", params={"query": ASK}).raise_for_status()
            yield client, perf_counter() - start
    finally:
        server.terminate()
        server.wait()


@contextmanager
def theirs(store: Store) -> Iterator[httpx.Client]:
    """Run the Oxigraph server on the default graph of a store, optimised as its own advice says."""
    location, dump = BUILD / f"{store.path.name}-oxigraph", BUILD / "dump.nt"
    if not (location / "CURRENT").exists():
        store.read().dump(str(dump), RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
        subprocess.run(
            [PEER, "load", "--location", location, "--file", dump], check=True, capture_output=True
        )
        subprocess.run([PEER, "optimize", "--location", location], check=True, capture_output=True)
        dump.unlink()
    address = "127.0.0.1:7879"
    command = [PEER, "serve-read-only", "--location", location, "--bind", address]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://{address}", timeout=120) as client:
            for _ in range(100):
                try:
                    client.get("/query", params={"query": ASK})
                    break
                except httpx.ConnectError:
                    sleep(0.1)
            yield client
    finally:
        server.terminate()
        server.wait()


def warm(client: httpx.Client) -> float:
    """Wait until the store is in memory; return the seconds."""
    start = monotonic()
    while "pilotline_generation_in_memory 0.0" in client.get("/metrics").text:
        if monotonic() - start > 300:
            raise SystemExit("the store did not become warm in 300 s")
        sleep(0.2)
    return monotonic() - start


def beside(client: httpx.Client, peer: httpx.Client, query: str, seconds: float) -> Figures:
    return {f"{n} client{'s' * (n > 1)}": ratio(client, peer, query, n, seconds) for n in (1, 8)}


def ratio(client: httpx.Client, peer: httpx.Client, query: str, clients: int, seconds: float) -> Figures:
    """Return requests a second of both, medians of three turns, and their ratio."""
    turns = [
        (rate(client, "/sparql", query, clients, seconds), rate(peer, "/query", query, clients, seconds))
        for _ in range(3)
    ]
    own, other = (statistics.median(side) for side in zip(*turns, strict=True))
    return {"ours, 1/s": round(own, 1), "theirs, 1/s": round(other, 1), "ratio": round(own / other, 3)}


def rate(client: httpx.Client, path: str, query: str, clients: int, seconds: float) -> float:
    url = f"{str(client.base_url).rstrip('/')}{path}?{urlencode({'query': query})}"
    accept = ["-H", "Accept: application/sparql-results+json"]
    command = ["wrk", "-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", *accept, url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"{url}: {said}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found, said
    return float(found[1])


def mix(client: httpx.Client, peer: httpx.Client) -> Figures:
    """Return milliseconds of each query on both servers, in turns, and the geometric mean of the ratios.

    Once by the median of the turns, and once by the quickest: the time that other programs do not disturb.
    """
    medians, quickest = {}, {}
    for file in QUERIES:
        times = turns(client, peer, file)
        medians[file.stem] = compared(times, statistics.median)
        quickest[file.stem] = compared(times, min)
    return {
        "medians": medians, "geometric mean of the medians": mean(medians),
        "quickest turns": quickest, "geometric mean of the quickest": mean(quickest),
    }  # fmt: skip


def turns(client: httpx.Client, peer: httpx.Client, file: Path) -> list[tuple[float, float]]:
    """Return milliseconds of a query on both servers, turn by turn; SystemExit where the answers differ."""
    query, end = file.read_text(encoding="utf-8"), monotonic() + SECONDS
    times: list[tuple[float, float]] = []
    with connected(client) as own_server, connected(peer) as other_server:
        while len(times) < TURNS.start or (len(times) < TURNS.stop and monotonic() < end):
            own, answer = timed(own_server, "/sparql", query)
            other, expected = timed(other_server, "/query", query)
            if sorted(answer) != sorted(expected):
                raise SystemExit(f"{file.name}: the answers differ")
            times.append((own, other))
    return times[1:]


def connected(client: httpx.Client) -> AbstractContextManager[HTTPConnection]:
    """Return a connection of its own to a server, by the client that takes least time itself."""
    return closing(HTTPConnection(client.base_url.host, client.base_url.port, timeout=_PATIENCE + 10))


def compared(times: list[tuple[float, float]], of: Callable[[Iterable[float]], float]) -> Figures:
    own, other = (of(side) for side in zip(*times, strict=True))
    return {"ours, ms": round(own, 2), "theirs, ms": round(other, 2), "ratio": round(other / own, 2)}


def mean(rows: Figures) -> float:
    return round(statistics.geometric_mean(row["ratio"] for row in rows.values()), 2)


def timed(connection: HTTPConnection, path: str, query: str) -> tuple[float, list[str]]:
    start = perf_counter()
    connection.request(
        "POST", path, query.encode(), {"Content-Type": "application/sparql-query", "Accept": "text/csv"}
    )
    answer = connection.getresponse()
    text = answer.read().decode()
    taken = 1000 * (perf_counter() - start)
    if answer.status != HTTPStatus.OK:
        raise FailedError(f"{path}: {answer.status} {text}")
    return taken, _rounded(text)


def _rounded(table: str) -> list[str]:
    """Return the rows with numbers of 12 digits: a sum of doubles depends on the order of its terms."""
    return re.sub(r"(\d\.\d{9})\d+", r"\1", table).splitlines()


def crowd(client: httpx.Client) -> int:
    """Return how many of 20 requests of each of 50 clients fail."""

    def ask(_: int) -> int:
        with httpx.Client(base_url=client.base_url, timeout=60) as one:
            return sum(one.get("/sparql", params={"query": POINT}).status_code != 200 for _ in range(20))

    with ThreadPoolExecutor(50) as clients:
        return sum(clients.map(ask, range(50)))


def writing(store: Store, seconds: float) -> Figures:
    """Return what writing costs the readers, and how many small updates a second there are; on a copy."""
    with TemporaryDirectory(dir=BUILD) as folder:
        copy = Path(shutil.copytree(store.path, Path(folder) / "db"))
        with ours(copy, cache_mb=0) as (client, _):
            warm(client)
            idle, _ = points(client, lambda: sleep(2 * seconds))
            during, failed = points(client, lambda: bulk(copy))
            _, dropped = points(client, lambda: generations(copy, 10))
            rate_of_updates = updates(client, 320)
    return {
        "point query, idle, p95 ms": round(idle, 2),
        "point query beside a bulk ingest, p95 ms": round(during, 2),
        "p95 beside a bulk ingest by idle": round(during / idle, 2),
        "requests dropped beside a bulk ingest": failed,
        "requests dropped over 10 changes of generation": dropped,
        "small updates, 1/s": rate_of_updates,
    }


def points(client: httpx.Client, work: Callable[[], object]) -> tuple[float, int]:
    """Ask point queries while something is done; return their p95 in milliseconds and how many failed."""
    done = threading.Event()

    def run() -> None:
        work()
        done.set()

    thread = threading.Thread(target=run)
    thread.start()
    taken, failed = [], 0
    while not done.is_set():
        start = perf_counter()
        failed += client.get("/sparql", params={"query": POINT}).status_code != 200
        taken.append(1000 * (perf_counter() - start))
        sleep(0.005)
    thread.join()
    return fairness.p95(taken), failed


def bulk(db: Path) -> None:
    """Ingest 133,400 triples, in a process of its own."""
    script = "import sys; from serve import write; write(sys.argv[1])"
    subprocess.run(
        [sys.executable, "-c", script, db],
        check=True,
        cwd=Path.cwd(),
        env={"PYTHONPATH": str(Path(__file__).parent)},
    )


def write(db: str) -> None:
    quads = [quad for batch in range(10**6, 10**6 + 200) for quad in batch_quads(batch)]
    with Store.open(db).write() as draft:
        draft.replace_graph(BASE + "dataset/bulk", quads, in_scope=True)


def generations(db: Path, count: int) -> None:
    store = Store.open(db)
    for number in range(count):
        with store.write() as draft:
            draft.replace_graph(BASE + "dataset/small", list(batch_quads(number)), in_scope=True)
        sleep(0.3)


def updates(client: httpx.Client, count: int) -> float:
    """Return acknowledged updates a second of 32 clients."""
    head = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/sparql-update"}

    def update(number: int) -> None:
        text = f"INSERT DATA {{ GRAPH <urn:bench:{number}> {{ <urn:s> <urn:p> {number} }} }}"
        client.post("/update", content=text, headers=head).raise_for_status()

    start = perf_counter()
    with ThreadPoolExecutor(32) as clients:
        list(clients.map(update, range(count)))
    return round(count / (perf_counter() - start), 1)


def grown(small: int, large: int) -> Figures:
    """Return load rate, bytes a triple, and what each query costs in two sizes of store."""
    sizes: Figures = {}
    for triples in (small, large):
        store, taken = filled(triples)
        with ours(store.path, cache_mb=0, in_memory_mb=0, deadline=_PATIENCE) as (client, start):
            times = {file.stem: _quickest(client, file.read_text(encoding="utf-8")) for file in QUERIES}
        sizes[str(triples)] = {
            "load, triples/s": round(triples / taken), "server start, s": round(start, 2),
            "bytes a triple on disk": round(store.size(store.generation) / triples), "ms": times,
        }  # fmt: skip
    first, last = (sizes[str(triples)]["ms"] for triples in (small, large))
    sizes["growth"] = {name: round(last[name] / first[name], 2) for name in first if last[name]}
    return sizes


def _quickest(client: httpx.Client, query: str) -> float | None:
    """Return milliseconds of the quickest of some turns; None for a query that meets the deadline."""
    times: list[float] = []
    end = monotonic() + SECONDS
    try:
        with connected(client) as connection:
            while len(times) < _FEW or (len(times) < TURNS.stop and monotonic() < end):
                times.append(timed(connection, "/sparql", query)[0])
    except FailedError:
        return None
    return round(min(times), 2)


if __name__ == "__main__":
    main()
