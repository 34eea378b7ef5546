"""Reads a Parquet file into a grid, batch by batch."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from pilotline.datasets.dataset import SourceError
from pilotline.iris import csv_cell
from pilotline.tabular.grid import Content, Digits, Grid, Row

_BATCH = 10_000


def read_parquet(path: Path) -> Grid:
    """Return the grid of a Parquet file; its first record is row 1, since it has no header row."""
    try:
        names = [str(name) for name in pyarrow.parquet.read_schema(path).names]
    except pyarrow.ArrowException as error:
        raise SourceError(f"{path.name}: is no Parquet file ({error})") from error
    return Grid(path.name, "", names, 0, _rows(path), _place, _pointer)


def _rows(path: Path) -> Iterator[Row]:
    number = 0
    with pyarrow.parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(_BATCH):
            columns = [[_content(value) for value in column.to_pylist()] for column in batch.columns]
            for cells in zip(*columns, strict=True):
                number += 1
                yield number, list(cells)


def _content(value: Any) -> Content:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return Digits(value) if value == value else ""  # NaN is a missing value
    if isinstance(value, datetime):
        return value.replace(microsecond=0) if not value.microsecond else value
    if isinstance(value, date | time):
        return value
    if isinstance(value, list):
        return ";".join(str(item) for item in value)
    return str(value)


def _place(row: int, column: int) -> str:
    return f"row {row}, column {column + 1}"


def _pointer(source: str, column: int) -> Callable[[int], str]:
    return lambda row: csv_cell(source, row, column + 1)
