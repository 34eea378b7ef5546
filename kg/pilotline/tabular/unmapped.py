"""Finds the tables in a file that nobody has mapped yet: where the header stands, which row holds units."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from pilotline.datasets.dataset import SourceError
from pilotline.quantities.units import Units
from pilotline.tabular.csvfile import check_text, is_utf16, read_csv
from pilotline.tabular.files import UNREADABLE, WORKBOOKS
from pilotline.tabular.grid import Content, Digits, Grid, Row
from pilotline.tabular.headrows import Block, joined, spans
from pilotline.tabular.jsonfile import lists_of_records, read_json
from pilotline.tabular.parquetfile import read_parquet
from pilotline.tabular.turning import columns_of
from pilotline.tabular.workbook import Workbook
from pilotline.tabular.yamltext import flow

_ROWS = 200  # rows that a draft looks at
_TOP = 15  # rows among which the header is looked for
_LEAST = 3  # columns of a sheet whose parameters stand in rows
_LEVELS = 3  # rows that a header has at most, its units not counted


@dataclass(frozen=True)
class Found:
    """A table as it was found: where it stands, its headers and some of its rows.

    own: the headers without the groups that stand above them. raw: all its rows. turned: they are columns.
    header: the number of its lowest header row.
    """

    place: tuple[str, ...]
    headers: list[str]
    rows: list[Row]
    own: list[str] = field(default_factory=list)
    raw: list[Row] = field(default_factory=list)
    turned: bool = False
    header: int = 0

    def column(self, index: int) -> list[Content]:
        """Return the cells of a column."""
        return [cells[index] if index < len(cells) else "" for _, cells in self.rows]


def encoding_of(path: Path) -> str:
    """Return UTF-8, or what a text file that is not in it is most likely in."""
    if path.suffix.lower() in (*WORKBOOKS, *UNREADABLE, ".parquet", ".pq"):
        return "utf-8"
    if is_utf16(path):
        return "utf-16"
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
            grid = workbook.grid(sheet)
            grid.merged.extend(workbook.merged(sheet))
            yield from _found(grid, (f"sheet: {flow(sheet.name)}{hidden}",), units)
    else:
        yield from _found(read_csv(path, encoding, None), (), units)


def _plain(grid: Grid, place: tuple[str, ...]) -> Found:
    return Found(place, grid.headers, list(islice(grid.rows, _ROWS)))


def _found(grid: Grid, place: tuple[str, ...], units: Units) -> Iterator[Found]:
    """Yield the tables of a sheet, which may stand below each other."""
    rows = [row for row in islice(grid.rows, _ROWS) if any(row[1])]
    while rows:
        found = _headed(rows, grid.merged, place, units)
        following = _next(found.rows) or _again(found)
        if following is None:
            yield found
            return
        last = f"last: {found.rows[following - 1][0]}"
        yield replace(found, place=(*found.place, last), rows=found.rows[:following])
        rows = found.rows[following:]


def _again(found: Found) -> int | None:
    """Return the index of the first row behind the gap above a header that comes again: a next sweep."""
    header = next((cells for number, cells in found.raw if number == found.header), [])
    for index, (_, cells) in enumerate(found.rows):
        if cells == header and header:
            above = [n for n in range(1, index) if found.rows[n][0] > found.rows[n - 1][0] + 1]
            return above[-1] if above else None
    return None


def _next(rows: Sequence[Row]) -> int | None:
    """Return the index of the row with which another table begins: headers behind a gap, values below."""
    for index in range(1, len(rows) - 1):
        (above, _), (number, cells) = rows[index - 1 : index + 1]
        several = sum(map(bool, cells)) > 1 and _all_texts(cells)
        if number > above + 1 and several and not _all_texts(rows[index + 1][1]):
            return index
    return None


def _headed(rows: list[Row], merged: Sequence[Block], place: tuple[str, ...], units: Units) -> Found:
    top = range(min(_TOP, len(rows)))
    at = max(top, key=lambda index: (_likeness(rows[index][1]), _has_values(rows, index, units), -index))
    first, last = _extent(rows, at, merged, units)
    heads = [(number, [_text(cell) for cell in cells]) for number, cells in rows[first : last + 1]]
    headers, own = joined(heads, merged), [*heads[-1][1], *[""] * len(heads[0][1])]
    numbers = [number for number, _ in heads]
    if numbers != [1]:
        place += (f"header: {numbers[0] if len(numbers) == 1 else numbers}",)
    below = last + 1
    if below < len(rows) and _are_units(rows[below][1], units):
        place += (f"unit_row: {rows[below][0]}",)
        texts = [_text(cell).strip("[]() ") for cell in rows[below][1]] + [""] * len(headers)
        headers, own = _with_units(headers, texts), _with_units(own, texts)
        below += 1
    own = own if len(numbers) > 1 else headers
    return Found(place, headers, rows[below:], own, rows, header=numbers[-1])


def sideways(found: Found, units: Units) -> Found | None:
    """Return a table as if its parameters stood in rows, nothing where that cannot be."""
    place = tuple(line for line in found.place if line.startswith("sheet:"))
    if not found.raw or len(found.headers) < _LEAST or any("last:" in line for line in found.place):
        return None
    rows = list(columns_of(dict(found.raw), 1))
    return replace(_headed(rows, (), (*place, "transposed: true"), units), turned=True)


def _with_units(headers: list[str], units: list[str]) -> list[str]:
    return [f"{h} ({u})" if h and u else h for h, u in zip(headers, units, strict=False)]


def _extent(rows: Sequence[Row], at: int, merged: Sequence[Block], units: Units) -> tuple[int, int]:
    """Return the first and the last row of a header, of which one row is known."""
    first = last = at
    while last + 1 < len(rows) and last - at < _LEVELS - 1 and _goes_on(rows, last, merged, units):
        last += 1
    while first > 0 and last - first < _LEVELS - 1 and _groups(rows[first - 1], rows[first], merged):
        first -= 1
    return first, last


def _groups(upper: Row, lower: Row, merged: Sequence[Block]) -> bool:
    """Say whether a row holds groups of the headers below it: merged, or parting headers that come twice."""
    texts, below = [_text(cell) for cell in upper[1]], [_text(cell) for cell in lower[1]]
    if upper[0] != lower[0] - 1 or not any(texts) or not _all_texts(upper[1]):
        return False
    both = joined([(upper[0], texts), (lower[0], below)], merged)
    plain, several = [text for text in below if text], [text for text in both if text]
    parts = len(set(plain)) < len(plain) and len(set(several)) == len(several)
    return parts or spans(upper[0], texts, merged)


def _goes_on(rows: Sequence[Row], at: int, merged: Sequence[Block], units: Units) -> bool:
    """Say whether the row below one of headers holds headers, too, and neither units nor values."""
    (number, cells), (following, below) = rows[at : at + 2]
    if following != number + 1 or not _all_texts(below) or _are_units(below, units):
        return False
    empty = [index for index, cell in enumerate(below) if cell and not any(cells[index : index + 1])]
    return (bool(empty) and _groups(rows[at], rows[at + 1], merged)) or _fills(cells, below, empty)


def _fills(cells: Sequence[Content], below: Sequence[Content], empty: Sequence[int]) -> bool:
    """Say whether two rows of headers are one: the lower has most of its texts where the upper has none."""
    return bool(empty) and 2 * len(empty) >= sum(map(bool, below)) and any(cells)


def _all_texts(cells: Sequence[Content]) -> bool:
    """Say whether all cells of a row that hold something hold words."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(type(cell) is str and re.search(r"[^\W\d]|^[-–]$", cell) for cell in filled)


def _text(cell: Content) -> str:
    return cell.isoformat() if not isinstance(cell, str) else " ".join(cell.split())


def _has_values(rows: Sequence[Row], at: int, units: Units) -> bool:
    """Say whether numbers stand below a row that is none of units, a row of units between them or not."""
    below = [cells for _, cells in rows[at + 1 : at + 3]]
    if below and _are_units(below[0], units):
        below = below[1:]
    values = bool(below) and any(re.match(r"\s*[<>]?[-−]?\d", str(cell)) for cell in below[0])
    return values and not _are_units(rows[at][1], units)


def _likeness(cells: Sequence[Content]) -> int:
    """Return how much a row is like a row of headers: different texts, few numbers and times."""
    texts = {cell for cell in cells if type(cell) is str and re.search(r"[^\W\d]", cell)}
    return len(texts) - 2 * sum(bool(cell) and cell not in texts for cell in cells)


def _are_units(cells: Sequence[Content], units: Units) -> bool:
    texts = [_text(cell).strip("[]() ") for cell in cells if cell]
    # S1 is the name of a slurry, and no siemens.
    known = sum(units.knows(text) for text in texts if not re.fullmatch(r"[\d.,]+|[A-Z]+\d+", text))
    return bool(texts) and known >= max(1, len(texts) / 2) and not any(isinstance(c, Digits) for c in cells)
