"""A write is published whole or not at all, and readers keep what they opened."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple

from pilotline.store import DraftError, Store, StoreBusyError, StoreError

GRAPH = "https://example.org/dataset/a"
ELSEWHERE = Quad(NamedNode("urn:a"), NamedNode("urn:p"), Literal(1), NamedNode("urn:graph:other"))


def numbers(count: int) -> list[Triple]:
    return [Triple(NamedNode(f"urn:n{n}"), NamedNode("urn:is"), Literal(n)) for n in range(count)]


def put(store: Store, count: int) -> None:
    with store.write() as draft:
        draft.replace_graph(GRAPH, numbers(count), in_scope=True)


def size(store: Store) -> int:
    return len(list(store.read().query("SELECT * { ?s ?p ?o }")))  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "db")


def test_a_missing_folder_becomes_an_empty_store(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "new" / "db")
    assert (store.generation, size(store)) == (1, 0)


def test_an_empty_folder_becomes_an_empty_store(tmp_path: Path) -> None:
    assert Store.create(tmp_path).generation == 1


def test_a_creation_that_was_interrupted_is_taken_up_again(tmp_path: Path) -> None:
    (tmp_path / "generations" / "000001").mkdir(parents=True)
    (tmp_path / "lock").touch()
    with pytest.raises(StoreError, match="not a store"):
        Store.open(tmp_path)
    assert size(Store.ensure(tmp_path)) == 0


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(StoreError, match="is not empty"):
        Store.create(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.docx"]


def test_opening_what_is_no_store_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere does not exist; name the folder of a store"):
        Store.open(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="is a file"):
        Store.open(tmp_path / "file")
    with pytest.raises(StoreError, match="is not a store"):
        Store.open(tmp_path)


@pytest.mark.parametrize(
    ("mark", "says"),
    [
        ("{", "is damaged"),
        ("[]", "says format None"),
        (json.dumps({"format": "photos", "version": 1}), "says format 'photos'"),
        (
            json.dumps({"format": "pilotline-store", "version": 2}),
            "has layout version 2, this software reads 1",
        ),
    ],
)
def test_a_foreign_or_newer_store_is_refused_with_the_reason(store: Store, mark: str, says: str) -> None:
    (store.path / "store.json").write_text(mark, encoding="utf-8")
    with pytest.raises(StoreError, match=says):
        Store.open(store.path)


@pytest.mark.parametrize("pointer", ["", "000009", "../../etc", "x"])
def test_a_pointer_to_nothing_is_refused(store: Store, pointer: str) -> None:
    (store.path / "current").write_text(pointer, encoding="utf-8")
    with pytest.raises(StoreError, match="which is no generation; there are 1"):
        Store.open(store.path)


def test_damaged_files_of_a_generation_are_named(store: Store) -> None:
    put(store, 10)
    for file in (store.path / "generations" / "000002").iterdir():
        file.write_bytes(b"damaged")
    with pytest.raises(StoreError, match="000002 is damaged"):
        Store.open(store.path).read()


def test_a_write_makes_the_next_generation(store: Store) -> None:
    put(store, 3)
    assert (store.generation, size(store)) == (2, 3)
    assert size(Store.open(store.path)) == 3


def test_an_exception_leaves_everything_as_it_was(store: Store) -> None:
    put(store, 3)
    with pytest.raises(DraftError), store.write() as draft:
        draft.replace_graph(GRAPH, chain(numbers(5), [ELSEWHERE]), in_scope=True)
    assert (store.generation, size(store)) == (2, 3)
    assert list((store.path / "drafts").iterdir()) == []
    put(store, 4)
    assert (store.generation, size(store)) == (3, 4)


def test_a_draft_is_not_seen_before_it_is_published(store: Store) -> None:
    with store.write() as draft:
        draft.replace_graph(GRAPH, numbers(5), in_scope=True)
        assert size(store) == 0
    assert size(store) == 5


def test_the_last_generations_are_kept_by_count(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "db", keep=2)
    for count in range(4):
        put(store, count)
    assert store.generations == [4, 5]


def test_a_generation_that_is_read_is_not_removed(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "db", keep=1)
    put(store, 3)
    reader = Store.open(store.path)
    reading = reader.read()
    put(store, 4)
    put(store, 5)
    assert store.generations == [2, 4]
    assert len(reading) == 3 + 3 + 1
    assert size(reader) == 5
    put(store, 6)
    assert store.generations == [4, 5]


def test_a_second_writer_waits_and_then_learns_who_writes(store: Store) -> None:
    second = Store.open(store.path).write(wait=0.1)
    with store.write(), pytest.raises(StoreBusyError, match=rf"process {os.getpid()} on .*; waited 0.1 s"):
        second.__enter__()


WRITER = """
import sys
from pathlib import Path
from pyoxigraph import Literal, NamedNode, Triple
from pilotline.store import Store

print(0, flush=True)
store = Store.ensure(Path(sys.argv[1]))
for round in range(1000):
    with store.write() as draft:
        for part in "ab":
            node = NamedNode(f"urn:{part}{round}")
            triples = [Triple(node, NamedNode(f"urn:p{n}"), Literal(n)) for n in range(200)]
            draft.replace_graph(f"urn:graph:{part}", triples, in_scope=True)
    print(store.generation, flush=True)
"""


def test_a_kill_at_any_moment_leaves_a_published_generation(tmp_path: Path) -> None:
    path, rng = tmp_path / "db", random.Random(7)  # noqa: S311
    acknowledged = 0
    for turn in range(12):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        for _ in range(1 + turn % 2):  # it is ready, and in every other turn has written once
            acknowledged = max(acknowledged, int(writer.stdout.readline()))
        time.sleep(0.5 * rng.random())
        writer.send_signal(signal.SIGKILL)
        out, _ = writer.communicate(timeout=10)
        acknowledged = max([acknowledged, *map(int, out.split())])
        store = Store.ensure(path)
        assert store.generation >= max(acknowledged, 1)
        # The two graphs were written together, so both or none of a round are there.
        assert size(store) in ({400} if store.generation > 1 else {0})
    assert acknowledged > 1
    put(store, 1)
    assert list((path / "drafts").iterdir()) == []


def test_what_unfinished_writes_left_is_swept_by_the_next(store: Store) -> None:
    (store.path / "drafts" / "000002").mkdir()
    (store.path / "generations" / "000002").mkdir()
    assert store.generations == [1]
    put(store, 3)
    assert (store.generations, size(store)) == ([1, 2], 3)


def test_quads_need_not_say_their_graph(store: Store) -> None:
    with store.write() as draft:
        draft.replace_graph(GRAPH, [Quad(*numbers(1)[0])], in_scope=False)
    assert [graph.value for graph in store.read().named_graphs()] == [GRAPH]


def test_a_generation_kept_can_be_read_and_stays_while_it_is_read(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "db", keep=2)
    put(store, 3)
    put(store, 4)
    with store.at(2) as before:
        put(store, 5)
        assert len(before) == 3 + 3 + 1
        assert store.generations == [2, 3, 4]


def test_a_generation_that_is_gone_is_named_with_those_kept(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "db", keep=1)
    put(store, 3)
    with pytest.raises(StoreError, match="has no generation 1; it keeps 2"), store.at(1):
        pass


def test_healing_waits_for_nobody(store: Store) -> None:
    with store.write():
        assert not store.heal()
    assert store.heal()


def fail(store: Store) -> None:
    with store.write(hold=True) as draft:
        draft.store.add(Quad(NamedNode("urn:lost"), NamedNode("urn:p"), NamedNode("urn:o")))
        raise KeyError


def test_a_draft_that_is_held_serves_the_next_write_and_sees_what_others_wrote(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "db")

    def add(writer: Store, name: str, *, hold: bool) -> list[str]:
        with writer.write(hold=hold) as draft:
            draft.store.add(Quad(NamedNode(f"urn:{name}"), NamedNode("urn:p"), NamedNode("urn:o")))
        return sorted(quad.subject.value for quad in store.read())

    assert add(store, "a", hold=True) == ["urn:a"]
    (first,) = (store.path / "drafts").iterdir()
    assert add(store, "b", hold=True) == ["urn:a", "urn:b"]
    assert list((store.path / "drafts").iterdir()) == [first]
    assert add(Store.open(store.path), "c", hold=False) == ["urn:a", "urn:b", "urn:c"]
    assert add(store, "d", hold=True) == ["urn:a", "urn:b", "urn:c", "urn:d"]
    with pytest.raises(KeyError):
        fail(store)
    assert add(store, "e", hold=False) == ["urn:a", "urn:b", "urn:c", "urn:d", "urn:e"]
    assert list((store.path / "drafts").iterdir()) == []
