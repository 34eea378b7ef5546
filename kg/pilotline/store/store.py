"""Opens the folder of a store and hands out what is published and what is being written."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pyoxigraph import Store as Oxigraph

from pilotline.store.clone import Clone, identity, opened
from pilotline.store.directory import Directory
from pilotline.store.draft import Draft
from pilotline.store.errors import StoreBusyError, StoreError
from pilotline.store.lock import write_lock
from pilotline.store.series import SeriesFolder

KEPT_GENERATIONS = 3
_TRIES = 5


class Store:
    """The graph on disk. Readers see one published generation; a write makes the next one, or nothing."""

    def __init__(self, directory: Directory, keep: int = KEPT_GENERATIONS) -> None:
        directory.check()
        self._directory = directory
        self._keep = keep
        self._reading: tuple[int, _Reading] | None = None
        self._seen: tuple[tuple[int, int], int] | None = None
        self._made: tuple[int, int] | None = None
        self._held: Clone | None = None

    @classmethod
    def open(cls, path: Path | str, keep: int = KEPT_GENERATIONS) -> "Store":
        """Open an existing store. keep: how many generations a write leaves on disk."""
        return cls(Directory(Path(path)), keep)

    @classmethod
    def create(cls, path: Path | str, keep: int = KEPT_GENERATIONS) -> "Store":
        """Make a store in a missing or empty folder; generation 1 is empty."""
        directory = Directory(Path(path))
        if not directory.may_become_a_store():
            raise StoreError(f"{path} is not empty; a store is made in a missing or empty folder")
        directory.path.mkdir(parents=True, exist_ok=True)
        with write_lock(directory.lock, wait=30):
            if not directory.mark.exists():
                directory.create()
        return cls(directory, keep)

    @classmethod
    def ensure(cls, path: Path | str, keep: int = KEPT_GENERATIONS) -> "Store":
        """Open the store, or make one where the folder is missing or empty."""
        make = cls.create if Directory(Path(path)).may_become_a_store() else cls.open
        return make(path, keep)

    @property
    def path(self) -> Path:
        """Return the folder of the store."""
        return self._directory.path

    @property
    def made(self) -> tuple[int, int]:
        """Return what tells this store from one that was made anew in its folder.

        It is as of the last look at the generation, which each query takes.
        """
        if self._made is None:
            self._made = self._directory.made()
        return self._made

    @property
    def series(self) -> SeriesFolder:
        """Return the folder of the series that the graphs describe."""
        return SeriesFolder(self._directory.series)

    @property
    def generation(self) -> int:
        """Return the number of the published generation; it grows by one with each write."""
        stamp = self._directory.stamp()
        if self._seen is None or self._seen[0] != stamp:
            self._seen, self._made = (stamp, self._directory.current()), None
        return self._seen[1]

    @property
    def generations(self) -> list[int]:
        """Return the generations that can be read, oldest first."""
        current = self.generation
        return [number for number in self._directory.numbers() if number <= current]

    def size(self, generation: int) -> int:
        """Return how many bytes the files of a generation have; 0 where it is gone."""
        with suppress(FileNotFoundError):
            return sum(file.stat().st_size for file in self._directory.generation(generation).iterdir())
        return 0

    def read(self) -> Oxigraph:
        """Return the current generation, read-only. It never changes; ask again to see what came later."""
        return self.snapshot()[1]

    def snapshot(self) -> tuple[int, Oxigraph]:
        """Return the number of the current generation, and that generation read-only."""
        for _ in range(_TRIES):
            current = self.generation
            if self._reading is not None and self._reading[0] == current:
                return current, self._reading[1].store
            # The generation may be pruned between reading the pointer and opening it.
            with suppress(FileNotFoundError):
                self._reading = (current, _Reading(self._directory.generation(current)))
        raise StoreError(f"{self.path} changes faster than it can be opened; try again")

    @contextmanager
    def at(self, generation: int) -> Iterator[Oxigraph]:
        """Give one of the generations kept, read-only; it stays on disk until the block ends.

        Errors: StoreError for one that is not there, or no longer.
        """
        reading = None
        if generation in self.generations:
            with suppress(FileNotFoundError):
                reading = _Reading(self._directory.generation(generation))
        if reading is None:
            kept = ", ".join(map(str, self.generations))
            raise StoreError(f"{self.path} has no generation {generation}; it keeps {kept}")
        yield reading.store

    def heal(self) -> bool:
        """Sweep what an interrupted write left behind; return False where somebody is writing just then.

        Every write does so before it begins; a server does it when it starts.
        """
        try:
            with write_lock(self._directory.lock, wait=0):
                self._directory.sweep()
        except StoreBusyError:
            return False
        return True

    @contextmanager
    def write(self, wait: float = 30.0, *, hold: bool = False) -> Iterator[Draft]:
        """Give a draft of the next generation; it is published when the block ends without an exception.

        wait: seconds to wait for another writer; then StoreBusyError. hold: keep the draft open, so that the
        next write need not copy the generation again, unless somebody else has written meanwhile.
        """
        with self._clone(wait) as clone:
            yield Draft(clone.store, self.series)
            number = self.generation + 1
            clone.store.backup(str(self._directory.generation(number)))
            self._directory.publish(number)
            if hold:
                self._held, clone.of, clone.held = clone, identity(self._directory.generation(number)), True
            self._directory.prune(self._keep)
            newest_first = (self._directory.generation(each) for each in reversed(self.generations))
            self.series.discard_unnamed(map(opened, newest_first))

    @contextmanager
    def rehearsal(self, wait: float = 30.0) -> Iterator[Draft]:
        """Give a draft that is thrown away; wait: as for `write`."""
        with self._clone(wait) as clone:
            yield Draft(clone.store, self.series)

    @contextmanager
    def _clone(self, wait: float) -> Iterator[Clone]:
        with write_lock(self._directory.lock, wait):
            held, self._held = self._held, None
            if held is not None and held.of != identity(self._directory.generation(self.generation)):
                held.discard()
                held = None
            self._directory.sweep()
            clone = held or Clone(self._directory, self.generation)
            clone.held = False
            try:
                yield clone
            finally:
                if not clone.held:
                    clone.discard()


class _Reading:
    """A generation opened read-only, with the shared lock that keeps it from being pruned."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_SH)
            self.store = opened(folder)
        except BaseException:
            os.close(self._descriptor)
            raise

    def __del__(self) -> None:
        with suppress(OSError, AttributeError):
            os.close(self._descriptor)
