"""Turns an annotated workbook into tables for a page: each cell with what is wrong with it."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_ROWS, _COLUMNS = 200, 60
_LARGEST = 3_000_000  # bytes of a workbook that is shown


class Cell(NamedTuple):
    """A cell as it is shown; wrong: what is said of it, empty where nothing is."""

    address: str
    text: str
    wrong: str


class Sheet(NamedTuple):
    """A sheet. left_out: rows that are not shown; those shown are its first, and all that are marked."""

    name: str
    columns: list[str]
    rows: list[tuple[int, list[Cell]]]
    left_out: int


def marked_sheets(workbook: Path) -> list[Sheet]:
    """Return the sheets of an annotated workbook that have marked cells; none of one too large to show."""
    if workbook.stat().st_size > _LARGEST:
        return []
    import openpyxl  # brings numpy along, which a server's start need not wait for

    book = openpyxl.load_workbook(workbook)
    shown = (_sheet(sheet) for sheet in book.worksheets)
    return [sheet for sheet in shown if any(cell.wrong for _, row in sheet.rows for cell in row)]


def _sheet(sheet: "Worksheet") -> Sheet:
    rows, left_out = [], 0
    for number, cells in enumerate(sheet.iter_rows(max_col=min(sheet.max_column, _COLUMNS)), start=1):
        row = [
            Cell(
                cell.coordinate,
                "" if cell.value is None else str(cell.value),
                cell.comment.text if cell.comment else "",
            )
            for cell in cells
        ]
        if number <= _ROWS or any(cell.wrong for cell in row):
            rows.append((number, row))
        else:
            left_out += 1
    width = max((len(row) for _, row in rows), default=0)
    from openpyxl.utils import get_column_letter

    return Sheet(sheet.title, [get_column_letter(place) for place in range(1, width + 1)], rows, left_out)
