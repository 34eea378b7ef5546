"""Holds back rows of a source while it is read, and collects each cell that reading finds faulty."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time

from pilotline.datasets.pointers import Place, column_of, row_of
from pilotline.findings import Finding

Content = str | date | time
# Columns behind those of a list of rows held back: where each stood, as row or column, and why it is there.
ORIGINS, WHY = ("Row in the source", "Column in the source"), "Why"


def origins(headers: Sequence[str]) -> list[int]:
    """Return the indexes of the columns by which a list of rows held back says where each stood.

    >>> origins(["Run", "Coating Row in the source", "Why"])
    [1]
    """
    behind = [*headers[1:], ""]
    return [n for n, header in enumerate(headers) if header.endswith(ORIGINS) and behind[n].endswith(WHY)]


@dataclass(frozen=True)
class Head:
    """What stands above the rows of a table.

    lines: its rows, or the columns beside them where it is turned. header: the line of the headers, from 0.
    width: how many cells of a row stand in the file. turned: its rows are columns of the file.
    """

    lines: tuple[tuple[Content, ...], ...]
    header: int
    width: int
    turned: bool = False


@dataclass(frozen=True)
class HeldRow:
    """A row that was held back, as it stands in the source.

    place: its `cell` is `row 5`, or `column C` where the rows of the sheet are turned.
    """

    place: Place
    head: Head
    cells: tuple[Content, ...]


@dataclass
class Sieve:
    """What to hold back, and what one reading has collected.

    rows: places whose `cell` is `row 5` or `column C`. ways: of each sheet that was read, whether turned.
    faulty: one finding for each cell, where a report tells one a cause.
    corrected: places of rows held back before, each with that of the row of the list which corrects it.
    """

    rows: frozenset[Place] = frozenset()
    held: list[HeldRow] = field(default_factory=list)
    faulty: list[Finding] = field(default_factory=list)
    ways: set[tuple[str, str, bool]] = field(default_factory=set)
    corrected: dict[Place, Place] = field(default_factory=dict)

    def holds(self, cell: Place, head: Head, cells: Sequence[Content]) -> bool:
        """Say whether the row of a cell is held back, and keep it if so."""
        place = column_of(cell) if head.turned else row_of(cell)
        if place not in self.rows:
            return False
        self.held.append(HeldRow(place, head, tuple(cells[: head.width])))
        return True

    def rows_of(self, cell: Place) -> list[Place]:
        """Return the row of a cell, the column in a turned sheet; both in a sheet that is read both ways."""
        turned = (cell.file, cell.sheet, True) in self.ways
        upright = not turned or (cell.file, cell.sheet, False) in self.ways
        return [*([column_of(cell)] if turned else []), *([row_of(cell)] if upright else [])]

    def take(self, other: "Sieve") -> None:
        """Add what another reading has collected."""
        self.held += other.held
        self.faulty += other.faulty
        self.ways |= other.ways
        self.corrected |= other.corrected
