"""Writes the cells of findings with one cause as ranges."""

from collections.abc import Iterable

from pilotline.datasets.pointers import number_of, row_and_column

_RANGES = 4  # ranges of cells that a place names


def span(cells: list[str]) -> str:
    """Return the cells as one range, those of a slip across columns as several.

    >>> span(["F2", "F3", "G2"])
    'F2:F3, G2'
    """
    columns: dict[str, list[str]] = {}
    for cell in cells:
        columns.setdefault(row_and_column(cell)[1], []).append(cell)
    return _joined([_range(alike[0], alike[-1]) for alike in columns.values()])


def _joined(ranges: list[str]) -> str:
    return ", ".join([*ranges[:_RANGES], *(["…"] if len(ranges) > _RANGES else [])])


def beside(cells: Iterable[str]) -> str:
    """Return the cells of one row as ranges: those of a column that is a row of the file.

    >>> beside(["B7", "C7", "D7", "F7"])
    'B7:D7, F7'
    """
    runs: list[tuple[str, str]] = []
    for cell in dict.fromkeys(cells):
        if runs and _number(cell) == _number(runs[-1][1]) + 1:
            runs[-1] = runs[-1][0], cell
        else:
            runs.append((cell, cell))
    return _joined([_range(*ends) for ends in runs])


def _number(cell: str) -> int:
    row, column = row_and_column(cell)
    return number_of(column) if row > 0 and "/" not in column else -1


def _range(first: str, last: str) -> str:
    if first == last:
        return first
    (row, column), (end, other) = row_and_column(first), row_and_column(last)
    if first.startswith("/"):
        return f"{first} to {last}"
    if not first.startswith("row "):
        return f"{first}:{last}"
    return (
        f"rows {row} to {end}, column {column}" if row != end else f"row {row}, columns {column} to {other}"
    )
