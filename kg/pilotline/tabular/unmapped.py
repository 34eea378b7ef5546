"""Finds the tables in a file that nobody has mapped yet: where the header stands, which row holds units."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pilotline.datasets.dataset import SourceError
from pilotline.quantities.units import Units
from pilotline.tabular.csvfile import check_text, read_csv
from pilotline.tabular.files import UNREADABLE, WORKBOOKS
from pilotline.tabular.grid import Content, Digits, Grid, Row
from pilotline.tabular.jsonfile import lists_of_records, read_json
from pilotline.tabular.parquetfile import read_parquet
from pilotline.tabular.workbook import Workbook
from pilotline.tabular.yamltext import flow

_ROWS = 200  # rows that a draft looks at
_TOP = 15  # rows among which the header is looked for


@dataclass(frozen=True)
class Found:
    """A table as it was found: where it stands, its headers and some of its rows."""

    place: tuple[str, ...]
    headers: list[str]
    rows: list[Row]

    def column(self, index: int) -> list[Content]:
        """Return the cells of a column."""
        return [cells[index] if index < len(cells) else "" for _, cells in self.rows]


def encoding_of(path: Path) -> str:
    """Return UTF-8, or what a text file that is not in it is most likely in."""
    if path.suffix.lower() in (*WORKBOOKS, *UNREADABLE, ".parquet", ".pq"):
        return "utf-8"
    try:
        check_text(path, "utf-8")
    except SourceError:
        return "cp1252"
    return "utf-8"


def tables_in(path: Path, encoding: str, units: Units) -> Iterator[Found]:
    """Yield the tables of a file: one for a text, one for each sheet or list of records."""
    suffix = path.suffix.lower()
    if suffix in UNREADABLE:
        raise SourceError(f"{path.name}: cannot be read; save it as .xlsx or CSV")
    if suffix in (".parquet", ".pq"):
        yield _plain(read_parquet(path), ())
    elif suffix == ".json":
        pointers = lists_of_records(path, encoding)
        for pointer in pointers:
            yield _plain(read_json(path, encoding, pointer, pointers), (f"records: {flow(pointer)}",))
    elif suffix in WORKBOOKS:
        workbook = Workbook(path)
        for sheet in workbook.sheets:
            hidden = "   # hidden in the workbook" if sheet.hidden else ""
            yield _headed(workbook.grid(sheet), (f"sheet: {flow(sheet.name)}{hidden}",), units)
    else:
        yield _headed(read_csv(path, encoding, None), (), units)


def _plain(grid: Grid, place: tuple[str, ...]) -> Found:
    return Found(place, grid.headers, list(islice(grid.rows, _ROWS)))


def _headed(grid: Grid, place: tuple[str, ...], units: Units) -> Found:
    rows = list(islice(grid.rows, _ROWS))
    if not any(any(cells) for _, cells in rows):
        return Found(place, [], [])
    at = max(range(min(_TOP, len(rows))), key=lambda index: (_likeness(rows[index][1]), -index))
    number, header = rows[at]
    headers = [_text(cell) for cell in header]
    place += (f"header: {number}",) if number != 1 else ()
    if at + 1 < len(rows) and _are_units(rows[at + 1][1], units):
        place += (f"unit_row: {rows[at + 1][0]}",)
        texts = [_text(cell).strip("[]() ") for cell in rows[at + 1][1]] + [""] * len(headers)
        headers = [f"{h} ({u})" if h and u else h for h, u in zip(headers, texts, strict=False)]
        at += 1
    return Found(place, headers, rows[at + 1 :])


def _text(cell: Content) -> str:
    return cell.isoformat() if not isinstance(cell, str) else " ".join(cell.split())


def _likeness(cells: Sequence[Content]) -> int:
    """Return how much a row is like a row of headers: different texts, few numbers and times."""
    texts = {cell for cell in cells if type(cell) is str and re.search(r"[^\W\d]", cell)}
    return len(texts) - 2 * sum(bool(cell) and cell not in texts for cell in cells)


def _are_units(cells: Sequence[Content], units: Units) -> bool:
    texts = [_text(cell).strip("[]() ") for cell in cells if cell]
    known = sum(units.knows(text) for text in texts if not re.fullmatch(r"[\d.,]+", text))
    return bool(texts) and known >= max(1, len(texts) / 2) and not any(isinstance(c, Digits) for c in cells)
