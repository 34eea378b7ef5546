"""Tries a mapping on files and keeps count: what becomes of each cell that holds something."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from pilotline.findings import Finding
from pilotline.namespaces import PL
from pilotline.quantities.units import Unit
from pilotline.quantities.values import Scalar, Value
from pilotline.tabular.choice import Choice, passes
from pilotline.tabular.columns import Quantities
from pilotline.tabular.files import grids, left_out, source_file, tables_for
from pilotline.tabular.grid import Broken, Grid
from pilotline.tabular.mapper import UNMAPPED, TableMapper
from pilotline.tabular.model import Table
from pilotline.tabular.sheet import Cells, Job


class Fate(StrEnum):
    """What becomes of a cell.

    ROW: it says what the row is about, or tells its values apart. AGAIN: it repeats a value that stands.
    MISSING: it holds a text that means "no value". REPORTED: a finding names it, its row or its column.
    LOST: none of these, which no mapping may bring about.
    """

    MAPPED = "mapped"
    ROW = "row"
    NOTED = "noted"
    IGNORED = "ignored"
    MISSING = "missing"
    AGAIN = "again"
    REPORTED = "reported"
    LOST = "lost"


@dataclass
class ColumnUse:
    """What one column becomes; several quantities where its parameters are named in another column.

    example: a cell as typed, and its SI value where it has one.
    """

    header: str
    place: str
    use: str
    quantities: list[Quantities]
    fates: Counter[Fate] = field(default_factory=Counter)
    example: str = ""


class Number(NamedTuple):
    """One number that was read.

    column: its index from 0. meaning: the kind, the keys of its IRI, and whether it is of a component.
    unit: its IRI, empty where it has none. number: in that unit; typed: its text.
    """

    place: str
    row: int
    column: int
    parameter: str
    meaning: tuple[str, str, bool]
    unit: str
    number: float
    typed: str


@dataclass
class TableUse:
    """What the columns of one sheet become, what was found in it, and the numbers that were read.

    turned: its columns are rows of the file.
    """

    file: str
    sheet: str
    columns: list[ColumnUse]
    findings: list[Finding]
    numbers: list[Number] = field(default_factory=list)
    turned: bool = False


Account = Callable[[str, str, str, Fate], None]


def nobody(_file: str, _sheet: str, _place: str, _fate: Fate) -> None:
    """Keep no account of single cells."""


def trial(job: Job, path: Path, account: Account = nobody) -> tuple[list[TableUse], list[Finding]]:
    """Return what the tables of a mapping make of a file, and what no table reads; nothing is written.

    account: told of each cell: file, sheet, place and fate.

    Errors: SourceError, as for `stage`.
    """
    source_file(path, job.mapping)
    uses = [
        use
        for tables in passes(tables_for(job.mapping, path))
        for grid in grids(path, tables[0], job.mapping)
        for use in _tried(job, tables, grid, account)
    ]
    _forget_named(uses)
    return uses, list(left_out(path, job.mapping))


def _forget_named(uses: list[TableUse]) -> None:
    """Drop the findings about columns that another table of the file names."""
    named = {
        (use.sheet, column.place) for use in uses for column in use.columns if column.use != Fate.REPORTED
    }
    for use in uses:
        use.findings = [
            each for each in use.findings if each.code != UNMAPPED or (each.sheet, each.cell) not in named
        ]
        use.columns = [
            column
            for column in use.columns
            if column.use != Fate.REPORTED or (use.sheet, column.place) not in named
        ]


def _tried(job: Job, tables: Sequence[Table], grid: Grid, account: Account) -> list[TableUse]:
    """Return what the tables that are read in one pass make of a grid."""
    mappers = [TableMapper(job, table, grid) for table in tables]
    ledgers = {id(mapper): _Ledger(mapper, account) for mapper in mappers}
    choice = Choice(grid, mappers)
    for row, cells in grid.rows:
        for mapper in choice.of(row, cells) if any(cells) else ():
            ledgers[id(mapper)].enter(row, cells)
    uses = []
    for mapper in mappers:
        mapper.close()
        findings = [*mapper.report.findings(), *choice.report.findings(), *grid.findings]
        uses.append(
            TableUse(
                grid.file,
                grid.sheet,
                ledgers[id(mapper)].columns,
                list(dict.fromkeys(findings)),
                ledgers[id(mapper)].numbers,
                grid.turned,
            )
        )
    return uses


class _Ledger:
    """Enters the cells of one sheet, row by row."""

    def __init__(self, mapper: TableMapper, account: Account) -> None:
        self._mapper, self._sheet, self._account = mapper, mapper.sheet, account
        self._grid = mapper.sheet.grid
        by_index: dict[int, list[Quantities]] = {}
        for quantities in mapper.quantities:
            by_index.setdefault(quantities.index, []).append(quantities)
        self._ignored = self._ignored_columns()
        self.columns = [self._use(index, by_index.get(index, [])) for index in range(len(self._grid.headers))]
        self.numbers: list[Number] = []
        self._seen: dict[int, set[object]] = {}
        self._pointers = [self._sheet.pointer(index) for index in range(len(self.columns))]

    def _ignored_columns(self) -> set[int]:
        headers, table = self._sheet.headers, self._sheet.table
        lines = {name: spec for name, spec in table.columns.items() if spec.ignore}
        found = {
            column.index
            for name, spec in lines.items()
            for column in headers.line(name, required=spec.required)
        }
        operator = getattr(table.row, "operator", None)
        if operator and operator.keep == "nothing":
            found.add(headers.column(operator.column).index)
        return found

    def _use(self, index: int, quantities: list[Quantities]) -> ColumnUse:
        header = self._grid.headers[index]
        place = self._grid.place(self._grid.header_row, index)
        if index in self._mapper.mapped:
            use: str = Fate.MAPPED
        elif index in self._mapper.noted:
            use = Fate.NOTED
        elif index in self._ignored:
            use = Fate.IGNORED
        else:
            use = Fate.ROW if index in self._sheet.headers.used else Fate.REPORTED
        return ColumnUse(header, place, use, quantities)

    def enter(self, row: int, cells: Cells) -> None:
        """Enter the cells of one row."""
        reported: set[str] = set()
        self._sheet.report.cells = reported
        people = self._sheet.job.people
        before = people.remarked
        text = self._mapper.lines(row, cells)
        noted = people.remarked > before
        structural = {
            self._grid.place(row, index)
            for index, column in enumerate(self.columns)
            if column.use == Fate.ROW
        }
        row_reported = bool(reported & structural)
        for index, column in enumerate(self.columns):
            content = cells[index]
            if not content or not str(content).strip():
                continue
            place = self._grid.place(row, index)
            fate = self._fate(column, text, row, index, cells)
            if noted and fate is Fate.LOST and column.use != Fate.MAPPED:
                fate = Fate(column.use)
            unread = type(content) is Broken and place in reported and column.use != Fate.MAPPED
            if unread or (fate in (Fate.LOST, Fate.AGAIN) and (place in reported or row_reported)):
                fate = Fate.REPORTED
            column.fates[fate] += 1
            self._account(self._grid.file, self._grid.sheet, place, fate)
            if fate is Fate.MAPPED and place not in reported:
                self._read(column, index, row, cells, text)
        self._sheet.report.cells = None

    def _fate(self, column: ColumnUse, text: str, row: int, index: int, cells: Cells) -> Fate:
        if column.use in (Fate.IGNORED, Fate.REPORTED):
            return Fate(column.use)
        missing = str(cells[index]).strip().casefold() in self._sheet.missing
        if column.use == Fate.MAPPED:
            return self._value_fate(column, text, row, index, cells, missing=missing)
        return Fate.MISSING if missing else Fate(column.use) if text else Fate.LOST

    def _value_fate(
        self, column: ColumnUse, text: str, row: int, index: int, cells: Cells, *, missing: bool
    ) -> Fate:
        seen = self._seen.setdefault(index, set())
        if f"<{self._pointers[index](row)}>" in text:
            seen.add(cells[index])
            return Fate.MAPPED
        if missing or any(quantities.values.empty(cells) for quantities in column.quantities):
            return Fate.MISSING
        return Fate.AGAIN if cells[index] in seen else Fate.LOST

    def _read(self, column: ColumnUse, index: int, row: int, cells: Cells, text: str) -> None:
        """Keep the number in a cell, and the first of a column as its example."""
        if len(column.quantities) != 1:
            column.example = column.example or str(cells[index])
        end = text.find(f"> <{PL}cell> <{self._pointers[index](row)}>")
        bearer, _, quantity = text[text.rfind("<", 0, end) + 1 : end].partition("/q/")
        for quantities in column.quantities:
            head = f"{quantities.parameter.name}/{quantities.kind}"
            if quantity == head or quantity.startswith(f"{head}/"):
                value, unit, _ = quantities.values.read(row, cells)
                column.example = column.example or shown(value, unit)
                if isinstance(value, Scalar):
                    name, place = quantities.parameter.name, self._grid.place(row, index)
                    meaning = quantities.kind, quantity.removeprefix(head), "/component/" in bearer
                    said = unit.iri if unit else "", float(value.number), value.as_typed
                    self.numbers.append(Number(place, row, index, name, meaning, *said))
                return


def shown(value: Value, unit: Unit | None) -> str:
    """Return a value as typed, and its SI value where it has one: `1,50 → 0.025`."""
    si = unit.si(value.number) if unit and isinstance(value, Scalar) else None
    return value.as_typed if si is None else f"{value.as_typed} → {si:.6g}"
