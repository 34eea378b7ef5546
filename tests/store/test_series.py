"""Files of series lie beside the generations as long as a graph of one of them names them."""

from hashlib import sha256
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from pilotline.namespaces import PL, RDF
from pilotline.store import Store

DATASET = "https://lab.example/dataset/log"
CONTENT = b"PAR1 log PAR1"
SHA256 = sha256(CONTENT).hexdigest()


def description(digest: str = SHA256) -> list[Quad]:
    series, graph = NamedNode(DATASET + "/series/log"), NamedNode(DATASET)
    return [
        Quad(series, NamedNode(RDF + "type"), NamedNode(PL + "Series"), graph),
        Quad(series, NamedNode(PL + "sha256"), Literal(digest), graph),
    ]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "db", keep=2)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "log.parquet"
    path.write_bytes(CONTENT)
    return path


def publish(store: Store, file: Path) -> None:
    with store.write() as draft:
        draft.replace_graph(DATASET, description(), in_scope=True)
        draft.keep_series(file, SHA256)


def names(store: Store) -> list[str]:
    return [path.name for path in sorted(store.series.path.iterdir())]


def test_a_series_is_kept_under_its_checksum(store: Store, file: Path) -> None:
    publish(store, file)
    assert store.series.file(SHA256).read_bytes() == CONTENT
    assert names(store) == [f"{SHA256}.parquet"]


def test_a_series_stays_while_a_generation_that_is_kept_names_it(store: Store, file: Path) -> None:
    publish(store, file)
    with store.write() as draft:
        draft.remove_dataset(DATASET)
    assert names(store) == [f"{SHA256}.parquet"]
    with store.write() as draft:
        draft.replace_graph("https://lab.example/other", [], in_scope=True)
    assert names(store) == []


def test_a_write_that_fails_leaves_no_series_behind(store: Store, file: Path) -> None:
    def fail() -> None:
        with store.write() as draft:
            draft.keep_series(file, SHA256)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    with store.write() as draft:
        draft.replace_graph("https://lab.example/other", [], in_scope=True)
    assert names(store) == []


def test_half_a_copy_is_swept_and_never_served(store: Store, file: Path) -> None:
    publish(store, file)
    half = store.series.path / f"{'0' * 64}.new"
    half.write_bytes(b"PAR1")
    with store.write() as draft:
        draft.replace_graph("https://lab.example/other", [], in_scope=True)
    assert names(store) == [f"{SHA256}.parquet"]
