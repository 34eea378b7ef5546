"""Sends each row of a sheet to the tables whose `where:` it fits."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Generic, Protocol, TypeVar

from pilotline.findings import Severity
from pilotline.tabular.grid import Grid
from pilotline.tabular.model import Table
from pilotline.tabular.report import Report
from pilotline.tabular.sheet import Cells, Getter

# Index of a column, what reads its text, and the text that is wanted there.
Condition = tuple[tuple[int, Getter, str], ...]


# What tables must have in common to be read together.
_SHAPE = {
    "sheet", "records", "header", "unit_row", "names_row", "transposed", "last", "skip", "fill_down",
}  # fmt: skip


class Conditional(Protocol):
    """What reads the rows of one table."""

    def condition(self) -> Condition:
        """Return what a row must say to be of the table; nothing where all rows are."""


M = TypeVar("M", bound=Conditional)


def passes(tables: Sequence[Table]) -> Iterator[list[Table]]:
    """Yield the tables that one reading of a sheet serves: those that choose among its rows, else one."""

    def key(numbered: tuple[int, Table]) -> object:
        number, table = numbered
        place = table.model_dump_json(include=_SHAPE)
        return place if table.where else number

    for _, together in groupby(enumerate(tables), key):
        yield [table for _, table in together]


class Choice(Generic[M]):
    """Tells which tables a row is for; a row that is for none is reported."""

    def __init__(self, grid: Grid, mappers: Sequence[M]) -> None:
        self.report = Report(grid.file, grid.sheet)
        self._grid = grid
        self._always: list[M] = []
        self._columns: dict[tuple[int, ...], list[Getter]] = {}
        self._chosen: dict[tuple[int, ...], dict[tuple[str, ...], list[M]]] = defaultdict(dict)
        for mapper in mappers:
            self._add(mapper, mapper.condition())

    def _add(self, mapper: M, condition: Condition) -> None:
        if not condition:
            self._always.append(mapper)
            return
        columns = tuple(index for index, _, _ in condition)
        self._columns[columns] = [get for _, get, _ in condition]
        wanted = tuple(text.casefold() for _, _, text in condition)
        self._chosen[columns].setdefault(wanted, []).append(mapper)

    def of(self, row: int, cells: Cells) -> Sequence[M]:
        """Return the readers of the tables that a row is for."""
        if not self._columns:
            return self._always
        found = list(self._always)
        for columns, getters in self._columns.items():
            said = tuple(get(cells).casefold() for get in getters)
            found += self._chosen[columns].get(said, ())
        if not found:
            self._unread(row, cells)
        return found

    def _unread(self, row: int, cells: Cells) -> None:
        columns, getters = next(iter(self._columns.items()))
        headers = self._grid.headers
        said = ", ".join(
            f"{headers[index]}: {get(cells) or 'empty'}" for index, get in zip(columns, getters, strict=True)
        )
        message = f"no table reads rows with {said}; the row is left out"
        place = self._grid.place(row, columns[0])
        self.report.add("Row-unread", Severity.VIOLATION, place, message, column="row", value=said)
