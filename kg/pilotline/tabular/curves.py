"""Turns rows that are points into curves of the things that the rows are about."""

from collections.abc import Sequence
from decimal import Decimal

from pilotline.findings import Severity
from pilotline.iris import quantity
from pilotline.quantities.lines import Facts, Point, QuantityLines
from pilotline.quantities.units import Unit
from pilotline.quantities.values import Scalar
from pilotline.tabular.columns import merged, parameter_of, role_of
from pilotline.tabular.facts import FactReader
from pilotline.tabular.headers import Found
from pilotline.tabular.model import Column
from pilotline.tabular.row import Read, RowReader
from pilotline.tabular.sheet import Cells, Sheet
from pilotline.tabular.subjects import Abscissa
from pilotline.tabular.values import Values
from pilotline.vocabulary.terms import Parameter


class Curves:
    """Writes columns whose rows are points of curves."""

    def __init__(
        self, sheet: Sheet, reader: RowReader, over: Abscissa, lines: Sequence[tuple[Column, Found]]
    ) -> None:
        self._sheet = sheet
        abscissa = parameter_of(sheet, over.parameter)
        found = sheet.headers.column(over.column)
        self._over, self._over_index = abscissa, found.index
        self._abscissa = Values(sheet, Column(parameter=over.parameter, unit=over.unit), found, abscissa)
        self._columns = [_Ordinate(sheet, reader, spec, column, abscissa) for spec, column in lines]

    def write(self, row: int, cells: Cells, read: Read) -> list[str]:
        """Return the lines of one point of each curve."""
        filled = [column for column in self._columns if not column.values.empty(cells)]
        if not filled:
            return []
        if self._abscissa.empty(cells):
            message = f"the point has no {self._over.name}"
            self._sheet.problem("Curve-abscissa", row, self._over_index, message, value="empty")
            return []
        over = self._abscissa.read(row, cells)
        if not isinstance(over.value, Scalar):
            text = str(cells[self._over_index])
            message = f"{text!r} is not one number; the point is left out of its curve"
            self._sheet.problem("Curve-abscissa", row, self._over_index, message, value=text)
            return []
        point = (over.value.number, over.unit)
        return [column.point(row, cells, read, point) for column in filled]


class _Ordinate:
    """One column of curve values."""

    def __init__(self, sheet: Sheet, reader: RowReader, spec: Column, found: Found, over: Parameter) -> None:
        assert spec.parameter
        self._sheet, self._found, self._over, self._kind = sheet, found, over, spec.kind
        self._parameter = parameter_of(sheet, spec.parameter)
        role_of(sheet, reader, spec, self._parameter)
        self.values = Values(sheet, spec, found, self._parameter)
        self._facts, self._varying = FactReader(sheet).of_column(spec, found)
        self._lines = QuantityLines(sheet.job.lines, self._parameter.types, spec.kind)
        self._pointer = sheet.pointer(found.index)
        self._points: dict[str, int] = {}
        self._units: dict[str, tuple[Unit | None, Unit | None]] = {}

    def point(self, row: int, cells: Cells, read: Read, over: tuple[Decimal, Unit | None]) -> str:
        """Return the lines of a point; the first one of a curve brings those of the curve."""
        facts = merged(read.facts, self._facts)
        if self._varying:
            facts = merged(facts, self._varying(row, cells))
        reading = self.values.read(row, cells)
        if not isinstance(reading.value, Scalar):
            return self._no_point(row, str(cells[self._found.index]), reading.status)
        keys = dict(facts.keys) | {"over": self._over.name}
        if not read.main.own:
            keys["dataset"] = self._sheet.job.mapping.dataset.id
        iri = quantity(read.main.iri, self._parameter.name, self._kind, keys)
        number = self._points[iri] = self._points.get(iri, 0) + 1
        text = self._head(read.main.iri, iri, reading.unit, facts, over[1]) if number == 1 else ""
        units = self._units.setdefault(iri, (over[1], reading.unit))
        if reading.value.uncertainty is not None:
            self._no_width(row, reading.value.as_typed)
        point = Point(_in(over, units[0]), _in((reading.value.number, reading.unit), units[1]))
        return text + self._lines.point(iri, number, point, self._pointer(row))

    def _head(self, bearer: str, iri: str, unit: Unit | None, facts: Facts, over: Unit | None) -> str:
        return self._lines.head(bearer, iri, unit, facts) + self._lines.curve(iri, (self._over.iri, over))

    def _no_width(self, row: int, text: str) -> None:
        """Say that a curve keeps no uncertainty of its points."""
        message = f"{text!r} says how uncertain a point of a curve is, which is left out; its number is kept"
        hint = "give the half width a column and a line of its own, such as a standard deviation"
        self._sheet.problem(
            "Curve-uncertainty", row, self._found.index, message, hint=hint, severity=Severity.WARNING
        )

    def _no_point(self, row: int, text: str, status: str) -> str:
        """Report a point that is no number; an invalid one stands in the report already."""
        if status != "Invalid":
            message = f"{text!r} is not one number; the point is left out of its curve"
            self._sheet.problem("Curve-ordinate", row, self._found.index, message, value=text)
        return ""


def _in(value: tuple[Decimal, Unit | None], wanted: Unit | None) -> tuple[Decimal, Unit | None]:
    """Return a number in the unit of its curve, which is that of the first point."""
    number, unit = value
    if unit is None or wanted is None or unit is wanted or None in (unit.factor, wanted.factor):
        return value
    assert unit.factor is not None
    assert wanted.factor is not None
    return (number * unit.factor + unit.offset - wanted.offset) / wanted.factor, wanted
