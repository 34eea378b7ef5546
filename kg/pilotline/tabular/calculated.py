"""Calculates values from several cells of a row, each cell in the unit of its own column."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pilotline.quantities.units import Unit, UnitError
from pilotline.quantities.values import Scalar, Text
from pilotline.tabular.formula import DIMENSIONS, FormulaError, NoValueError, parse
from pilotline.tabular.headers import Found
from pilotline.tabular.model import Column
from pilotline.tabular.report import Report
from pilotline.tabular.sheet import Cells, Sheet
from pilotline.tabular.values import Reading, Values
from pilotline.vocabulary.terms import Parameter

_DIGITS = 9
# Cells with these say nothing that a formula could go by.
_NO_NUMBER = ("Invalid", "NotMeasured", "BelowDetection", "Excluded")


def calculated_in(sheet: Sheet, name: str, spec: Column) -> Found:
    """Return the column whose cells stand for a calculated value: the first that its formula draws on."""
    first = sheet.headers.line(next(iter(spec.from_.values())), required=True)[0]
    return Found(first.index, name)


@dataclass(frozen=True)
class Source:
    """A column that a formula draws on."""

    index: int
    values: Values

    def number(self, row: int, cells: Cells) -> float | None:
        """Return the SI value of a row's cell, nothing where it holds no one number."""
        if self.values.empty(cells):
            return None
        value, unit, status = self.values.read(row, cells)
        if not isinstance(value, Scalar) or unit is None or status in _NO_NUMBER:
            return None
        return unit.si(value.number)


class Calculated:
    """Calculates one value from the cells of a row; where a cell it needs has no number, there is none.

    The columns it draws on have lines of their own, which report what is wrong in their cells.
    """

    numeric = True

    def __init__(self, sheet: Sheet, spec: Column, found: Found, parameter: Parameter) -> None:
        assert spec.formula
        self._sheet, self._spec, self._name = sheet, spec, found.header
        self._sources = {name: self._of(column) for name, column in spec.from_.items()}
        self._columns = list(dict.fromkeys(source for each in self._sources.values() for source in each))
        self._unit = self._result_unit(parameter)
        try:
            self._formula = parse(spec.formula, spec.from_)
            self._check()
        except FormulaError as error:
            raise sheet.error(f"column {self._name!r}: {error}") from error

    @property
    def unit(self) -> str:
        """Return the symbol of the unit of the result."""
        return self._unit.symbol

    def empty(self, cells: Cells) -> bool:
        """Say whether nothing can be calculated from the cells of a row."""
        return self._result(cells) is None

    def steady(self, _: Cells) -> bool:
        """Say that one cell alone does not tell the value."""
        return False

    def fingerprint(self, cells: Cells) -> int:
        """Return a number that tells the result from others; 0 where there is none."""
        result = self._result(cells)
        return 0 if result is None else (hash(result) & 0xFFFFFFFF) or 1

    def indexes(self, cells: Cells) -> Sequence[int]:
        """Return the columns whose cells went into the value of a row."""
        return [each.index for each in self._columns if each.number(0, cells) is not None]

    def read(self, _: int, cells: Cells) -> Reading:
        """Return the value, in the unit that the mapping wants, to nine digits."""
        result = self._result(cells)
        if result is None:
            return Reading(Text(""), None, "NotMeasured")
        assert self._unit.factor
        typed = f"{(result - float(self._unit.offset)) / float(self._unit.factor):.{_DIGITS}g}"
        return Reading(Scalar(Decimal(typed), typed), self._unit)

    def _of(self, column: str) -> list[Source]:
        """Return the columns of a name in `from:`; numbered ones are several."""
        lines = self._sheet.table.columns
        spec = lines.get(column)
        if spec is None or not spec.parameter or spec.formula:
            raise self._sheet.error(
                f"column {self._name!r}: {column!r} of `from:` has no line of its own under `columns:`, "
                "with its parameter; the line says its unit"
            )
        parameter = self._sheet.job.vocabulary.parameter(spec.parameter)
        # What is wrong in these cells is reported by their own lines.
        unheard = replace(self._sheet, report=Report(self._sheet.grid.file, self._sheet.grid.sheet))
        found = self._sheet.headers.line(column, required=True)
        return [Source(each.index, Values(unheard, spec, each, parameter)) for each in found]

    def _result_unit(self, parameter: Parameter) -> Unit:
        units, text = self._sheet.job.units, str(self._spec.unit)
        try:
            unit = units.parse(text, parameter.dimension)
        except UnitError as error:
            raise self._sheet.error(f"column {self._name!r}: {error}") from error
        if not units.fits(unit, parameter.dimension) or unit.factor is None:
            message = (
                f"{unit.symbol!r} is a unit of {unit.dimension}, {parameter.name} is {parameter.dimension}"
            )
            raise self._sheet.error(f"column {self._name!r}: {message}")
        return unit

    def _check(self) -> None:
        """Refuse a formula whose dimensions do not fit."""
        units = self._sheet.job.units
        parsed = {
            name: [units.coherent(units.parse(source.values.unit or "1")) for source in sources]
            for name, sources in self._sources.items()
        }
        assert self._spec.formula
        try:
            made = parse(self._spec.formula, self._spec.from_, DIMENSIONS)(parsed)
        except NoValueError:
            return
        except (ArithmeticError, TypeError, ValueError) as error:
            raise FormulaError(f"{self._spec.formula!r}: {error}") from error
        found = (made * units.coherent(units.parse("1"))).dimensionality
        wanted = units.coherent(self._unit).dimensionality
        if found != wanted:
            raise FormulaError(f"{self._spec.formula!r} gives {found}, and {self._unit.symbol!r} is {wanted}")

    def _result(self, cells: Cells) -> Any:
        """Return the result in SI units, nothing where a value is missing or the formula has no result."""
        named = {
            name: [number for each in sources if (number := each.number(0, cells)) is not None]
            for name, sources in self._sources.items()
        }
        try:
            return float(self._formula(named))
        except (NoValueError, ArithmeticError, TypeError):
            return None
