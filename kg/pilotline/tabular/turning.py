"""Turns a sheet whose parameters stand in rows into one whose parameters stand in columns."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from pilotline.datasets.dataset import SourceError
from pilotline.tabular.grid import Content, Grid, Row

HEAD = "head"
_ROWS = 5000  # a sheet with more rows has no parameters in them


def turned(grid: Grid, header: int) -> Grid:
    """Return a grid whose rows are the columns of another: column A is row 1.

    header: the column that holds the parameters, counted from 1. Where it is empty beside the names of the
        samples, they are headed HEAD. The address of a cell stays that in the file.

    Errors: SourceError, for a sheet that is too long to be meant so.
    """
    rows = dict(grid.rows)
    last = max(rows, default=0)
    if last > _ROWS:
        where = f"{grid.file}, sheet {grid.sheet}" if grid.sheet else grid.file
        raise SourceError(f"{where}: `transposed: true` is for parameters in rows; it has {last} rows")
    return replace(
        grid,
        rows=columns_of(rows, header),
        place=lambda row, column: grid.place(column + 1, row - 1),
        pointer=_pointer(grid.pointer),
        merged=[(left + 1, right + 1, top - 1, bottom - 1) for top, bottom, left, right in grid.merged],
        turned=True,
    )


def _with_head(rows: dict[int, list[Content]], header: int) -> dict[int, list[Content]]:
    """Return the rows; the row of names above the parameters has a header, too."""
    for number, cells in rows.items():
        if not any(cells[header + 1 :]):
            continue  # a title
        if cells[header : header + 1] != [""] and len(cells) > header:
            break
        if any(cells[header + 1 :]):
            named = [*cells[: header + 1], *[""] * (header + 1 - len(cells)), *cells[header + 1 :]]
            return rows | {number: [*named[:header], HEAD, *named[header + 1 :]]}
    return rows


def columns_of(rows: dict[int, list[Content]], header: int) -> Iterator[Row]:
    """Yield the columns of numbered rows as rows; header: as for `turned`."""
    named, width = _with_head(rows, header - 1), max((len(cells) for cells in rows.values()), default=0)
    for column in range(width):
        found = (named.get(number, []) for number in range(1, max(rows) + 1))
        yield column + 1, [cells[column] if column < len(cells) else "" for cells in found]


def _pointer(
    pointer: Callable[[str, int], Callable[[int], str]],
) -> Callable[[str, int], Callable[[int], str]]:
    return lambda source, column: lambda row: pointer(source, row - 1)(column + 1)
