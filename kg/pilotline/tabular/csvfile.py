"""Reads a CSV or TSV file into a grid; a wrong encoding is told by its byte before anything is mapped."""

import codecs
import csv
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from pilotline.datasets.dataset import SourceError, SourceFile
from pilotline.iris import csv_cell
from pilotline.tabular.grid import Grid, Row

_CHUNK = 1 << 20
_DELIMITERS = (";", "\t", ",", "|")


def check_text(path: Path, encoding: str) -> SourceFile:
    """Return checksum and size of a text file that is in the encoding throughout.

    Errors: SourceError, with the offset of the first byte that does not fit.
    """
    if is_utf16(path) and not encoding.lower().replace("_", "-").startswith("utf-16"):
        raise SourceError(_undecodable(path, encoding, 0))
    digest, size = hashlib.sha256(), 0
    decoder = _decoder(path, encoding)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            pending = len(decoder.getstate()[0])
            digest.update(chunk)
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                raise SourceError(_undecodable(path, encoding, size - pending + error.start)) from error
            size += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise SourceError(_undecodable(path, encoding, size - 1)) from error
    return SourceFile(path.name, digest.hexdigest(), size, encoding)


def is_utf16(path: Path) -> bool:
    """Say whether a file begins with the mark of UTF-16."""
    with path.open("rb") as file:
        return file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def is_utf8(path: Path) -> bool:
    """Say whether a file begins as UTF-8 with letters beyond ASCII; no other encoding looks like it."""
    with path.open("rb") as file:
        start = file.read(_CHUNK)
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return not text.isascii()


def _decoder(path: Path, encoding: str) -> codecs.IncrementalDecoder:
    try:
        return codecs.getincrementaldecoder(encoding)()
    except LookupError:
        raise SourceError(f"{path.name}: no encoding is called {encoding!r}; utf-8 or cp1252?") from None


def _undecodable(path: Path, encoding: str, offset: int) -> str:
    with path.open("rb") as file:
        file.seek(offset)
        byte = file.read(1)
    likely = "utf-16" if is_utf16(path) else "cp1252"
    likely = "utf-8" if likely == encoding else likely
    found = f"byte {offset} (0x{byte.hex()}) is not {encoding}"
    return f"{path.name}: {found}; if the file is in it, say `encoding: {likely}` in the mapping"


def read_csv(path: Path, encoding: str, delimiter: str | None) -> Grid:
    """Return the grid of a text file; its headers are still among its rows."""
    plain = "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding
    return Grid(path.name, "", [], 0, _records(path, plain, delimiter), _place, _pointer)


def _records(path: Path, encoding: str, delimiter: str | None) -> Iterator[Row]:
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
        told = first.strip().lower().startswith("sep=")
        sign = delimiter or (first.strip()[4:] if told else _sniffed(path, encoding))
        file.seek(0)
        number = 0
        try:
            for number, cells in enumerate(csv.reader(file, delimiter=sign or ";", strict=True), start=1):
                if number == 1 and cells:
                    cells[0] = cells[0].removeprefix("\ufeff").removeprefix("ï»¿")
                yield number, [] if number == 1 and told else cells  # type: ignore[misc]
        except csv.Error as error:
            raise SourceError(f"{path.name}, row {number + 1}: {error}; is a quote open?") from error


def _sniffed(path: Path, encoding: str) -> str:
    """Return the sign that parts the most cells in the first lines."""
    with path.open(encoding=encoding, newline="") as file:
        text = "".join(line for line, _ in zip(file, range(20), strict=False))
    bare = "".join(text.split('"')[::2])
    return max(_DELIMITERS, key=bare.count)


def _place(row: int, column: int) -> str:
    return f"row {row}, column {column + 1}"


def _pointer(source: str, column: int) -> Callable[[int], str]:
    start, end = csv_cell(source, 0, column + 1).rsplit("0,", 1)
    return lambda row: f"{start}{row},{end}"
