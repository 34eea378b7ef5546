"""Writes rows to a Parquet file, batch by batch, and describes the file in the graph."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow
import pyarrow.parquet

from pilotline.datasets.dataset import SeriesFile
from pilotline.namespaces import DCAT, DCTERMS, PL, RDFS
from pilotline.quantities.units import Unit
from pilotline.rdf.ntriples import Lines, integer, string

_BATCH = 10_000
_MEDIA_TYPE = "https://www.iana.org/assignments/media-types/application/vnd.apache.parquet"
NUMBER, TEXT, WHOLE = pyarrow.float64(), pyarrow.string(), pyarrow.int64()
LOCAL_TIME = pyarrow.timestamp("us")
TIME = pyarrow.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class Field:
    """A column of the file; parameter and unit are missing where the mapping does not say what it holds."""

    name: str
    type: Any
    parameter: str = ""
    unit: Unit | None = None


class Writer:
    """A Parquet file that is being written; memory holds one batch of it."""

    def __init__(self, path: Path, fields: Sequence[Field]) -> None:
        self.path, self.fields, self.rows = path, tuple(fields), 0
        self._schema = pyarrow.schema([pyarrow.field(field.name, field.type) for field in fields])
        self._pending: list[Sequence[Any]] = []
        self._writer = pyarrow.parquet.ParquetWriter(str(path), self._schema, compression="zstd")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flush()
        self._writer.close()

    def write(self, row: Sequence[Any]) -> None:
        """Append a row."""
        self._pending.append(row)
        self.rows += 1
        if len(self._pending) == _BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._pending:
            columns = [list(column) for column in zip(*self._pending, strict=True)]
            arrays = [
                pyarrow.array(column, type=field.type)
                for column, field in zip(columns, self.fields, strict=True)
            ]
            self._writer.write_batch(pyarrow.record_batch(arrays, schema=self._schema))
            self._pending.clear()


def series_file(path: Path) -> SeriesFile:
    """Return a finished file with its checksum."""
    with path.open("rb") as file:
        return SeriesFile(path, hashlib.file_digest(file, "sha256").hexdigest())


def described(lines: Lines, series: str, title: str, file: SeriesFile, written: Writer, source: str) -> str:
    """Return the lines of a series: what is in the file, how much, and where it was read from."""
    text = lines.types(series, (DCAT + "Distribution", PL + "Series"))
    text += lines.link(lines.graph, DCAT + "distribution", series)
    text += lines.line(series, RDFS + "label", string(title)) + lines.line(
        series, DCTERMS + "title", string(title)
    )
    text += lines.link(series, DCAT + "mediaType", _MEDIA_TYPE)
    text += lines.line(series, DCAT + "byteSize", integer(file.path.stat().st_size))
    text += lines.line(series, PL + "sha256", string(file.sha256))
    text += lines.line(series, PL + "rowCount", integer(written.rows)) + lines.link(
        series, PL + "readFrom", source
    )
    for number, field in enumerate(written.fields, start=1):
        text += _column(lines, series, number, field)
    return text


def _column(lines: Lines, series: str, number: int, field: Field) -> str:
    node = f"{series}/column/{number}"
    text = lines.link(series, PL + "hasColumn", node) + lines.types(node, (PL + "SeriesColumn",))
    text += lines.line(node, PL + "columnNumber", integer(number))
    text += lines.line(node, PL + "columnName", string(field.name))
    if field.parameter:
        text += lines.link(node, PL + "columnParameter", field.parameter)
    return text + (lines.link(node, PL + "columnUnit", field.unit.iri) if field.unit else "")
