"""Maps the tables of a lab to N-Quads, row by row: `stage` is the way in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TextIO

from pilotline.datasets.dataset import SourceError, SourceFile, Staged
from pilotline.findings import Finding, Severity
from pilotline.ingest.people import People
from pilotline.ingest.shards import Each, in_turn, joined
from pilotline.ingest.sieve import Sieve
from pilotline.iris import Scope
from pilotline.quantities.units import Units
from pilotline.rdf.ntriples import Lines
from pilotline.tabular.body import filled_down
from pilotline.tabular.calculated import calculated_in
from pilotline.tabular.choice import Choice, Condition, passes
from pilotline.tabular.columns import Quantities
from pilotline.tabular.curves import Curves
from pilotline.tabular.files import grids, left_out, names_of, source_file, tables_for
from pilotline.tabular.grid import Grid
from pilotline.tabular.groups import Group, Notes
from pilotline.tabular.headers import Found, Headers
from pilotline.tabular.hidden import Hidden
from pilotline.tabular.holding import Holding
from pilotline.tabular.layout import Layout
from pilotline.tabular.longform import LongForm
from pilotline.tabular.model import Column, Mapping, Table
from pilotline.tabular.report import Report, over_files
from pilotline.tabular.row import Read, RowReader
from pilotline.tabular.rows import reader_of
from pilotline.tabular.sheet import Cells, Job, Sheet
from pilotline.tabular.subjects import CurveRow, CutRow, RunRow
from pilotline.vocabulary.terms import Vocabulary
from pilotline.vocabulary.upstream import UnknownTermError

_BUFFER = 1 << 20
# What stands in place of an identity in the rows below a table.
SUMMARIES = frozenset({
    "mean", "average", "avg", "mittelwert", "mittel", "durchschnitt", "sum", "summe", "total", "gesamt",
    "sd", "std", "stdev", "stabw", "standardabweichung", "min", "minimum", "max", "maximum", "median",
})  # fmt: skip
UNMAPPED = "Column-unmapped"
Write = Callable[[int, Cells, Read], list[str]]


@dataclass(frozen=True)
class Part:
    """What mapping one file gave, beside its shard of N-Quads."""

    source: SourceFile
    findings: tuple[Finding, ...]
    sieve: Sieve
    people: People


def stage(
    mapping: Mapping,
    files: Sequence[Path],
    scope: Scope,
    into: Path,
    vocabulary: Vocabulary,
    units: Units,
    sieve: Sieve | None = None,
    key: bytes | None = None,
    each: Each = in_turn,
) -> Staged:
    """Map files to an N-Quads file and say what was found.

    into: the file to write. sieve: holds back rows and collects faulty cells.
    key: of the lab, for the codes of operators. each: maps the files one after the other, or at once.

    Errors: SourceError, for what stops the reading; what is wrong in single cells is a finding.
    """
    sieve, people = sieve or Sieve(), People(key)
    job = replace(job_of(mapping, scope, vocabulary, units), sieve=Sieve(sieve.rows), people=people)
    named = names_of(files).items()
    shards = [(path, name, into.with_suffix(f".{number}.nq")) for number, (path, name) in enumerate(named)]
    sources: list[SourceFile] = []
    findings: list[Finding] = []
    for part in each(partial(_part, job, key), shards):
        sources.append(part.source)
        findings += part.findings
        sieve.take(part.sieve)
        people.take(part.people)
    _demand_files(mapping, files)
    joined([shard for _, _, shard in shards], into, people.remarks(job.lines))
    return Staged(
        job.description,
        into,
        tuple(sources),
        f"{mapping.mapping} {mapping.version}",
        datetime.now(UTC),
        tuple(over_files(findings)),
        names_people=people.named,
    )


def _part(job: Job, key: bytes | None, shard: tuple[Path, str, Path]) -> Part:
    """Map one file to a shard; shard: the file, the name of its source, the file to write."""
    path, name, into = shard
    job = replace(job, sieve=Sieve(job.sieve.rows), people=People(key))
    source = replace(source_file(path, job.mapping), name=name)
    with into.open("w", encoding="utf-8", newline="\n", buffering=_BUFFER) as out:
        findings = [*_map_file(job, path, name, out), *left_out(path, job.mapping)]
    return Part(source, tuple(findings), job.sieve, job.people)


def job_of(mapping: Mapping, scope: Scope, vocabulary: Vocabulary, units: Units) -> Job:
    """Return what the sheets of one run of a mapping share.

    Errors: SourceError, for a step that does not exist.
    """
    description = mapping.dataset.describe(scope)
    rows = [table.row for table in mapping.tables]
    runs = [row.run for row in rows if isinstance(row, RunRow | CutRow) and row.run]
    try:
        slugs = frozenset(vocabulary.step(run.step).slug for run in runs)
    except UnknownTermError as error:
        raise SourceError(f"mapping {mapping.mapping}: {error}") from error
    return Job(mapping, description, vocabulary, units, Lines(description.iri), slugs)


def _demand_files(mapping: Mapping, files: Sequence[Path]) -> None:
    """Refuse a mapping none of whose tables is served by a file."""
    if not any(tables_for(mapping, path) for path in files):
        names = ", ".join(path.name for path in files) or "no file"
        globs = ", ".join(repr(table.file) for table in mapping.tables)
        raise SourceError(f"mapping {mapping.mapping}: no file fits {globs}; found {names}")


def _map_file(job: Job, path: Path, name: str, out: TextIO) -> list[Finding]:
    """Write the lines of all sheets of a file and return what was found in them; name: of its source."""
    found: list[Finding] = []
    named: set[tuple[str, str]] = set()
    for tables in passes(tables_for(job.mapping, path)):
        for grid in grids(path, tables[0], job.mapping):
            grid.file = name
            if not grid.headers:
                message = f"holds no record at {tables[0].records or 'the top'}; nothing is read from it"
                found.append(Finding("Source-empty", Severity.WARNING, message, file=name))
                continue
            mappers = [TableMapper(job, table, grid) for table in tables]
            found += write_rows(mappers, grid, out)
            named |= {(grid.sheet, place) for mapper in mappers for place in mapper.named}
    return list(_without_named(found, named))


def write_rows(mappers: Sequence["TableMapper"], grid: Grid, out: TextIO) -> list[Finding]:
    """Write the lines of all rows of a grid, each by the tables that it is for; return what was found."""
    choice = Choice(grid, mappers)
    for row, cells in grid.rows:
        if any(cells) and not mappers[0].holding.holds(row, cells):
            out.write("".join([mapper.written(row, cells) for mapper in choice.of(row, cells)]))
    for mapper in mappers:
        mapper.close()
        out.write(mapper.layout.lines())
    reports = [*(mapper.report for mapper in mappers), choice.report]
    for report in reports:
        mappers[0].sieve.faulty += report.each
    found = [finding for report in reports for finding in report.findings()]
    return list(dict.fromkeys([*found, *grid.findings]))


def _without_named(found: Sequence[Finding], named: set[tuple[str, str]]) -> Iterator[Finding]:
    """Yield findings; a column that one table leaves out may be another's, else it is told once."""
    for finding in found:
        header = finding.sheet, finding.cell
        if finding.code != UNMAPPED or header not in named:
            yield finding
        if finding.code == UNMAPPED:
            named.add(header)


class TableMapper:
    """The columns of a sheet, compiled into writers."""

    def __init__(self, job: Job, table: Table, grid: Grid) -> None:
        headers = Headers(grid, job.units, table.headers)
        self.sheet = self._sheet = sheet = Sheet(job, table, grid, headers, Report(grid.file, grid.sheet))
        self._reader: RowReader = reader_of(sheet)
        self._notes: list[Notes] = []
        self._mapped: set[int] = set()
        self._ignored: set[int] = set()
        self.quantities: list[Quantities] = []
        self._writers = [*self._wide(), *self._long()]
        width = len(grid.headers) - len(table.cells)
        self._own = sorted(index for index in headers.used if index < width) or range(width)
        beside = {self._reader.index, *filled_down(grid, table)}
        self._beside_name = [index for index in self._own if index not in beside]
        self.layout = Layout(sheet, sorted(self._mapped))
        self.holding = Holding(sheet, self._reader.index)
        self._hidden = Hidden(sheet, self._mapped, self.noted)
        self._report_unnamed()

    @property
    def named(self) -> set[str]:
        """Return the places of the headers that the mapping names."""
        grid = self._sheet.grid
        return {grid.place(grid.header_row, index) for index in self._sheet.headers.used}

    def write(self, out: TextIO) -> list[Finding]:
        """Write the lines of all rows and return what was found."""
        return write_rows([self], self._sheet.grid, out)

    @property
    def report(self) -> Report:
        """Return what was found in the rows so far."""
        return self._sheet.report

    def condition(self) -> Condition:
        """Return the columns and texts that `where:` names."""
        where = self._sheet.table.where
        return tuple((*self._sheet.text(name), text) for name, text in sorted(where.items()))

    @property
    def sieve(self) -> Sieve:
        """Return what holds rows back."""
        return self._sheet.job.sieve

    def written(self, row: int, cells: Cells) -> str:
        """Return the lines of one row, and where its lots are named."""
        text = self.lines(row, cells)
        return text + self.layout.mentions(row, cells) if text else ""

    def lines(self, row: int, cells: Cells) -> str:
        """Return the lines of one row."""
        self._hidden.look(row, cells)
        if not cells[self._own[0]] and not any(cells[index] for index in self._own):
            return ""  # it belongs to another table beside this one
        read = self._reader.read(row, cells)
        if read is None:
            return ""
        if str(cells[self._reader.index]).strip(" :.").casefold() in SUMMARIES:
            self._report_summary(row, cells)
        elif self._is_a_note(cells):
            self._report_note(row, cells)
        quantities = [text for write in self._writers for text in write(row, cells, read)]
        text = "".join([read.text, *quantities])
        noted = [notes.keep(cells, read) for notes in self._notes]
        if not text and not any(noted):
            self._report_idle(row)
        return text

    def _report_summary(self, row: int, cells: Cells) -> None:
        """Say of a row that it looks like the last line of a sheet, not like one more run or lot."""
        index = self._reader.index
        text = str(cells[index]).strip()
        message = f"{text!r} names a summary of rows, and is read as a thing of its own"
        column = self._sheet.grid.headers[index]
        hint = f"leave summaries out: `skip: {{{column}: [{text}]}}`"
        self._sheet.problem(
            "Row-summary", row, index, message, value=text, hint=hint, severity=Severity.WARNING
        )

    def _is_a_note(self, cells: Cells) -> bool:
        """Say whether a row has nothing but several words where its name belongs."""
        text = str(cells[self._reader.index]).strip()
        return " " in text and bool(self._beside_name) and not any(cells[n] for n in self._beside_name)

    def _report_note(self, row: int, cells: Cells) -> None:
        """Say of a row that it looks like a note below the table, not like one more run or lot."""
        index = self._reader.index
        text = str(cells[index]).strip()
        message = f"{text!r} stands alone in its row, and is read as a thing of its own"
        hint = "if it is a note, end the table above it with `last:`, or name it under `skip:`"
        self._sheet.problem(
            "Row-alone", row, index, message, value=text, hint=hint, severity=Severity.WARNING
        )

    def _report_idle(self, row: int) -> None:
        """Say of a row that it names its thing and adds nothing."""
        message = "the row adds nothing: its values are empty, stand elsewhere already, or are reported"
        sheet, index = self._sheet, self._reader.index
        width = len(sheet.grid.headers) - len(sheet.table.cells)
        if index >= width:  # a cell above the header names the row
            told = sheet.headers.used - self._mapped - self._ignored
            index = min((each for each in told if each < width), default=0)
        self._sheet.problem("Row-idle", row, index, message, value="idle", severity=Severity.INFO)

    @property
    def noted(self) -> set[int]:
        """Return the columns that are kept as remarks, by their index."""
        return {notes.index for notes in self._notes}

    @property
    def mapped(self) -> set[int]:
        """Return the columns whose cells become quantities, by their index."""
        return self._mapped

    def close(self) -> None:
        """Report what can be said after the last row only."""
        report = self._sheet.report
        for notes in self._notes:
            if notes.count:
                message = f"the remarks in {notes.header!r} are kept as text ({notes.count} cells)"
                report.add("Notes-kept", Severity.INFO, "", message, column=notes.header)
        self._hidden.close()

    def _wide(self) -> Iterator[Write]:
        """Yield the writers of the columns that have a line of their own."""
        lines = [pair for name, spec in self._sheet.table.columns.items() for pair in self._found(name, spec)]
        for spec, found in lines:
            if spec.note:
                self._notes.append(Notes(self._sheet, found))
        self._ignored = {found.index for spec, found in lines if spec.ignore}
        measured = [(spec, found) for spec, found in lines if spec.parameter]
        self._mapped = {found.index for _, found in measured}
        yield from self._quantities(measured)

    def _found(self, name: str, spec: Column) -> list[tuple[Column, Found]]:
        if spec.formula:
            return [(spec, calculated_in(self._sheet, name, spec))]
        return [(spec, found) for found in self._sheet.headers.line(name, required=spec.required)]

    def _quantities(self, lines: list[tuple[Column, Found]]) -> Iterator[Write]:
        sheet, row = self._sheet, self._sheet.table.row
        if isinstance(row, CurveRow):
            yield Curves(sheet, self._reader, row.over, lines).write
            return
        columns = [Quantities(sheet, self._reader, spec, found) for spec, found in lines]
        for column in columns:
            column.ask()
        self.quantities += columns
        plain = sorted((c for c in columns if not c.varying), key=lambda column: column.role)
        for role, members in groupby(plain, key=lambda column: column.role):
            yield Group(sheet, role, list(members)).write
        for number, column in enumerate(column for column in columns if column.varying):
            yield Group(sheet, column.role, [column], column.varying, name=str(number)).write

    def _long(self) -> Iterator[Write]:
        """Yield the writer of a sheet that names its parameters in a column."""
        long = self._sheet.table.long
        if long is not None:
            writer = LongForm(self._sheet, self._reader, long)
            self.quantities += writer.quantities
            yield writer.write
            self._mapped.add(self._sheet.headers.column(long.value).index)

    def _report_unnamed(self) -> None:
        for found in self._sheet.headers.unnamed():
            if found.header.strip():
                place = self._sheet.grid.place(self._sheet.grid.header_row, found.index)
                message = f"the column {found.header!r} has no line in the mapping and is left out"
                hint = "give it a line; `ignore: true` if it is left out on purpose"
                self._sheet.report.add(
                    UNMAPPED, Severity.WARNING, place, message, column=found.header, hint=hint
                )
