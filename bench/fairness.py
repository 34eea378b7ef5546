"""Measures what a point query of one client costs while another client saturates the server.

    python bench/fairness.py [--seconds 20] [--into bench/results/fairness.json]

The greedy client keeps 16 requests open, each a cross join that runs into its deadline.
"""

import argparse
import json
import statistics
import subprocess
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter

import httpx2 as httpx
from pyoxigraph import Literal, NamedNode, Triple

from pilotline.store import Store

TOKENS = {"greedy": "the-token-of-greedy", "other": "the-token-of-other"}
BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
POINT = "SELECT ?o { <urn:n17> <urn:is> ?o }"
SERVE = """
import json, sys
from pilotline_server.serve import serve
from pilotline_server.settings import Settings
serve(Settings.model_validate(json.loads(sys.argv[1])))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--into", type=Path)
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        figures = measured(Path(folder) / "db", arguments.seconds)
    for name, value in figures.items():
        print(f"{name:32} {value:10.1f}")
    if arguments.into:
        arguments.into.parent.mkdir(parents=True, exist_ok=True)
        arguments.into.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def measured(db: Path, seconds: float) -> dict[str, float]:
    """Return milliseconds: median and p95 of a point query, alone and beside a greedy client."""
    fill(db)
    tokens = {name: {"token": token} for name, token in TOKENS.items()}
    settings = json.dumps({"db": str(db), "port": 0, "tokens": tokens, "deadline": 5})
    server = subprocess.Popen([sys.executable, "-c", SERVE, settings], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    address = server.stdout.readline().split()[-1]
    try:
        alone = asked(address, seconds / 4)
        stop = threading.Event()
        greedy = [threading.Thread(target=saturate, args=(address, stop)) for _ in range(16)]
        for thread in greedy:
            thread.start()
        beside = asked(address, seconds)
        stop.set()
        for thread in greedy:
            thread.join()
    finally:
        server.terminate()
        server.wait()
    return {
        "alone, median ms": statistics.median(alone), "alone, p95 ms": p95(alone),
        "beside a greedy client, median ms": statistics.median(beside),
        "beside a greedy client, p95 ms": p95(beside), "queries beside it": float(len(beside)),
    }  # fmt: skip


def fill(db: Path) -> None:
    triples = [Triple(NamedNode(f"urn:n{n}"), NamedNode("urn:is"), Literal(n)) for n in range(100_000)]
    with Store.create(db).write() as draft:
        draft.replace_graph("urn:graph", triples, in_scope=True)


def asked(address: str, seconds: float) -> list[float]:
    """Ask one point query after the other; return milliseconds of each."""
    taken = []
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {TOKENS['other']}"}) as client:
        end = monotonic() + seconds
        while monotonic() < end:
            start = perf_counter()
            client.get("/sparql", params={"query": POINT}).raise_for_status()
            taken.append(1000 * (perf_counter() - start))
    return taken


def saturate(address: str, stop: threading.Event) -> None:
    head = {"Authorization": f"Bearer {TOKENS['greedy']}"}
    with httpx.Client(base_url=address, headers=head, timeout=60) as client:
        while not stop.is_set():
            client.get("/sparql", params={"query": BOMB})


def p95(taken: list[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]


if __name__ == "__main__":
    main()
