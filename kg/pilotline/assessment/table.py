"""Reads a CSV in which people name terms: each cell becomes a term or a day, or a finding at the cell."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, serialize

from pilotline.datasets.dataset import Description, SourceError, SourceFile, Staged
from pilotline.findings import Finding, Severity
from pilotline.iris import csv_cell
from pilotline.namespaces import PL
from pilotline.questions.labels import NamingError, node_called

_OF_PARAMETER, _IN_STEP = NamedNode(PL + "ofParameter"), NamedNode(PL + "inStep")


@dataclass(frozen=True)
class Columns:
    """The columns of such a table. subject: what its rows are, in the words of a message."""

    subject: str
    needed: Sequence[str]
    optional: Sequence[str]

    def check(self, file: str, names: Sequence[str]) -> None:
        """Raise SourceError where a column is missing or not known."""
        if missing := [name for name in self.needed if name not in names]:
            wanted = ", ".join(self.needed)
            raise SourceError(f"{file}, row 1: no column {missing[0]!r}; {self.subject} need {wanted}")
        if unknown := [name for name in names if name not in (*self.needed, *self.optional)]:
            raise SourceError(
                f"{file}, row 1: the column {unknown[0]!r} is not known; "
                f"besides {', '.join(self.needed)} there are {', '.join(self.optional)}"
            )


@dataclass(frozen=True)
class Row:
    """One line of the file; number counts from 1, the header included."""

    number: int
    cells: Mapping[str, str]


class TermTable:
    """A table (CSV with `,` or `;`) whose cells name terms of a store.

    code: what its findings are called, such as `Rating`. findings: what was wrong so far.
    Errors: SourceError for a file that is no such table.
    """

    def __init__(self, file: Path, columns: Columns, store: Store, code: str) -> None:
        self.file, self.content = file, file.read_bytes()
        self._store, self._code = store, code
        self.findings: list[Finding] = []
        lines = self._text().splitlines()
        head = lines[0] if lines else ""
        table = list(csv.reader(lines, delimiter=";" if head.count(";") > head.count(",") else ","))
        self._names = [name.strip().lower() for name in table[0]] if table else []
        columns.check(file.name, self._names)
        self.rows = [
            Row(number, dict(zip(self._names, (cell.strip() for cell in cells), strict=False)))
            for number, cells in enumerate(table[1:], start=2)
            if any(cell.strip() for cell in cells)
        ]

    def _text(self) -> str:
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            where = f"{self.file.name}: byte {error.start}"
            raise SourceError(f"{where} is not UTF-8; save the file as UTF-8") from None

    def term(self, row: Row, column: str, kind: NamedNode) -> NamedNode | None:
        """Return the term that a cell names; kind: the class that it is an instance or a subclass of."""
        try:
            return node_called(self._store, row.cells.get(column, ""), kind)
        except NamingError as error:
            self.wrong(row, column, str(error), "")
            return None

    def day(self, row: Row, column: str) -> date | None:
        """Return the day that a cell holds."""
        text = row.cells.get(column, "")
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.wrong(row, column, f"{text!r} is no day", "enter a day such as 2025-03-04")
            return None

    def specifications(self, row: Row, parameter: NamedNode, step: NamedNode) -> list[NamedNode]:
        """Return the specifications of a parameter at a step, of which there must be one at least."""
        found = sorted(
            (
                quad.subject
                for quad in self._store.quads_for_pattern(None, _OF_PARAMETER, parameter, DefaultGraph())
                if isinstance(quad.subject, NamedNode)
                and any(self._store.quads_for_pattern(quad.subject, _IN_STEP, step, DefaultGraph()))
            ),
            key=str,
        )
        if not found:
            message = f"{row.cells['parameter']!r} has no place in the specification of {row.cells['step']!r}"
            self.wrong(row, "parameter", message, "choose a step at which the parameter is specified")
        return found

    def wrong(self, row: Row, column: str, message: str, hint: str) -> None:
        """Note what is wrong with a cell."""
        place = self._names.index(column) + 1 if column in self._names else 1
        self.findings.append(
            Finding(
                f"{self._code}-{column}",
                Severity.VIOLATION,
                message,
                hint,
                file=self.file.name,
                cell=f"row {row.number}, column {place}",
                value=row.cells.get(column, ""),
            )
        )

    def pointer(self, row: Row, description: Description) -> NamedNode:
        """Return the pointer to a row."""
        return NamedNode(csv_cell(description.scope.source(self.file.name), row.number, 1))

    def stage(self, quads: Iterator[Quad], description: Description, into: Path, by: str) -> Staged:
        """Write quads made of the rows and return them as a dataset that can be ingested."""
        serialize(dict.fromkeys(quads), str(into), RdfFormat.N_QUADS)
        name, content = self.file.name, self.content
        return Staged(
            description,
            into,
            (SourceFile(name, sha256(content).hexdigest(), len(content), "utf-8"),),
            description.identifier.partition("-")[0],
            datetime.now(UTC),
            findings=tuple(self.findings),
            by=by,
            files=(self.file,),
        )
