"""The folder of a store: format mark, generations, and the pointer that says which one is current.

store.json          what this folder is, and the version of its layout
current             the number of the published generation
generations/000007  an Oxigraph store that no longer changes
series/             Parquet files of the series that the graphs describe, named by checksum
drafts/             clones being written; whatever lies here without a writer is left over
lock                held by the one writer
"""

import fcntl
import json
import os
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pyoxigraph import Store as Oxigraph

from pilotline.store.errors import StoreError

FORMAT = "pilotline-store"
VERSION = 1
_BEFORE_THE_MARK = {"current", "drafts", "generations", "lock"}


class Directory:
    """The files of a store. Only the writer that holds the lock may call what changes them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.mark = path / "store.json"
        self._mark_name = str(self.mark)  # these two are looked at for each query
        self.pointer = path / "current"
        self._pointer_name = str(self.pointer)
        self.lock = path / "lock"
        self.generations = path / "generations"
        self.drafts = path / "drafts"
        self.series = path / "series"

    def generation(self, number: int) -> Path:
        """Return the folder of a generation."""
        return self.generations / f"{number:06d}"

    def numbers(self) -> list[int]:
        """Return the generations that are on disk, oldest first."""
        names = (entry.name for entry in self.generations.iterdir())
        return sorted(int(name) for name in names if name.isdigit())

    def current(self) -> int:
        """Return the number of the published generation."""
        try:
            text = self.pointer.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(
                f"{self.pointer} cannot be read ({error}); it names the current generation"
            ) from None
        if not text.isdigit() or not self.generation(int(text)).is_dir():
            raise StoreError(
                f"{self.pointer} says {text[:40]!r}, which is no generation; "
                f"there are {', '.join(map(str, self.numbers())) or 'none'}"
            )
        return int(text)

    def made(self) -> tuple[int, int]:
        """Return what tells the store from one that was made anew in its place."""
        state = os.stat(self._mark_name)  # noqa: PTH116
        return state.st_ino, state.st_mtime_ns

    def stamp(self) -> tuple[int, int]:
        """Return what changes with the pointer: a new one is another file; (0, 0) where it is missing."""
        try:
            state = os.stat(self._pointer_name)  # noqa: PTH116
        except OSError:
            return 0, 0
        return state.st_ino, state.st_mtime_ns

    def publish(self, number: int) -> None:
        """Make a generation current, once all its files are on the disk."""
        before = self.generation(number - 1)
        # Files shared with the generation before are on the disk since that was published.
        known = {entry.stat().st_ino for entry in before.iterdir()} if before.is_dir() else set()
        sync_tree(self.generation(number), known)
        sync(self.generations)
        _replace(self.pointer, f"{number:06d}\n")

    def sweep(self) -> None:
        """Remove what unfinished writes left behind, but for the copies that a writer holds open."""
        self.drafts.mkdir(exist_ok=True)
        for left in self.drafts.iterdir():
            if left.is_dir():
                _remove_unless_locked(left)
            else:
                left.unlink()
        for number in self.numbers():
            if number > self.current():
                shutil.rmtree(self.generation(number))

    def prune(self, keep: int) -> None:
        """Remove all but the newest generations, and those that somebody reads."""
        for number in self.numbers()[:-keep]:
            _remove_unless_locked(self.generation(number))

    def create(self) -> None:
        """Write generation 1, empty. The mark comes last: a folder without it is not yet a store."""
        shutil.rmtree(self.generations, ignore_errors=True)
        shutil.rmtree(self.drafts, ignore_errors=True)
        self.generations.mkdir()
        self.drafts.mkdir()
        Oxigraph(str(self.drafts / "first")).backup(str(self.generation(1)))
        shutil.rmtree(self.drafts / "first")
        self.publish(1)
        _replace(self.mark, json.dumps({"format": FORMAT, "version": VERSION}) + "\n")

    def check(self) -> None:
        """Refuse a folder that is no store, or one of a version that this software does not know."""
        if not self.path.is_dir():
            found = "is a file" if self.path.exists() else "does not exist"
            raise StoreError(
                f"{self.path} {found}; name the folder of a store, or create one by ingesting into it"
            )
        if not self.mark.exists():
            raise StoreError(
                f"{self.path} is not a store (no store.json); name another folder or an empty one"
            )
        mark = self._read_mark()
        if mark.get("format") != FORMAT:
            raise StoreError(f"{self.mark} says format {mark.get('format')!r}; a store says {FORMAT!r}")
        if mark.get("version") != VERSION:
            raise StoreError(
                f"{self.path} has layout version {mark.get('version')!r}, this software reads {VERSION}; "
                "use the release of Pilotline that wrote it"
            )
        self.current()

    def may_become_a_store(self) -> bool:
        """Say whether the folder is missing, empty, or left by a creation that was interrupted."""
        if not self.path.exists():
            return True
        return self.path.is_dir() and {entry.name for entry in self.path.iterdir()} <= _BEFORE_THE_MARK

    def _read_mark(self) -> dict[str, Any]:
        try:
            mark = json.loads(self.mark.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise StoreError(f"{self.mark} is damaged ({error}); restore it from a backup") from None
        return mark if isinstance(mark, dict) else {}


def _remove_unless_locked(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        shutil.rmtree(folder)
    finally:
        os.close(descriptor)


def sync(path: Path) -> None:
    """Force one file or folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path, known: Collection[int] = ()) -> None:
    """Force the files of a folder, then the folder, to the disk; known: inodes that are there already."""
    for entry in folder.iterdir():
        if entry.stat().st_ino not in known:
            sync(entry)
    sync(folder)


def _replace(path: Path, text: str) -> None:
    """Write a small file so that a reader, or a loss of power, sees the old one or the new one."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, encoding="utf-8")
    sync(fresh)
    fresh.replace(path)
    sync(path.parent)
