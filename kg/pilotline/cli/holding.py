"""Gives a command the store that it is about: a folder, or a copy of what another SPARQL server holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pilotline.store.remote import Remote, read_endpoints


@contextmanager
def to_read(db: Path, remote: str | None) -> Iterator[Path]:
    """Give the folder of a store to read."""
    if remote is None:
        yield db
        return
    with TemporaryDirectory() as folder:
        yield Remote(read_endpoints(remote)).fetched(Path(folder) / "db").path


@contextmanager
def to_write(db: Path, remote: str | None) -> Iterator[Path]:
    """Give the folder of a store to write; a server gets the difference, and `db` keeps the files."""
    if remote is None:
        yield db
        return
    with Remote(read_endpoints(remote)).working_copy(db) as copy:
        yield copy.path
