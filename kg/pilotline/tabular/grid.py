"""A sheet as rows of cells that know where they stand, whatever file it came from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, time

from pilotline.findings import Finding
from pilotline.tabular.headrows import Block


class Digits(str):
    """A number cell: its decimal sign is a point, whatever the source declares for texts."""

    __slots__ = ()


class Broken(str):
    """A cell whose value cannot be known: a formula without one (`=`), an error (`#DIV/0!`), a wrong date."""

    __slots__ = ()

    @property
    def reason(self) -> str:
        """Return why, and what would be right."""
        if self == "=":
            return "a formula without a stored value; open the file in Excel and save it"
        if self.startswith("#"):
            return f"the error {self}; correct the formula or empty the cell"
        return f"the number {self} in a date format, and no date; correct the cell's format"


Content = str | date | time
Row = tuple[int, list[Content]]


@dataclass
class Grid:
    """One sheet.

    headers, header_row: empty and 0 until the grid is headed; a source without a header row keeps 0.
    rows: with their true numbers, those below the header once the grid is headed; hidden ones too.
    head: the rows down to the headers and units as they stand, once the grid is headed; empty for records.
    names, units: of the columns, where a row of the sheet gives them; empty for a column without one.
    meant_hidden: rows that are hidden on purpose.
    place: the address of a cell for people, by row and column (the column counts from 0).
    pointer: the same as the part of an IRI after the source's.
    turned: its rows are columns of the file.
    records: JSON Pointer to a record, `*` for what differs between them; empty for a table.
    findings: filled while the rows are read. merged: the merged cells, known after the last row, or before
        the first where a header in several rows needs them.
    """

    file: str
    sheet: str
    headers: list[str]
    header_row: int
    rows: Iterator[Row]
    place: Callable[[int, int], str]
    pointer: Callable[[str, int], Callable[[int], str]]
    head: list[list[Content]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    meant_hidden: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    merged: list[Block] = field(default_factory=list)
    records: str = ""
    turned: bool = False


def identity(content: Content) -> str:
    """Return what an identity cell says: 17.0 is `17`, a day is written as ISO 8601."""
    if isinstance(content, date | time):
        return content.isoformat()
    if content.isalnum():
        return content
    text = " ".join(content.split())
    whole, _, fraction = text.partition(".")
    return whole if fraction and not fraction.strip("0") and whole.isdecimal() else text
