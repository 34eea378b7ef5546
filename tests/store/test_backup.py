"""A backup holds the store and what lies beside it, and is checked before anything is made of it."""

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from pilotline.store import Store, StoreError, back_up, check_backup, restore

NODE = NamedNode("urn:n")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store.create(tmp_path / "db")
    for count in (1, 2):
        with store.write() as draft:
            triples = [Triple(NODE, NODE, Literal(n)) for n in range(count)]
            draft.replace_graph("urn:graph", triples, in_scope=True)
    (store.path / "series").mkdir()
    (store.path / "series" / "cell.parquet").write_bytes(b"PAR1")
    return store


def test_what_is_restored_is_what_was_backed_up(store: Store, tmp_path: Path) -> None:
    made = back_up(store.path, tmp_path / "backup")
    assert restore(tmp_path / "backup", tmp_path / "again") == made
    again = Store.open(tmp_path / "again")
    assert (again.generation, set(again.read())) == (store.generation, set(store.read()))
    assert (again.path / "series" / "cell.parquet").read_bytes() == b"PAR1"
    with again.write() as draft:
        draft.remove_graph("urn:graph")
    assert len(again.read()) == 0


def test_a_backup_holds_one_generation_and_nothing_unfinished(store: Store, tmp_path: Path) -> None:
    back_up(store.path, tmp_path / "backup")
    data = tmp_path / "backup" / "data"
    assert [entry.name for entry in (data / "generations").iterdir()] == ["000003"]
    assert {entry.name for entry in data.iterdir()} == {"store.json", "current", "generations", "series"}


def damage(folder: Path, name: str, content: bytes | None) -> None:
    file = folder / name
    file.unlink() if content is None else file.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("data/series/cell.parquet", b"PAR2", "series/cell.parquet is not as it was written"),
        ("data/series/cell.parquet", None, "series/cell.parquet is missing"),
        ("data/series/other", b"", "series/other is not as it was written"),
        ("data/current", b"000001\n", "current is not as it was written"),
        ("backup.json", None, "is not a backup"),
        ("backup.json", b"{", "backup.json is damaged"),
        ("backup.json", json.dumps({"format": "photos"}).encode(), "is not the list of a pilotline-backup"),
        (
            "backup.json",
            json.dumps({"format": "pilotline-backup", "version": 9}).encode(),
            "backup version 9, this software reads 1",
        ),
        (
            "backup.json",
            json.dumps({"format": "pilotline-backup", "version": 1}).encode(),
            "backup.json is damaged",
        ),
    ],
)
def test_a_damaged_or_foreign_backup_is_refused_with_the_reason(
    store: Store, tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    back_up(store.path, tmp_path / "backup")
    damage(tmp_path / "backup", name, content)
    with pytest.raises(StoreError, match=says):
        restore(tmp_path / "backup", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_folder_that_holds_something_is_left_alone(store: Store, tmp_path: Path) -> None:
    back_up(store.path, tmp_path / "backup")
    with pytest.raises(StoreError, match="is not empty"):
        back_up(store.path, tmp_path / "backup")
    with pytest.raises(StoreError, match="is not empty"):
        restore(tmp_path / "backup", store.path)


def test_what_is_no_store_is_not_backed_up(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is not a store"):
        back_up(tmp_path, tmp_path / "backup")


COPIER = """
import sys
from pathlib import Path
from pilotline.store import back_up
print("begins", flush=True)
back_up(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_a_backup_that_is_killed_is_no_backup_and_can_be_made_again(store: Store, tmp_path: Path) -> None:
    (store.path / "series" / "long").write_bytes(bytes(200_000_000))
    target = tmp_path / "backup"
    copier = subprocess.Popen(
        [sys.executable, "-c", COPIER, str(store.path), str(target)], stdout=subprocess.PIPE
    )
    while not target.with_name("backup.partial").exists() and copier.poll() is None:
        time.sleep(0.005)
    copier.send_signal(signal.SIGKILL)
    copier.communicate(timeout=10)
    assert not target.exists()
    shutil.rmtree(store.path / "series")
    assert back_up(store.path, target) == check_backup(target)
    assert not target.with_name("backup.partial").exists()
