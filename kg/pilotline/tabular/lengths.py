"""Reads lengths along and across a web, in the unit that their header or their cell names."""

from collections.abc import Callable
from decimal import Decimal

from pilotline.quantities.values import Scalar, ValueTextError, parse_number, parse_value
from pilotline.rdf.ntriples import decimal
from pilotline.tabular.grid import Digits
from pilotline.tabular.naming import Cell, From
from pilotline.tabular.sheet import Cells, Sheet

# The index of a column, and what reads its length in a row.
Length = tuple[int, Callable[[Cells], Decimal | None]]


def length(sheet: Sheet, column: str, unit: str) -> Length:
    """Return what reads a length in a unit; the header may give another one.

    Errors of the reader: ValueTextError.
    """
    found = sheet.headers.column(column)
    units = sheet.job.units
    given = found.unit_for("length", units) or unit
    factor = _factor(sheet, units.parse(given).factor, units.parse(unit).factor)
    sign, thousands = sheet.source.decimal, sheet.source.thousands or ""

    def read(cells: Cells) -> Decimal | None:
        content = cells[found.index]
        text = str(content).strip()
        if text.casefold() in sheet.missing:
            return None
        value = parse_value(text, "." if isinstance(content, Digits) else sign, thousands)
        if not isinstance(value, Scalar) or (value.unit and not units.knows(value.unit)):
            raise ValueTextError(f"{text!r} is not one number in {given}")
        if value.unit:
            own = _factor(sheet, units.parse(value.unit).factor, units.parse(unit).factor)
        return value.number * (own if value.unit else factor)

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


def position(sheet: Sheet, cell: Cell) -> Length:
    """Return what reads a place along a web in metres, from a column or from the mapping itself."""
    column = cell if isinstance(cell, str) else cell.column
    if column is not None:
        return length(sheet, column, "m")
    assert isinstance(cell, From)
    fixed = parse_number(str(cell.value))
    return 0, lambda _: fixed
