"""Takes the rows of a table from below its header, as wide as that, filled down and chosen."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from pilotline.datasets.dataset import SourceError
from pilotline.findings import Finding, Severity
from pilotline.tabular.grid import Content, Grid, Row, identity
from pilotline.tabular.headers import UNIT_IN_HEADER, folded
from pilotline.tabular.model import Table


class Others:
    """The rows of a sheet that are the concern of its other tables.

    A table answers for what stands above it, up to the end of the one before.
    """

    def __init__(self, table: Table, others: Sequence[Table]) -> None:
        above = [each.last for each in others if each.last and each.last < table.first]
        below = any(table.last and each.first > table.last for each in others)
        self._first, self._last = max(above, default=0), table.last if below else None

    def read(self, row: int) -> bool:
        """Say whether another table has to answer for a row."""
        return row <= self._first or (self._last is not None and row > self._last)


def body(grid: Grid, header: Sequence[Content], table: Table, others: Others) -> Iterator[Row]:
    """Return the rows of a table; what is left out is told in the findings of the grid when they are read.

    header: the cells of its lowest header row.

    Errors: SourceError, where `skip:` or `fill_down:` names a column that is not there.
    """
    rows = grid.rows if table.last is None else _down_to(grid, grid.rows, table.last, others)
    rows = _below(grid, rows, header)
    if table.fill_down:
        rows = _filled(rows, filled_down(grid, table))
    if table.skip:
        rows = _chosen(grid, rows, {_index(grid, name, "skip"): texts for name, texts in table.skip.items()})
    return rows


def filled_down(grid: Grid, table: Table) -> list[int]:
    """Return the indexes of the columns that `fill_down:` names."""
    return [_index(grid, name, "fill_down") for name in table.fill_down]


def _index(grid: Grid, name: str, key: str) -> int:
    """Return the index of a column by its header, with or without the unit."""
    whole = [folded(header) for header in grid.headers]
    matches = [UNIT_IN_HEADER.fullmatch(header.strip()) for header in grid.headers]
    bare = [folded(match["name"] or match["name2"]) if match else "" for match in matches]
    found = next((texts for texts in (whole, bare) if folded(name) in texts), [])
    if found.count(folded(name)) != 1:
        where = f"{grid.file}, sheet {grid.sheet}" if grid.sheet else grid.file
        what = "several columns are" if found else "no column is"
        raise SourceError(f"{where}: {key}: {what} headed {name!r}")
    return found.index(folded(name))


def _down_to(grid: Grid, rows: Iterator[Row], last: int, others: Others) -> Iterator[Row]:
    """Yield the rows to the last one; what stands below is counted, unless another table reads it."""
    count, first = 0, ""
    for number, cells in rows:
        if number <= last:
            yield number, cells
        elif not others.read(number) and (filled := [index for index, cell in enumerate(cells) if cell]):
            count += len(filled)
            first = first or grid.place(number, filled[0])
    if count:
        message = f"{count} cells below row {last}, which `last:` names, are left out"
        hint = "give what stands there a table of its own, if it matters"
        finding = Finding("Rows-below", Severity.INFO, message, hint, grid.file, grid.sheet, first)
        grid.findings.append(finding)


def _filled(rows: Iterator[Row], columns: Sequence[int]) -> Iterator[Row]:
    """Yield the rows; an empty cell of these columns holds what stands above it."""
    above: dict[int, Content] = {}
    for number, cells in rows:
        if any(cells):
            for column in columns:
                if cells[column]:
                    above[column] = cells[column]
                else:
                    cells[column] = above.get(column, "")
        yield number, cells


def _chosen(grid: Grid, rows: Iterator[Row], skip: dict[int, tuple[str, ...]]) -> Iterator[Row]:
    """Yield the rows but those that `skip:` names."""
    count, first = 0, ""
    for number, cells in rows:
        if any(cells) and _is_skipped(cells, skip):
            count += 1
            first = first or grid.place(number, next(iter(skip)))
        else:
            yield number, cells
    if count:
        message = f"{count} rows are left out, since `skip:` names them"
        grid.findings.append(
            Finding("Rows-skipped", Severity.INFO, message, "", grid.file, grid.sheet, first)
        )


def _is_skipped(cells: Sequence[Content], skip: dict[int, tuple[str, ...]]) -> bool:
    return any(
        fnmatchcase(identity(cells[column]).casefold(), text.casefold())
        for column, texts in skip.items()
        for text in texts
    )


def _below(grid: Grid, rows: Iterator[Row], header: Sequence[Content]) -> Iterator[Row]:
    """Yield the rows below the header row, as wide as it; a header row that comes again is left out."""
    width, unheaded = len(grid.headers), _Unheaded(grid)
    again = [cell for cell in header if cell]
    empty = [index for index, header in enumerate(grid.headers) if not header]
    for number, cells in rows:
        if len(cells) > width:
            unheaded.note(number, cells, range(width, len(cells)))
        if len(cells) != width:
            cells = (cells + [""] * width)[:width]
        if empty:
            unheaded.note(number, cells, empty)
        if cells[0] == header[0] and [cell for cell in cells if cell] == again:
            grid.findings.append(_header_again(grid, number))
            continue
        yield number, cells
    grid.findings.extend(unheaded.findings())


def _header_again(grid: Grid, number: int) -> Finding:
    message = f"row {number} repeats the header and is left out"
    cell = grid.place(number, 0)
    return Finding("Table-header-again", Severity.INFO, message, "", grid.file, grid.sheet, cell)


class _Unheaded:
    """Cells that stand below no header, counted by column."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._found: dict[int, tuple[int, int, str]] = {}

    def note(self, row: int, cells: list[Content], columns: Sequence[int]) -> None:
        """Note those of the columns that hold something in a row."""
        for column in columns:
            if cells[column] and str(cells[column]).strip():
                first, count, value = self._found.get(column, (row, 0, str(cells[column])))
                self._found[column] = first, count + 1, value

    def findings(self) -> Iterator[Finding]:
        """Yield one finding for each column; in a text file it is a violation: a delimiter has slipped."""
        width = len(self._grid.headers)
        for column, (row, count, value) in self._found.items():
            beyond = column >= width and not self._grid.sheet
            yield Finding(
                "Table-extra-cells" if beyond else "Column-unheaded",
                Severity.VIOLATION if beyond else Severity.WARNING,
                f"column {column + 1} has no header; what stands in it is left out (cells: {count})",
                hint="quote a cell that holds the delimiter, or give the column a header",
                file=self._grid.file,
                sheet=self._grid.sheet,
                cell=self._grid.place(row, column),
                value=value,
            )
