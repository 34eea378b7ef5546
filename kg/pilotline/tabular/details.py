"""Turns cells of a row into statements about its thing: times, lengths, operators, further details."""

from collections.abc import Callable

from pilotline.findings import Severity
from pilotline.namespaces import PL, PROV
from pilotline.quantities.values import ValueTextError
from pilotline.rdf.ntriples import boolean
from pilotline.tabular.facts import side_name, truth
from pilotline.tabular.naming import Cell, Operator, When
from pilotline.tabular.sheet import Cells, Getter, Sheet
from pilotline.vocabulary.upstream import UnknownTermError

Detail = Callable[[str], str]


def details(sheet: Sheet, wanted: dict[str, tuple[Cell | None, Detail]]) -> Callable[[int, Cells, str], str]:
    """Return what writes details of a thing.

    wanted: property, where its text stands, and what makes a term of the text.
    """
    found: list[tuple[str, int | None, Getter, Detail]] = []
    for name, (cell, detail) in wanted.items():
        if cell is not None:
            found.append((name, *sheet.cell(cell), detail))
    lines = sheet.job.lines

    def read(row: int, cells: Cells, subject: str) -> str:
        text = ""
        for name, index, get, detail in found:
            value = get(cells)
            if not value:
                continue
            try:
                text += lines.line(subject, PL + name, detail(value))
            except ValueTextError as error:
                sheet.problem(f"Row-{name}", row, index or 0, str(error), value=value)
        return text

    return read


def named(sheet: Sheet) -> Detail:
    """Return what makes a term of a name or label of ours."""

    def read(text: str) -> str:
        try:
            return f"<{sheet.term(text)}>"
        except UnknownTermError as error:
            raise ValueTextError(f"{error}; say what it means with `values:`") from error

    return read


def entry(sheet: Sheet, kind: str) -> Detail:
    """Return what makes a term of a text that names an entry of a closed list, such as `CellFormat`."""

    def read(text: str) -> str:
        try:
            return f"<{sheet.job.vocabulary.entry(kind, text).iri}>"
        except UnknownTermError as error:
            raise ValueTextError(f"{error}; say what it means with `values:`") from error

    return read


def side(text: str) -> str:
    """Return a side of the web as a term."""
    return f"<{PL}{side_name(text)}>"


def yes_or_no(text: str) -> str:
    """Return yes or no as a term."""
    return boolean(truth(text))


def times(sheet: Sheet, wanted: dict[str, When | None]) -> Callable[[int, Cells, str], str]:
    """Return what writes the times of a thing; wanted: property and where its time stands."""
    readers = [(name, sheet.when(when)) for name, when in wanted.items() if when]
    lines = sheet.job.lines

    def read(row: int, cells: Cells, subject: str) -> str:
        found = [(predicate, when(row, cells)) for predicate, when in readers]
        return "".join([lines.line(subject, predicate, value) for predicate, value in found if value])

    return read


def operator_of(sheet: Sheet, spec: Operator | None) -> Callable[[Cells, str], str]:
    """Return what writes the operator's code; that a name is dropped is said once."""
    if spec is None:
        return lambda _cells, _subject: ""
    index, get = sheet.text(spec.column)
    scope, lines, people = sheet.job.scope, sheet.job.lines, sheet.job.people

    def drop(cells: Cells, _subject: str) -> str:
        people.drop(get(cells))
        return ""

    def read(cells: Cells, subject: str) -> str:
        code = get(cells) if spec.keep == "code" else people.code(get(cells))
        return lines.link(subject, PROV + "wasAssociatedWith", scope.thing("operator", code)) if code else ""

    if spec.keep != "nothing":
        return read
    header = sheet.grid.headers[index]
    message = f"the column {header!r} names people and is dropped; `keep: pseudonym` keeps codes"
    place = sheet.grid.place(sheet.grid.header_row, index)
    sheet.report.add("Operator-dropped", Severity.INFO, place, message, column=header)
    return drop
