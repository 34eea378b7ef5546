"""The Parquet files beside the generations: named by checksum, kept while a graph names them."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad
from pyoxigraph import Store as Oxigraph

from pilotline.namespaces import PL, RDF
from pilotline.store.directory import sync

_SHA256 = NamedNode(PL + "sha256")
_TYPE, _SERIES = NamedNode(RDF + "type"), NamedNode(PL + "Series")
_SUFFIX = ".parquet"


class SeriesFolder:
    """The folder `series` of a store. Only the writer that holds the lock may change it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def file(self, sha256: str) -> Path:
        """Return where the file of a checksum lies, whether it is there or not."""
        return self.path / f"{sha256}{_SUFFIX}"

    def keep(self, file: Path, sha256: str) -> None:
        """Take in a file; it is there whole, on the disk, under its checksum, or not at all."""
        kept = self.file(sha256)
        if kept.exists():
            return
        self.path.mkdir(exist_ok=True)
        fresh = kept.with_suffix(".new")
        shutil.copyfile(file, fresh)
        sync(fresh)
        fresh.replace(kept)
        sync(self.path)

    def discard_unnamed(self, generations: Iterable[Oxigraph]) -> None:
        """Remove the files that no graph of the generations names, and what an interrupted write left."""
        if not self.path.is_dir():
            return
        candidates = {file.stem: file for file in self.path.iterdir()}
        for generation in generations if candidates else ():
            candidates = {sha256: file for sha256, file in candidates.items() if not _named(generation, file)}
            if not candidates:
                break
        for file in candidates.values():
            file.unlink()


def _named(store: Oxigraph, file: Path) -> bool:
    """Say whether a series in any graph has the checksum that a file is called by."""
    if file.suffix != _SUFFIX:
        return False
    quads = store.quads_for_pattern(None, _SHA256, Literal(file.stem), None)
    return any(Quad(quad.subject, _TYPE, _SERIES, quad.graph_name) in store for quad in quads)
