"""Turns a line's own ratings of parameters, a CSV file, into a dataset of assessments beside the paper's."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, serialize

from pilotline.dataset import Description, SourceError, SourceFile, Staged
from pilotline.findings import Finding, Severity
from pilotline.iris import Scope, csv_cell
from pilotline.labels import NamingError, node_called
from pilotline.namespaces import DCTERMS, PL, RDF, SKOS, XSD

NEEDED = ("step", "parameter", "dimension", "level", "on")
OPTIONAL = ("model", "basis", "source", "note")
_KINDS = {
    "step": "ProcessStep",
    "parameter": "Parameter",
    "dimension": "AssessmentDimension",
    "model": "ModelCategory",
    "level": "Level",
    "basis": "Basis",
}
_PROPERTIES = {
    "dimension": "assessmentDimension",
    "model": "modelCategory",
    "level": "level",
    "basis": "basis",
}
_OF_PARAMETER, _IN_STEP = NamedNode(PL + "ofParameter"), NamedNode(PL + "inStep")
_CRITICALITY = NamedNode(PL + "Criticality")


@dataclass(frozen=True)
class _Row:
    """One line of the file; number counts from 1, the header included."""

    number: int
    cells: Mapping[str, str]


def stage_ratings(file: Path, into: Path, scope: Scope, store: Store, by: str) -> Staged:
    """Write the assessments of a file as N-Quads; what cannot be read is a violation at its cell.

    file: CSV (`,` or `;`) with the columns NEEDED and, where wanted, OPTIONAL; its name names the dataset.
    by: the line or person that rates. A rating of another day stands beside the earlier one.
    Errors: SourceError for a file that is no such table.
    """
    content = file.read_bytes()
    columns, rows = _read(file, content)
    title = f"Ratings of parameters by {by}"
    description = Description(scope, f"ratings-{file.stem}", title, licence="CC-BY-4.0", creator=by)
    reader = _Reader(description, file.name, columns, store, by)
    serialize(dict.fromkeys(quad for row in rows for quad in reader.read(row)), str(into), RdfFormat.N_QUADS)
    return Staged(
        description,
        into,
        (SourceFile(file.name, sha256(content).hexdigest(), len(content), "utf-8"),),
        "ratings",
        datetime.now(UTC),
        findings=tuple(reader.findings),
        by=by,
        files=(file,),
    )


def _read(file: Path, content: bytes) -> tuple[list[str], list[_Row]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{file.name}: byte {error.start} is not UTF-8; save the file as UTF-8") from None
    lines = text.splitlines()
    head = lines[0] if lines else ""
    table = list(csv.reader(lines, delimiter=";" if head.count(";") > head.count(",") else ","))
    columns = [name.strip().lower() for name in table[0]] if table else []
    _check(file.name, columns)
    rows = [
        _Row(number, dict(zip(columns, (cell.strip() for cell in cells), strict=False)))
        for number, cells in enumerate(table[1:], start=2)
        if any(cell.strip() for cell in cells)
    ]
    return columns, rows


def _check(file: str, columns: list[str]) -> None:
    if missing := [name for name in NEEDED if name not in columns]:
        wanted = ", ".join(NEEDED)
        raise SourceError(f"{file}, row 1: no column {missing[0]!r}; ratings need {wanted}")
    if unknown := [name for name in columns if name not in (*NEEDED, *OPTIONAL)]:
        raise SourceError(
            f"{file}, row 1: the column {unknown[0]!r} is not known; "
            f"besides {', '.join(NEEDED)} there are {', '.join(OPTIONAL)}"
        )


class _Reader:
    """Reads rows; findings: what is wrong with the rows that gave no assessment."""

    def __init__(
        self, description: Description, file: str, columns: list[str], store: Store, by: str
    ) -> None:
        self._description, self._file, self._columns = description, file, columns
        self._store, self._by = store, by
        self.findings: list[Finding] = []

    def read(self, row: _Row) -> Iterator[Quad]:
        """Yield the assessment of a row, nothing where the row is wrong."""
        before = len(self.findings)
        terms, day = self._terms(row), self._day(row)
        if len(self.findings) > before or day is None:
            return
        rated = _specifications(self._store, terms["parameter"], terms["step"])
        if rated:
            yield from self._quads(row, terms, rated, day)
        else:
            message = f"{row.cells['parameter']!r} has no place in the specification of {row.cells['step']!r}"
            self._wrong(row, "parameter", message, "choose a step at which the parameter is specified")

    def _terms(self, row: _Row) -> dict[str, NamedNode]:
        """Return the terms that the cells name."""
        found: dict[str, NamedNode] = {}
        for column, kind in _KINDS.items():
            text = row.cells.get(column) or ("Submitted" if column == "basis" else "")
            if text:
                try:
                    found[column] = node_called(self._store, text, NamedNode(PL + kind))
                except NamingError as error:
                    self._wrong(row, column, str(error), "")
            elif column in NEEDED:
                self._wrong(row, column, f"the {column} is missing", "every rating needs one")
        if found.get("dimension") == _CRITICALITY and not row.cells.get("model"):
            message = "a criticality holds for one type of model, and none is given"
            self._wrong(row, "model", message, "enter empirical, continuum, discrete or machine learning")
        return found

    def _day(self, row: _Row) -> date | None:
        text = row.cells.get("on", "")
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._wrong(row, "on", f"{text!r} is no day", "enter a day such as 2025-03-04")
            return None

    def _wrong(self, row: _Row, column: str, message: str, hint: str) -> None:
        place = self._columns.index(column) + 1 if column in self._columns else 1
        self.findings.append(
            Finding(
                f"Rating-{column}",
                Severity.VIOLATION,
                message,
                hint,
                file=self._file,
                cell=f"row {row.number}, column {place}",
                value=row.cells.get(column, ""),
            )
        )

    def _quads(
        self, row: _Row, terms: Mapping[str, NamedNode], rated: list[NamedNode], day: date
    ) -> Iterator[Quad]:
        scope, names = self._description.scope, ("step", "parameter", "dimension", "model")
        told = [terms[name].value.rpartition("#")[2] for name in names if name in terms]
        rating = NamedNode(scope.thing("assessment", *told, self._by, day.isoformat()))
        facts: list[tuple[str, NamedNode | Literal]] = [
            (RDF + "type", NamedNode(PL + "Assessment")),
            *((PL + "assesses", each) for each in rated),
            *((PL + name, terms[column]) for column, name in _PROPERTIES.items() if column in terms),
            (PL + "assessedBy", Literal(self._by)),
            (PL + "assessedOn", Literal(day.isoformat(), datatype=NamedNode(XSD + "date"))),
            (DCTERMS + "source", Literal(row.cells.get("source") or f"submitted by {self._by}")),
            (PL + "cell", NamedNode(csv_cell(scope.source(self._file), row.number, 1))),
        ]
        if note := row.cells.get("note"):
            facts.append((SKOS + "note", Literal(note)))
        for predicate, value in facts:
            yield Quad(rating, NamedNode(predicate), value, NamedNode(self._description.iri))


def _specifications(store: Store, parameter: NamedNode, step: NamedNode) -> list[NamedNode]:
    """Return the specifications of a parameter at a step."""
    return sorted(
        (
            quad.subject
            for quad in store.quads_for_pattern(None, _OF_PARAMETER, parameter, DefaultGraph())
            if isinstance(quad.subject, NamedNode)
            and any(True for _ in store.quads_for_pattern(quad.subject, _IN_STEP, step, DefaultGraph()))
        ),
        key=str,
    )
