"""Keeps a copy of each source file beside the store, by its checksum, so that a cell can be shown later."""

import os
import shutil
from collections.abc import Iterable
from hashlib import file_digest
from pathlib import Path

from pyoxigraph import Literal, NamedNode
from pyoxigraph import Store as Oxigraph

from pilotline.namespaces import PL

_FOLDER = "sources"
_SHA256 = NamedNode(PL + "sha256")


def keep(store: Path, files: Iterable[Path]) -> None:
    """Copy files that are not kept yet; each copy is whole or not there.

    store: folder of the store.
    """
    for file in files:
        with file.open("rb") as opened:
            target = _place(store, file_digest(opened, "sha256").hexdigest())
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
            shutil.copyfile(file, partial)
            with partial.open("rb") as copied:
                os.fsync(copied.fileno())
            partial.replace(target)


def kept(store: Path, sha256: str) -> Path | None:
    """Return the copy of a source file, None where none was kept."""
    target = _place(store, sha256)
    return target if target.is_file() else None


def forget(store: Path, content: Oxigraph) -> None:
    """Remove the copies that no provenance names any longer."""
    named = {
        quad.object.value
        for quad in content.quads_for_pattern(None, _SHA256, None, None)
        if isinstance(quad.object, Literal)
    }
    for copy in (store / _FOLDER).glob("*/*"):
        if copy.name not in named:
            copy.unlink()


def _place(store: Path, sha256: str) -> Path:
    return store / _FOLDER / sha256[:2] / sha256
