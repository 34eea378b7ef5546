"""Takes the headers, the units and the cells that hold for all rows from the top of a grid."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from itertools import zip_longest
from pathlib import Path

from openpyxl.utils import column_index_from_string

from pilotline.datasets.dataset import SourceError
from pilotline.findings import Finding, Severity
from pilotline.tabular.body import Others, body
from pilotline.tabular.grid import Content, Grid
from pilotline.tabular.headrows import joined, spread
from pilotline.tabular.model import Table

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d*)")


def headed(grid: Grid, table: Table, beside: Sequence[Table] = ()) -> Grid:
    """Return a grid whose rows begin below its headers.

    beside: the other tables of the sheet.

    What stands above them and is not named by `cells:` is reported, and so are cells without a header.

    Errors: SourceError, where a header row is missing or empty.
    """
    top, others = _Top(grid, table), Others(table, beside)
    headed = replace(grid, headers=top.headers, header_row=top.row, names=top.names, units=top.units)
    headed.meant_hidden.update([table.names_row] if table.names_row else [])
    headed.head.extend([] if table.names_row else top.lines())
    headed.findings.extend(each for row, each in top.findings() if not others.read(row))
    headed.rows = body(headed, top.rows[top.row], table, others)
    return _with_cells(headed, top, table) if table.cells else headed


class _Top:
    """The rows of a grid down to its headers and units."""

    def __init__(self, grid: Grid, table: Table) -> None:
        self._grid, self._table = grid, table
        numbers = table.header if isinstance(table.header, tuple) else (table.header,)
        self.row = max(numbers)
        last = max(self.row, table.unit_row or 0)
        self.rows: dict[int, list[Content]] = {}
        for number, cells in grid.rows:
            self.rows[number] = cells
            if number >= last:
                break
        self._numbers = numbers
        self.headers = self._headers()
        self.names = self._names()
        self.units = self._texts(table.unit_row) if table.unit_row else []

    def _names(self) -> list[str]:
        """Return the names of the columns; a name without a header heads its column, too."""
        number = self._table.names_row
        if number is None:
            return []
        names = self._texts(number)
        self.headers += [""] * (len(names) - len(self.headers))
        for index, name in enumerate(names):
            self.headers[index] = self.headers[index] or name
        return names

    def _headers(self) -> list[str]:
        """Return the headers: the texts of the header rows joined, with the unit of the row of units."""
        headers = joined([(number, self._texts(number)) for number in self._numbers], self._grid.merged)
        if self._table.unit_row is None:
            return headers
        units = self._texts(self._table.unit_row) + [""] * len(headers)
        return [
            f"{header} ({bare})" if header and (bare := unit.strip().strip("[]()").strip()) else header
            for header, unit in zip(headers, units, strict=False)
        ]

    def _texts(self, number: int) -> list[str]:
        cells = self.rows.get(number, [])
        if not any(cells):
            what = "units" if number not in self._numbers else "header"
            where = f"{self._grid.file}, sheet {self._grid.sheet}" if self._grid.sheet else self._grid.file
            raise SourceError(
                f"{where}: no {what} in row {number}; the row is empty, or the file has fewer rows"
            )
        return [
            cell.isoformat() if isinstance(cell, date | time) else " ".join(cell.split()) for cell in cells
        ]

    def lines(self) -> list[list[Content]]:
        """Return the rows as they stand; a group header stands in all columns that it reaches."""
        lowest, lines = self.rows[self.row], []
        for number in range(1, max(self.rows) + 1):
            cells = self.rows.get(number, [])
            if number in self._numbers and number != self.row:
                texts = [*self._texts(number), *[""] * (len(lowest) - len(cells))]
                reach = spread(texts, number, self._grid.merged)
                cells = [group if own else text for group, text, own in zip_longest(reach, texts, lowest)]
            lines.append(cells)
        return lines

    def cell(self, name: str, reference: str) -> tuple[Content, int, int]:
        """Return content, row and column (from 0) of a cell above the data."""
        match = _REFERENCE.fullmatch(reference.strip().upper())
        row, column = (int(match[2]), column_index_from_string(match[1]) - 1) if match else (0, 0)
        if row not in self.rows:
            raise SourceError(
                f"{self._grid.file}: cells: {name}: {reference!r} is no cell above the data, "
                f"such as B2; nor is it `sheet` or `file`"
            )
        cells = self.rows[row]
        return cells[column] if column < len(cells) else "", row, column

    def findings(self) -> Iterator[tuple[int, Finding]]:
        """Yield what stands above the data and is read by nothing, one finding for each row."""
        if self._table.names_row:
            return
        labels = {self.cell(name, ref)[1:] for name, ref in self._table.cells.items() if ref not in _NAMES}
        beside = {(row, column - 1) for row, column in labels}
        used = {*self._numbers, self._table.unit_row}
        for number, cells in self.rows.items():
            left = [
                column
                for column, cell in enumerate(cells)
                if cell and (number, column) not in labels | beside and number not in used
            ]
            if left:
                yield number, self._unread(number, left, cells)

    def _unread(self, number: int, left: Sequence[int], cells: Sequence[Content]) -> Finding:
        return Finding(
            "Rows-above",
            Severity.WARNING,
            f"{len(left)} cells of row {number} stand above the header and are left out",
            hint="name those that matter under `cells:`, such as `cells: {Operator: B2}`",
            file=self._grid.file,
            sheet=self._grid.sheet,
            cell=self._grid.place(number, left[0]),
            value=str(cells[left[0]]),
        )


_NAMES = ("sheet", "file")


@dataclass(frozen=True)
class _Fixed:
    """A cell that holds for all rows; row 0 stands for the name of the sheet or the file."""

    content: Content
    row: int
    column: int


def _with_cells(grid: Grid, top: _Top, table: Table) -> Grid:
    """Return a grid with further columns whose cells stand above its header."""
    width, fixed = len(grid.headers), []
    names = {"sheet": grid.sheet, "file": Path(grid.file).stem}
    for name, reference in table.cells.items():
        fixed.append(
            _Fixed(names[reference], 0, 0) if reference in names else _Fixed(*top.cell(name, reference))
        )
    contents = [each.content for each in fixed]
    place, pointer = grid.place, grid.pointer

    def place_of(row: int, column: int) -> str:
        if column < width:
            return place(row, column)
        cell = fixed[column - width]
        return place(cell.row, cell.column) if cell.row else ""

    def pointer_of(source: str, column: int) -> Callable[[int], str]:
        if column < width:
            return pointer(source, column)
        cell = fixed[column - width]
        target = pointer(source, cell.column)(cell.row) if cell.row else source
        return lambda _: target

    rows = ((number, cells + contents) for number, cells in grid.rows)
    return replace(grid, headers=[*grid.headers, *table.cells], place=place_of, pointer=pointer_of, rows=rows)
