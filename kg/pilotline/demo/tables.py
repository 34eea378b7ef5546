"""Turns tables into the CSV and XLSX files of a lab, the same bytes every time."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

Value = str | int | float | date | datetime | None
Record = dict[str, Value]
_WRITTEN = datetime.fromisoformat("2025-05-02T09:00:00")
_ZIP_TIME = (2025, 5, 2, 9, 0, 0)


@dataclass(frozen=True)
class Table:
    """A sheet of a workbook, or a whole CSV file: headers and rows; above: rows before them, in CSV alone."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    above: tuple[tuple[Value, ...], ...] = ()


def table(name: str, records: Iterable[Record]) -> Table:
    """Return a table from its rows; every row names the same columns in the same order."""
    rows = list(records)
    header = tuple(rows[0])
    assert all(tuple(row) == header for row in rows)
    return Table(name, header, tuple(tuple(row.values()) for row in rows))


def fixed(value: float, digits: int) -> str:
    """Return a number as a person types it into a CSV file, with its digits.

    >>> fixed(1.5, 2)
    '1.50'
    """
    return f"{value:.{digits}f}"


def clock(value: datetime) -> str:
    """Return a time as the line's files write it, such as `2025-03-04 13:00`."""
    return value.strftime("%Y-%m-%d %H:%M")


def write_csv(path: Path, table: Table, delimiter: str = ",") -> Path:
    """Write a CSV file in UTF-8."""
    text = StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerows([*table.above, table.header])
    writer.writerows(table.rows)
    path.write_bytes(text.getvalue().encode())
    return path


def write_workbook(path: Path, tables: Sequence[Table]) -> Path:
    """Write a workbook with one sheet for each table."""
    workbook = Workbook()
    for number, table in enumerate(tables):
        sheet = workbook.active if number == 0 else workbook.create_sheet()
        assert sheet is not None
        sheet.title = table.name
        for row in (table.header, *table.rows):
            sheet.append(list(row))
    workbook.properties.creator = "pilotline demo (simulated)"
    workbook.properties.title = "Simulated pilot line"
    workbook.properties.created = _WRITTEN
    packed = BytesIO()
    workbook.save(packed)
    path.write_bytes(_undated(packed))
    return path


def _undated(packed: BytesIO) -> bytes:
    """Return the workbook without the time at which it was saved."""
    result = BytesIO()
    with ZipFile(packed) as source, ZipFile(result, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                stamp = f"{_WRITTEN.isoformat()}Z".encode()
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, data)
            target.writestr(ZipInfo(name, _ZIP_TIME), data, ZIP_DEFLATED)
    return result.getvalue()
