"""Small writes that wait together are published together; one that fails harms nobody else."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from pilotline.store import Draft, DraftError, Store, StoreBusyError, WriteGroups

CALLERS = 24


def put(number: int, then: Callable[[], None] = lambda: None) -> Callable[[Draft], int]:
    """A change that writes a graph of its own, does something, and returns its number."""

    def change(draft: Draft) -> int:
        node = NamedNode(f"urn:n{number}")
        draft.replace_graph(f"urn:graph:{number}", [Triple(node, node, Literal(number))], in_scope=False)
        then()
        return number

    return change


def fail() -> None:
    raise DraftError("this change is not wanted")


def graphs(store: Store) -> set[str]:
    return {graph.value for graph in store.read().named_graphs()}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "db")


def all_at_once(store: Store, changes: list[Callable[[Draft], int]]) -> list[int | Exception]:
    """Hand in changes that all wait while somebody else writes; return what came of each."""
    groups = WriteGroups(store)

    def attempt(change: Callable[[Draft], int]) -> int | Exception:
        try:
            return groups.write(change)
        except DraftError as error:
            return error

    with ThreadPoolExecutor(len(changes)) as threads:
        with store.write():
            waiting = [threads.submit(attempt, change) for change in changes]
            time.sleep(0.3)
        return [each.result() for each in waiting]


def test_changes_that_wait_together_share_a_generation(store: Store) -> None:
    assert all_at_once(store, [put(n) for n in range(CALLERS)]) == list(range(CALLERS))
    assert graphs(store) == {f"urn:graph:{n}" for n in range(CALLERS)}
    # The one that waited for the lock alone, and all the others.
    assert store.generation <= 4


def test_a_change_that_fails_is_told_so_and_the_others_are_published(store: Store) -> None:
    first, failed, last = all_at_once(store, [put(1), put(2, fail), put(3)])
    assert (first, str(failed), last) == (1, "this change is not wanted", 3)
    assert graphs(store) == {"urn:graph:1", "urn:graph:3"}


def test_a_change_is_there_when_its_call_returns(store: Store) -> None:
    groups = WriteGroups(store)

    def write(number: int) -> bool:
        groups.write(put(number))
        return f"urn:graph:{number}" in graphs(Store.open(store.path))

    with ThreadPoolExecutor(6) as threads:
        assert all(threads.map(write, range(12)))


def test_another_process_that_writes_on_is_named_to_each_caller(store: Store) -> None:
    groups, said = WriteGroups(store, wait=0.1), []

    def attempt() -> None:
        with pytest.raises(StoreBusyError) as refused:
            groups.write(put(1))
        said.append("is being written by" in str(refused.value))

    threads = [threading.Thread(target=attempt) for _ in range(3)]
    with store.write():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert said == [True] * 3


WRITER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from pyoxigraph import Literal, NamedNode, Triple
from pilotline.store import Store, WriteGroups

groups = WriteGroups(Store.ensure(Path(sys.argv[1])))

def write(number):
    node = NamedNode(f"urn:n{number}")
    for part in "ab":
        triples = [Triple(node, NamedNode(f"urn:p{n}"), Literal(n)) for n in range(50)]
        groups.write(lambda draft: draft.replace_graph(f"urn:{part}:{number}", triples, in_scope=True))
    print(f"{number}\\n", end="", flush=True)

with ThreadPoolExecutor(8) as threads:
    list(threads.map(write, range(10_000)))
"""


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path / "db")], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    first = writer.stdout.readline()
    time.sleep(1.0)
    writer.send_signal(signal.SIGKILL)
    out = first + writer.communicate(timeout=10)[0]
    store = Store.open(tmp_path / "db")
    acknowledged = {f"urn:{part}:{number}" for number in out.split() for part in "ab"}
    assert acknowledged
    assert acknowledged <= graphs(store)
    assert store.heal()
    assert list((store.path / "drafts").iterdir()) == []
