from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Quad, Store

from pilotline.trace import Graph
from pilotline.vocabulary.closure import closed_hierarchy, module_files, read_module


@pytest.fixture(scope="session")
def ontology() -> list[Quad]:
    triples = [triple for file in module_files() for triple in read_module(file)]
    closed = [*triples, *closed_hierarchy(triples)]
    return [Quad(each.subject, each.predicate, each.object, DefaultGraph()) for each in closed]


@pytest.fixture
def web(ontology: list[Quad]) -> Store:
    store = Store()
    store.bulk_extend(ontology)
    store.load(path=str(Path(__file__).parent / "web.ttl"))
    return store


@pytest.fixture
def graph(web: Store) -> Graph:
    return Graph(web)
