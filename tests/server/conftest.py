"""A server of its own process on a small store, as a client meets it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2 as httpx
import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple
from serving import served

from pilotline.namespaces import CATALOGUE_GRAPH, DCAT, DCTERMS, PL, RDF
from pilotline.store import Store

ROWS = 3000
DATASET = "https://example.org/dataset/demo"
Serve = Callable[..., httpx.Client]


@pytest.fixture(scope="session")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = Store.create(tmp_path_factory.mktemp("server") / "db")
    triples = [
        Triple(NamedNode(f"urn:n{n}"), NamedNode("urn:is"), Literal(f"{n} µm, é")) for n in range(ROWS)
    ]
    with store.write() as draft:
        draft.replace_graph(DATASET, triples, in_scope=True)
        draft.replace_graph("urn:graph:small", triples[:3], in_scope=False)
        draft.replace_graph(CATALOGUE_GRAPH, _entry(), in_scope=True)
    return store.path


def _entry() -> Iterator[Quad]:
    facts: dict[str, NamedNode | Literal] = {
        RDF + "type": NamedNode(DCAT + "Dataset"),
        DCTERMS + "title": Literal("Demo <script>alert(1)</script>"),
        PL + "simulated": Literal(True),
        PL + "conforms": Literal(True),
        PL + "tripleCount": Literal(ROWS),
        PL + "version": Literal(1),
    }
    for predicate, value in facts.items():
        yield Quad(NamedNode(DATASET), NamedNode(predicate), value, NamedNode(CATALOGUE_GRAPH))


@pytest.fixture(scope="session")
def client(db: Path) -> Iterator[httpx.Client]:
    """Talk to a server with the usual limits."""
    with served(db) as client:
        yield client


@pytest.fixture
def serve(db: Path) -> Iterator[Serve]:
    """Start further servers with limits of their own."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(served(**{"db": db} | settings))
