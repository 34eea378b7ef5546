"""Turns cells of a row into statements about its thing: times, lengths, operators, further details."""

from collections.abc import Callable
from decimal import Decimal

from pilotline.findings import Severity
from pilotline.namespaces import PL, PROV
from pilotline.quantities.values import Scalar as ScalarValue
from pilotline.quantities.values import ValueTextError, parse_value, sign_in
from pilotline.rdf.ntriples import boolean, decimal
from pilotline.tabular.facts import side_name, truth
from pilotline.tabular.grid import Digits
from pilotline.tabular.naming import Cell, Operator, When
from pilotline.tabular.sheet import Cells, Getter, Sheet
from pilotline.vocabulary.upstream import UnknownTermError

Detail = Callable[[str], str]


def details(
    sheet: Sheet, wanted: dict[str, tuple[Cell | None, Detail | None]]
) -> Callable[[int, Cells, str], str]:
    """Return what writes details of a thing.

    wanted: property, where its text stands, and what makes a term of the text (by default a number).
    """
    found: list[tuple[str, int | None, Getter, Detail]] = []
    for name, (cell, detail) in wanted.items():
        if cell is not None:
            found.append((name, *sheet.cell(cell), detail or _number(sheet)))
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


def _number(sheet: Sheet) -> Detail:
    def read(text: str) -> str:
        value = parse_value(text, sign_in(text, sheet.source.decimal))
        if not isinstance(value, ScalarValue):
            raise ValueTextError(f"{text!r} is not one number")
        return decimal(value.number)

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


Length = tuple[int, Callable[[Cells], Decimal | None]]


def length(sheet: Sheet, column: str, unit: str) -> Length:
    """Return what reads a length in a unit; the header may give another one.

    Errors of the reader: ValueTextError.
    """
    found = sheet.headers.column(column)
    units = sheet.job.units
    factor = _factor(sheet, units.parse(found.unit or unit).factor, units.parse(unit).factor)
    sign, thousands = sheet.source.decimal, sheet.source.thousands or ""

    def read(cells: Cells) -> Decimal | None:
        content = cells[found.index]
        text = str(content).strip()
        if text.casefold() in sheet.missing:
            return None
        value = parse_value(text, "." if isinstance(content, Digits) else sign, thousands)
        if not isinstance(value, ScalarValue) or value.unit:
            raise ValueTextError(f"{text!r} is not one number in {found.unit or unit}")
        return value.number * factor

    return found.index, read


def _factor(sheet: Sheet, given: Decimal | None, wanted: Decimal | None) -> Decimal:
    if given is None or wanted is None:
        raise sheet.error("a position on the web needs a length")
    factor = given / wanted
    return factor.to_integral_value() if factor == factor.to_integral_value() else factor


def lengths(wanted: list[tuple[str, Length]], row: int, cells: Cells, subject: str, sheet: Sheet) -> str:
    """Return the lines of the lengths of a thing; wanted: property and what reads it."""
    text = ""
    for predicate, (index, read) in wanted:
        try:
            if (value := read(cells)) is not None:
                text += sheet.job.lines.line(subject, predicate, decimal(value))
        except ValueTextError as error:
            sheet.problem("Cell-number", row, index, str(error), value=str(cells[index]))
    return text


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
