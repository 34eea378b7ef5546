"""Copies a generation into a folder that is written, and becomes the next generation or goes."""

import fcntl
import os
import shutil
from pathlib import Path
from secrets import token_hex

from pyoxigraph import Store as Oxigraph

from pilotline.store.directory import Directory
from pilotline.store.errors import StoreError


class Clone:
    """A copy that is open for writing, and locked, so that no other writer sweeps it.

    of: the folder of the generation whose content it has. held: it stays open for the next write.
    """

    def __init__(self, directory: Directory, generation: int) -> None:
        self.of, self.held = identity(directory.generation(generation)), False
        # A name of its own: RocksDB refuses a path that is still open, and a draft may outlive its block.
        self._folder = directory.drafts / f"{generation + 1:06d}-{token_hex(4)}"
        opened(directory.generation(generation)).backup(str(self._folder))
        self._descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)
        self.store = Oxigraph(str(self._folder))

    def discard(self) -> None:
        """Remove the copy."""
        os.close(self._descriptor)
        shutil.rmtree(self._folder, ignore_errors=True)


def identity(folder: Path) -> tuple[str, int]:
    """Return what tells a generation from another one of its number, in a store that was made anew."""
    return folder.name, folder.stat().st_ino


def opened(folder: Path) -> Oxigraph:
    """Return a generation read-only; FileNotFoundError where it is gone, StoreError for a damaged one."""
    try:
        return Oxigraph.read_only(str(folder))
    except (OSError, RuntimeError) as error:
        if not folder.exists():
            raise FileNotFoundError(folder) from None
        raise StoreError(f"{folder} is damaged ({error}); restore the store from a backup") from None
