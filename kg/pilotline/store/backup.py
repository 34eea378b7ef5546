"""Copies a store with all that lies beside its graph into a folder that can be checked, and back.

backup.json   what this folder is, the generation, its size, and each file with its checksum
data/         the store: mark, pointer, one generation, and folders such as `sources` and `series`
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from pyoxigraph import Store as Oxigraph

from pilotline.store.directory import Directory, sync, sync_tree
from pilotline.store.errors import StoreError
from pilotline.store.lock import write_lock

FORMAT, VERSION = "pilotline-backup", 1
_LIST, _DATA = "backup.json", "data"
_NOT_COPIED = {"lock", "drafts", "generations", "current.new", "store.json.new"}


@dataclass(frozen=True)
class Backup:
    """What a backup says of itself.

    quads: of all graphs, those of the default graph included. files: path below `data/` to SHA-256.
    """

    generation: int
    quads: int
    made: str
    files: dict[str, str]


def back_up(path: Path, target: Path, wait: float = 30.0) -> Backup:
    """Copy a store into a missing or empty folder; writers wait meanwhile, readers do not notice.

    The folder gets its name when all is in it and on the disk; a copy that was interrupted is `….partial`.

    Errors: StoreError for a store that cannot be read whole, or a target that holds something.
    """
    directory = Directory(path)
    directory.check()
    with _made_whole(target, "a backup") as partial, write_lock(directory.lock, wait):
        number = directory.current()
        quads = _size(directory.generation(number))
        _copy(directory, number, partial / _DATA)
        made = datetime.now(UTC).isoformat(timespec="seconds")
        backup = Backup(number, quads, made, _checksums(partial / _DATA))
        said = {"format": FORMAT, "version": VERSION, **asdict(backup)}
        (partial / _LIST).write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    return backup


def check_backup(folder: Path) -> Backup:
    """Return what a backup says of itself once every file is as it was written.

    Errors: StoreError that names the file that is missing, too many or damaged, or says what the folder is.
    """
    backup = _read_list(folder)
    found = _checksums(folder / _DATA)
    for name in sorted(backup.files.keys() | found.keys()):
        if name not in found:
            raise StoreError(f"{folder}: {name} is missing; use another backup")
        if backup.files.get(name) != found[name]:
            raise StoreError(f"{folder}: {name} is not as it was written; use another backup")
    return backup


def restore(folder: Path, path: Path) -> Backup:
    """Make a store from a backup in a missing or empty folder, and count what is in it.

    Errors: StoreError for a backup that is damaged or foreign, or a folder that holds something.
    """
    backup = check_backup(folder)
    with _made_whole(path, "a store") as partial:
        shutil.copytree(folder / _DATA, partial, dirs_exist_ok=True)
        (partial / "drafts").mkdir()
        quads = _size(Directory(partial).generation(backup.generation))
        if quads != backup.quads:
            raise StoreError(f"{folder}: holds {quads} quads where {backup.quads} were written")
        Directory(partial).check()
    return backup


@contextmanager
def _made_whole(target: Path, what: str) -> Iterator[Path]:
    """Give a folder `….partial` that takes its name when the block ends well."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StoreError(f"{target} is not empty; {what} is made in a missing or empty folder")
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        for folder in (*filter(Path.is_dir, partial.rglob("*")), partial):
            sync_tree(folder)
        partial.replace(target)
        sync(target.absolute().parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _copy(directory: Directory, number: int, into: Path) -> None:
    into.mkdir()
    generation = directory.generation(number)
    shutil.copytree(generation, into / "generations" / generation.name)
    for entry in directory.path.iterdir():
        if entry.is_dir() and entry.name not in _NOT_COPIED:
            shutil.copytree(entry, into / entry.name)
        elif entry.name not in _NOT_COPIED:
            shutil.copy2(entry, into / entry.name)


def _size(generation: Path) -> int:
    try:
        return len(Oxigraph.read_only(str(generation)))
    except (OSError, RuntimeError) as error:
        raise StoreError(f"{generation} is damaged ({error})") from None


def _checksums(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): _digest(file) for file in sorted(folder.rglob("*")) if file.is_file()
    }


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def _read_list(folder: Path) -> Backup:
    try:
        said: Any = json.loads((folder / _LIST).read_text(encoding="utf-8"))
    except OSError:
        raise StoreError(f"{folder} is not a backup (no {_LIST})") from None
    except ValueError as error:
        raise StoreError(f"{folder / _LIST} is damaged ({error}); use another backup") from None
    if not isinstance(said, dict) or said.pop("format", None) != FORMAT:
        raise StoreError(f"{folder / _LIST} is not the list of a {FORMAT}")
    if (version := said.pop("version", None)) != VERSION:
        raise StoreError(f"{folder} has backup version {version!r}, this software reads {VERSION}")
    try:
        return Backup(**said)
    except TypeError as error:
        raise StoreError(f"{folder / _LIST} is damaged ({error}); use another backup") from None
