"""Turns a line's own ratings of parameters, a CSV file, into a dataset of assessments beside the paper's."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Store

from pilotline.assessment.table import Columns, Row, TermTable
from pilotline.datasets.dataset import Description, Staged
from pilotline.iris import Scope
from pilotline.namespaces import DCTERMS, PL, RDF, SKOS, XSD

COLUMNS = Columns(
    "ratings", ("step", "parameter", "dimension", "level", "on"), ("model", "basis", "source", "note")
)
_KINDS = {
    "step": NamedNode(PL + "ProcessStep"),
    "parameter": NamedNode(PL + "Parameter"),
    "dimension": NamedNode(PL + "AssessmentDimension"),
    "model": NamedNode(PL + "ModelCategory"),
    "level": NamedNode(PL + "Level"),
    "basis": NamedNode(PL + "Basis"),
}
_PROPERTIES = {
    "dimension": "assessmentDimension",
    "model": "modelCategory",
    "level": "level",
    "basis": "basis",
}
_CRITICALITY = NamedNode(PL + "Criticality")


def stage_ratings(file: Path, into: Path, scope: Scope, store: Store, by: str) -> Staged:
    """Write the assessments of a file as N-Quads; what cannot be read is a violation at its cell.

    file: CSV (`,` or `;`) with COLUMNS; its name names the dataset.
    by: the line or person that rates. A rating of another day stands beside the earlier one.
    Errors: SourceError for a file that is no such table.
    """
    table = TermTable(file, COLUMNS, store, "Rating")
    title = f"Ratings of parameters by {by}"
    description = Description(scope, f"ratings-{file.stem}", title, licence="CC-BY-4.0", creator=by)
    quads = (quad for row in table.rows for quad in _assessment(table, row, description))
    return table.stage(quads, description, into, by)


def _assessment(table: TermTable, row: Row, description: Description) -> Iterator[Quad]:
    """Yield the assessment of a row, nothing where the row is wrong."""
    before = len(table.findings)
    terms, day = _terms(table, row), table.day(row, "on")
    if len(table.findings) > before or day is None:
        return
    rated = table.specifications(row, terms["parameter"], terms["step"])
    told = [_local(terms[name]) for name in ("step", "parameter", "dimension", "model") if name in terms]
    by = description.creator
    rating = NamedNode(description.scope.thing("assessment", *told, by, day.isoformat()))
    facts: list[tuple[str, NamedNode | Literal]] = [
        (RDF + "type", NamedNode(PL + "Assessment")),
        *((PL + "assesses", each) for each in rated),
        *((PL + name, terms[column]) for column, name in _PROPERTIES.items() if column in terms),
        (PL + "assessedBy", Literal(by)),
        (PL + "assessedOn", Literal(day.isoformat(), datatype=NamedNode(XSD + "date"))),
        (DCTERMS + "source", Literal(row.cells.get("source") or f"submitted by {by}")),
        (PL + "cell", table.pointer(row, description)),
    ]
    if note := row.cells.get("note"):
        facts.append((SKOS + "note", Literal(note)))
    for predicate, value in facts if rated else ():
        yield Quad(rating, NamedNode(predicate), value, NamedNode(description.iri))


def _terms(table: TermTable, row: Row) -> Mapping[str, NamedNode]:
    """Return the terms that the cells name."""
    named = {"basis": "Submitted"} | {column: text for column, text in row.cells.items() if text}
    found: dict[str, NamedNode] = {}
    for column, kind in _KINDS.items():
        if column in named:
            if term := table.term(Row(row.number, named), column, kind):
                found[column] = term
        elif column in COLUMNS.needed:
            table.wrong(row, column, f"the {column} is missing", "every rating needs one")
    if found.get("dimension") == _CRITICALITY and "model" not in named:
        message = "a criticality holds for one type of model, and none is given"
        table.wrong(row, "model", message, "enter empirical, continuum, discrete or machine learning")
    return found


def _local(term: NamedNode) -> str:
    return term.value.rpartition("#")[2]
