"""Reads the head of each sheet of a filled template, and which columns below it hold something."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pilotline.datasets.dataset import SourceError
from pilotline.tabular.grid import Content, identity
from pilotline.tabular.workbook import Sheet, Workbook
from pilotline.workbooks.forms import column_id
from pilotline.workbooks.rows import MAKERS
from pilotline.workbooks.writing import CONVENTION, FIRST, IDS, LABEL, UNIT

# How far down a hidden row of ids is looked for, should somebody have put lines above it.
_DEEP = 20
# Keys of the columns whose texts tell what a row is.
_TELLING = {"parameter"}.union(*(where for where, _ in MAKERS.values()))


@dataclass(frozen=True)
class Head:
    """The rows above the data of one sheet; columns: id, or header of a column without one, by index."""

    sheet: Sheet
    kind: str
    first: int
    ids: Mapping[str, int]
    own: Sequence[tuple[int, str]]
    conventions: Mapping[str, str]


def first_row(workbook: Workbook, sheet: Sheet) -> int:
    """Return the first row below the head of a sheet with ids, 0 for another sheet."""
    head = head_of(workbook, sheet)
    return head.first + FIRST - IDS if head else 0


def head_of(workbook: Workbook, sheet: Sheet) -> Head | None:
    """Return the head of a sheet with ids, nothing for another sheet."""
    rows: dict[int, list[str]] = {}
    first = 0
    for number, cells in workbook.grid(sheet).rows:
        rows[number] = [identity(cell) for cell in cells]
        if not first and any(column_id(text) for text in rows[number]):
            first = number
        if number >= (first + UNIT - IDS if first else _DEEP):
            break
    if not first:
        return None
    kinds = [found[0] for text in rows[first] if (found := column_id(text))]
    if kinds[0] in ("dataset", "lists", "findings"):
        return None
    return _read_head(workbook, sheet, rows, first, kinds[0])


def _read_head(workbook: Workbook, sheet: Sheet, rows: dict[int, list[str]], first: int, kind: str) -> Head:
    ids: dict[str, int] = {}
    for index, text in enumerate(rows[first]):
        if text and column_id(text):
            if text in ids:
                raise SourceError(
                    f"{workbook.name}, sheet {sheet.name}: two columns are copies of one ({text}); "
                    f"empty the cell in row {first} of the copy, it is then kept as notes"
                )
            ids[text] = index
    headers = rows.get(first + LABEL - IDS, [])
    own = [(index, header) for index, header in enumerate(headers) if header and index not in ids.values()]
    conventions = rows.get(first + CONVENTION - IDS, [])
    said = {name: conventions[index] for name, index in ids.items() if index < len(conventions)}
    return Head(sheet, kind, first, ids, own, said)


class Body:
    """What the rows below the head of a sheet hold, found in one reading.

    filled: columns that hold something; units: whether the row of units says anything.
    """

    def __init__(self, workbook: Workbook, head: Head) -> None:
        self.filled: set[int] = set()
        self.units = False
        self._columns = {split(name)[1]: index for name, index in head.ids.items()}
        self._told = [key for key in self._columns if key in _TELLING]
        self._texts: dict[tuple[str, ...], None] = {}
        units, first = head.first + UNIT - IDS, head.first + FIRST - IDS
        for number, cells in workbook.grid(head.sheet).rows:
            if number >= first:
                self._take(cells)
            elif number == units:
                self.units = any(cells)

    def _take(self, cells: Sequence[Content]) -> None:
        found = [index for index, cell in enumerate(cells) if cell]
        if found:
            self.filled.update(found)
            at = [self._columns[key] for key in self._told]
            self._texts[tuple([identity(cells[i]) if i < len(cells) else "" for i in at])] = None

    def sorts(self, keys: Sequence[str]) -> list[dict[str, str]]:
        """Return the different texts of the rows in the columns of some keys."""
        chosen = [(key, place) for place, key in enumerate(self._told) if key in keys]
        found = {tuple([(key, texts[place]) for key, place in chosen]): None for texts in self._texts}
        return [dict(pairs) for pairs in found]


def split(name: str) -> tuple[str, str]:
    """Return kind of sheet and key of a column by its id."""
    found = column_id(name)
    assert found
    return found
