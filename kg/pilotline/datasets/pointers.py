"""Reads a cell pointer back: from a node of the graph to file, sheet and cell."""

import re
from dataclasses import dataclass
from functools import lru_cache, reduce
from urllib.parse import unquote

from pyoxigraph import NamedNode, Store

from pilotline.namespaces import PL

_CELL = NamedNode(PL + "cell")


@dataclass(frozen=True)
class Place:
    """A place in a source; sheet is empty for CSV and JSON, all is empty where no source is known."""

    file: str = ""
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        """Return `coating.xlsx!Runs!C7`."""
        return "!".join(part for part in (self.file, self.sheet, self.cell) if part)


NOWHERE = Place()


def place_named(text: str) -> Place:
    """Return the place that a text names as `Place` writes it, NOWHERE for any other.

    >>> place_named("coating.xlsx!Runs!row 5") == Place("coating.xlsx", "Runs", "row 5")
    True
    """
    file, *sheet, cell = text.split("!") if "!" in text else ("", "")
    return Place(file, "!".join(sheet), cell)


_CELL_OF_ANY = re.compile(r"([A-Z]+)(\d+)|(\d+),(\d+)")
_WORKBOOK = re.compile(r"([A-Z]+)(\d+)")
_CSV = re.compile(r"row (\d+), column (\d+)")
# A field of a record: of the numbers in a JSON Pointer the last one that something stands below.
_FIELD = re.compile(r"(?P<records>.*)/(?P<index>\d+)(?P<field>(?:/[^/]+)+)")


def row_and_column(cell: str) -> tuple[int, str]:
    """Return row and column of a cell; the row is -1 where the place is no cell of a table.

    The records of a list in JSON are rows, counted from 1, their fields columns.

    >>> row_and_column("C7"), row_and_column("row 7, column 3"), row_and_column("/@graph/3")
    ((7, 'C'), (7, '3'), (-1, '/@graph/3'))
    >>> row_and_column("/line/runs/6/zones/0")
    (7, '/line/runs/*/zones/0')
    """
    if found := _WORKBOOK.fullmatch(cell):
        return int(found[2]), found[1]
    if found := _CSV.fullmatch(cell):
        return int(found[1]), found[2]
    if found := _FIELD.fullmatch(cell):
        return int(found["index"]) + 1, f"{found['records']}/*{found['field']}"
    return -1, cell


def number_of(column: str) -> int:
    """Return the number of a column of a table, counted from 1.

    >>> number_of("C"), number_of("AA"), number_of("3")
    (3, 27, 3)
    """
    if column.isdecimal():
        return int(column)
    return reduce(lambda number, letter: 26 * number + ord(letter) - ord("A") + 1, column, 0)


def records_of(column: str) -> str:
    """Return the list of records in JSON that a column belongs to, empty for a column of a table.

    >>> records_of("/line/runs/*/zones/0"), records_of("C")
    ('/line/runs', '')
    """
    return column.rpartition("/*")[0]


def parse_pointer(pointer: str) -> Place:
    """Return the place that a pointer of docs/data-model.md names.

    >>> str(parse_pointer("https://lab.example/l1/source/coating.xlsx#sheet=Runs&cell=C7"))
    'coating.xlsx!Runs!C7'
    >>> parse_pointer("https://lab.example/l1/source/a/b.csv#cell=3,2").cell
    'row 3, column 2'
    """
    address, _, fragment = pointer.partition("#")
    file = unquote(address.partition("/source/")[2])
    if fragment.startswith("/"):
        return Place(file, "", unquote(fragment))
    fields = dict(field.split("=", 1) for field in fragment.split("&") if "=" in field)
    cell = unquote(fields.get("cell", ""))
    if "sheet" not in fields and cell:
        row, _, column = cell.partition(",")
        cell = f"row {row}, column {column}"
    return Place(file, unquote(fields.get("sheet", "")), cell)


def cell_of(pointer: str) -> tuple[str, str, int, str]:
    """Return file, sheet, row and column that a pointer names, fast where many are of one sheet.

    >>> cell_of("https://lab.example/l1/source/coating.xlsx#sheet=Runs&cell=C7")
    ('coating.xlsx', 'Runs', 7, 'C')
    """
    before, _, cell = pointer.rpartition("cell=")
    found = _CELL_OF_ANY.fullmatch(cell)
    sheet = _sheet_of(before) if found else None
    if found is None or sheet is None or bool(found[1]) != bool(sheet.sheet):
        place = parse_pointer(pointer)
        return place.file, place.sheet, *row_and_column(place.cell)
    return sheet.file, sheet.sheet, int(found[2] or found[3]), found[1] or found[4]


@lru_cache(maxsize=1000)
def _sheet_of(before: str) -> Place | None:
    """Return the sheet of pointers that begin so, nothing where it does not follow from that alone."""
    if not before.endswith(("#", "&")) or "cell=" in before or "#/" in before:
        return None
    return parse_pointer(before)


def row_of(place: Place) -> Place:
    """Return the row of a cell, whose `cell` is `row 5`; a value of JSON belongs to the record around it."""
    if found := _FIELD.fullmatch(place.cell):
        return Place(place.file, place.sheet, f"{found['records']}/{found['index']}")
    row, _ = row_and_column(place.cell)
    if row >= 0:
        return Place(place.file, place.sheet, f"row {row}")
    return Place(place.file, place.sheet, place.cell.rpartition("/")[0] or place.cell)


def column_of(place: Place) -> Place:
    """Return the column of a cell of a table.

    >>> column_of(Place("a.xlsx", "Runs", "C7")).cell, column_of(Place("a.csv", "", "row 7, column 3")).cell
    ('column C', 'column 3')
    """
    _, column = row_and_column(place.cell)
    return Place(place.file, place.sheet, f"column {column}")


def place_of(store: Store, node: NamedNode) -> Place:
    """Return where a node was read from, NOWHERE when the graph does not say."""
    return parse_pointer(pointer_of(store, node))


def pointer_of(store: Store, node: NamedNode) -> str:
    """Return the pointer of a node, of several that to the first row, empty when the graph does not say."""
    quads = store.quads_for_pattern(node, _CELL, None, None)
    pointers = [quad.object.value for quad in quads if isinstance(quad.object, NamedNode)]
    return min(pointers, key=first_row, default="")


def first_row(pointer: str) -> tuple[int, str]:
    """Return a key that sorts the pointers to the cells of one column by their rows."""
    return len(pointer), pointer
