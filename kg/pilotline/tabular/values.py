"""Turns the cells of one column into values with a unit and a status."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import NamedTuple

from pilotline.findings import Severity
from pilotline.quantities.units import NormVolumeError, Unit, UnitError
from pilotline.quantities.values import (
    Bounds,
    Category,
    Scalar,
    Text,
    Value,
    ValueTextError,
    parse_number,
    parse_value,
)
from pilotline.tabular.facts import FactReader, constant, status
from pilotline.tabular.grid import Broken, Content, Digits, identity
from pilotline.tabular.headers import Found, unit_text
from pilotline.tabular.model import Column
from pilotline.tabular.naming import Fact, From
from pilotline.tabular.numberformat import duration
from pilotline.tabular.sheet import Cells, Getter, Sheet
from pilotline.vocabulary.terms import Parameter
from pilotline.vocabulary.upstream import UnknownTermError

# Texts of a column that are kept with what they mean; a column with more is no list.
_KEPT = 10_000
# A C-rate as people write it: C/10 is a tenth of the capacity in an hour.
_PART_OF_C = re.compile(r"C\s*/\s*([1-9]\d*(?:[.,]\d+)?)", re.IGNORECASE)


class Reading(NamedTuple):
    """What one cell says."""

    value: Value
    unit: Unit | None = None
    status: str = ""


class _ReportedError(Exception):
    """A value that cannot be read for a reason that stands in the report."""


class Values:
    """Reads the cells of one column; what cannot be read is reported and kept as invalid text."""

    def __init__(self, sheet: Sheet, spec: Column, found: Found, parameter: Parameter) -> None:
        self._sheet, self._spec, self._found, self._parameter = sheet, spec, found, parameter
        self._index = found.index
        self._only = (found.index,)
        self._missing = sheet.missing | {text.strip().casefold() for text in spec.missing}
        self._sign = spec.decimal or sheet.source.decimal
        self._thousands = sheet.source.thousands or ""
        self._known: dict[tuple[type, Content], Reading] = {}
        self._unit_index, self._unit_of = self._unit_column()
        self._unit = self._fixed_unit()
        self._parse = self._parser()
        self._extras = self._extra_readers()

    @property
    def unit(self) -> str:
        """Return the symbol of the column's unit, empty where the cells have their own."""
        return self._unit.symbol if self._unit else ""

    @property
    def numeric(self) -> bool:
        """Say whether the cells are looked through for numbers."""
        return self._parse == self._number

    def empty(self, cells: Cells) -> bool:
        """Say whether the cell of a row holds no value."""
        content = cells[self._index]
        return not content or (isinstance(content, str) and content.strip().casefold() in self._missing)

    def fingerprint(self, cells: Cells) -> int:
        """Return a number that tells the contents of the cell from others; 0 where it is empty."""
        content = cells[self._index]
        if not content or (isinstance(content, str) and content.strip().casefold() in self._missing):
            return 0
        return (hash(content) & 0xFFFFFFFF) or 1

    def indexes(self, _: Cells) -> Sequence[int]:
        """Return the columns whose cells hold the value of a row."""
        return self._only

    def steady(self, cells: Cells) -> bool:
        """Say whether the cell's text was read without fault and means the same in every row."""
        content = cells[self._index]
        return not self._extras and (type(content), content) in self._known

    def read(self, row: int, cells: Cells) -> Reading:
        """Return what the cell of a row says; it is not empty."""
        reading = self._base(row, cells)
        for extra in self._extras:
            reading = extra(row, cells, reading)
        return reading

    def _base(self, row: int, cells: Cells) -> Reading:
        content = cells[self._index]
        if isinstance(content, time) and self._parameter.dimension == "time":
            content = duration((content.hour * 3600 + content.minute * 60 + content.second) / 86400)
        if not isinstance(content, str) or isinstance(content, Broken):
            return self._no_value(row, identity(content), _reason(content))
        key = (type(content), content)
        if self._unit_of is None and (known := self._known.get(key)):
            return known
        unit = self._unit
        try:
            if self._unit_of is not None:
                unit = self._row_unit(row, self._unit_of(cells))
            reading = self._parse(content, unit)
        except _ReportedError:
            return Reading(Text(content.strip()), None, "Invalid")
        except (ValueTextError, UnitError) as error:
            return self._no_value(row, content.strip(), str(error), code=_code(error))
        if reading.unit is None and isinstance(reading.value, Scalar | Bounds):
            return self._no_unit(row, reading)
        if reading.unit is not unit:
            self._check_mixed(row, reading.unit, content)
        elif self._unit_of is None and len(self._known) < _KEPT:
            self._known[key] = reading
        return reading

    def _no_value(self, row: int, text: str, reason: str, code: str = "Cell-number") -> Reading:
        self._sheet.problem(code, row, self._index, reason, value=text)
        return Reading(Text(text), None, "Invalid")

    def _no_unit(self, row: int, reading: Reading) -> Reading:
        header = self._found.header
        hint = (
            f"say `unit:` in the mapping, or write it in the header, `{header} (unit)`; `1` for a pure number"
        )
        if self._sheet.is_template:
            hint = "write the unit below the header, `1` for a pure number"
        self._sheet.problem(
            "Cell-unit", row, self._index, f"{header!r} has no unit{self._near()}", value="no unit", hint=hint
        )
        return Reading(reading.value, None, "Invalid")

    def _near(self) -> str:
        """Return what is wrong with the bracket in the header, if it holds a unit with a slip."""
        name, _, bracket = self._found.header.replace("[", "(").rstrip(" )]").rpartition("(")
        if not name:
            return ""
        try:
            self._sheet.job.units.parse(bracket)
        except UnitError as error:
            return f" ({error})"
        return ""

    def _unit_column(self) -> tuple[int, Getter | None]:
        if isinstance(self._spec.unit, From) and self._spec.unit.column is not None:
            index, get = self._sheet.cell(self._spec.unit)
            return index or 0, get
        return 0, None

    def _fixed_unit(self) -> Unit | None:
        """Return the unit of the whole column: the mapping's, else the header's."""
        unit = self._spec.unit
        said = str(unit.value) if isinstance(unit, From) and unit.value is not None else unit
        text = said if isinstance(said, str) else self._unit_in_header
        if not text or self._unit_of is not None:
            return None
        try:
            found = self._parsed(text)
        except UnitError as error:
            raise self._sheet.error(f"column {self._found.header!r}: {error}") from error
        self._check_header(found)
        return found

    @property
    def _unit_in_header(self) -> str:
        units, dimension = self._sheet.job.units, self._parameter.dimension
        return self._found.unit_for(dimension, units, self._alternatives())

    def _check_header(self, unit: Unit) -> None:
        """Say that the header names another unit than the mapping, in which a number means something else."""
        text = self._unit_in_header or unit_text(self._found.header)
        if not text or text == unit.symbol or self._sheet.is_template or self._spec.scale is not None:
            return
        if message := self._contradicts(text, unit):
            place = self._sheet.grid.place(self._sheet.grid.header_row, self._found.index)
            self._sheet.report.add(
                "Column-other-unit",
                Severity.WARNING,
                place,
                message,
                column=self._found.header,
                hint="leave `unit:` out, or correct the header",
            )

    def _contradicts(self, text: str, unit: Unit) -> str:
        """Return how the unit in the header contradicts the mapping's, empty where it does not."""
        units, taken = self._sheet.job.units, f"`unit: {unit.symbol}`, which is taken"
        try:
            header = units.parse(text, self._parameter.dimension)
        except NormVolumeError as error:
            return f"{error}; the mapping says {taken}"
        except UnitError:
            return ""
        return "" if units.alike(header, unit) else f"the header says {header.symbol!r}, the mapping {taken}"

    def _parsed(self, text: str) -> Unit:
        """Return the unit that a text names, if it can state the parameter."""
        unit = self._sheet.job.units.parse(text, self._parameter.dimension)
        self._check_dimension(unit)
        return unit

    def _check_dimension(self, unit: Unit) -> None:
        """Refuse a unit that cannot state the parameter."""
        units, parameter = self._sheet.job.units, self._parameter
        if units.fits(unit, parameter.dimension) or unit.symbol in self._alternatives():
            return
        raise UnitError(
            f"{unit.symbol!r} is a unit of {unit.dimension}; {parameter.name} is stated in a unit of "
            f"{parameter.dimension}, such as {parameter.unit}"
        )

    def _alternatives(self) -> set[str]:
        units = self._sheet.job.units
        return {units.parse(text).symbol for text in self._parameter.other_units if units.knows(text)}

    def _row_unit(self, row: int, text: str) -> Unit | None:
        if not text:
            return None
        try:
            unit = self._parsed(text)
        except UnitError as error:
            self._sheet.problem("Cell-unit", row, self._unit_index, str(error), value=text)
            raise _ReportedError from error
        return unit

    def _check_mixed(self, row: int, unit: Unit | None, text: str) -> None:
        """Say that a cell has another unit than its column; per cent among fractions is the usual one."""
        if unit is None or self._unit is None:
            return
        message = f"the cell says {unit.symbol!r}, the column {self._unit.symbol!r}; the cell's unit is kept"
        severity = Severity.WARNING if unit.factor != self._unit.factor else Severity.INFO
        self._sheet.problem("Cell-other-unit", row, self._index, message, value=text, severity=severity)

    def _parser(self) -> Callable[[str, Unit | None], Reading]:
        forms = self._parameter.forms
        if self._spec.values is not None:
            return self._category(self._spec.values)
        if self._spec.form == "category" or (self._spec.form is None and forms[:1] == ("category",)):
            return self._known_category
        if self._spec.form == "text" or (self._spec.form is None and forms and not _numeric(forms)):
            return lambda content, _unit: Reading(Text(content.strip()))
        return self._number

    def _category(self, values: dict[str, str]) -> Callable[[str, Unit | None], Reading]:
        try:
            known = {" ".join(text.split()).casefold(): self._sheet.term(n) for text, n in values.items()}
        except UnknownTermError as error:
            raise self._sheet.error(f"column {self._found.header!r}: values: {error}") from error

        def read(content: str, _: Unit | None) -> Reading:
            text = content.strip()
            iri = known.get(" ".join(text.split()).casefold())
            if iri is None:
                raise ValueTextError(f"{text!r} is none of {', '.join(values)}; add it to `values:`")
            return Reading(Category(iri, text))

        return read

    def _known_category(self, content: str, _: Unit | None) -> Reading:
        """Return the category that the vocabulary knows by a word; another word is kept as text."""
        text = content.strip()
        entry = self._sheet.job.vocabulary.category(self._parameter.name, text)
        return Reading(Category(entry.iri, text) if entry else Text(text))

    def _number(self, content: str, unit: Unit | None) -> Reading:
        if self._parameter.dimension == "C-rate" and (match := _PART_OF_C.fullmatch(content.strip())):
            divisor = parse_number(match[1], self._sign)
            return Reading(Scalar(round(1 / divisor, 12), content), self._own_unit("C-rate", unit))
        if isinstance(content, Digits):
            value = parse_value(content)
        else:
            value = parse_value(content.strip(), self._sign, self._thousands)
        if isinstance(value, Scalar | Bounds) and value.unit:
            try:
                unit = self._own_unit(value.unit, unit)
            except UnitError as error:
                raise UnitError(f"{content.strip()!r}: {error}") from error
        return Reading(self._scaled(value), unit)

    def _own_unit(self, text: str, unit: Unit | None) -> Unit:
        number = unicodedata.normalize("NFKC", text).isdecimal()  # a footnote: 5¹
        if number or not (self._sheet.job.units.knows(text) or text[0].isalpha() or text[0] in "%°/"):
            raise UnitError(f"{text!r} behind the number is no unit; put remarks in a column of their own")
        own = self._parsed(text)
        return unit if unit is not None and own.symbol == unit.symbol else own

    def _scaled(self, value: Value) -> Value:
        scale = self._spec.scale
        if scale is None:
            return value
        if isinstance(value, Bounds):
            ends = [None if end is None else end * scale for end in (value.lower, value.upper)]
            lower, upper = ends if scale > 0 else reversed(ends)
            return Bounds(lower, upper, value.as_typed, value.unit)
        if not isinstance(value, Scalar):
            return value
        width = None if value.uncertainty is None else value.uncertainty * abs(scale)
        return Scalar(value.number * scale, value.as_typed, width, value.unit)

    def _extra_readers(self) -> list[Callable[[int, Cells, Reading], Reading]]:
        found = []
        if self._spec.uncertainty is not None:
            found.append(self._uncertainty(self._spec.uncertainty))
        if self._spec.status is not None:
            found.append(self._status(self._spec.status))
        if self._spec.typed is not None:
            found.append(self._typed(self._spec.typed))
        return found

    def _typed(self, fact: Fact) -> Callable[[int, Cells, Reading], Reading]:
        """Return what puts the text that was typed in the first place in place of the cell's."""
        get = FactReader(self._sheet).getter(fact)[1]

        def read(_row: int, cells: Cells, reading: Reading) -> Reading:
            text = get(cells)
            return reading._replace(value=replace(reading.value, as_typed=text)) if text else reading

        return read

    def _uncertainty(self, fact: Fact) -> Callable[[int, Cells, Reading], Reading]:
        fixed = constant(fact, self._found)
        index, get = (self._index, None) if fixed else FactReader(self._sheet).getter(fact)

        def read(row: int, cells: Cells, reading: Reading) -> Reading:
            text = fixed or (get(cells) if get else "")
            if not text or not isinstance(reading.value, Scalar):
                return reading
            try:
                sign = "." if fixed or isinstance(cells[index or 0], Digits) else self._sign
                width = parse_number(text, sign, self._thousands)
            except ValueTextError as error:
                self._sheet.problem("Cell-uncertainty", row, index or 0, str(error), value=text)
                return reading
            return reading._replace(value=_with_width(reading.value, width))

        return read

    def _status(self, fact: Fact) -> Callable[[int, Cells, Reading], Reading]:
        fixed = constant(fact, self._found)
        index, get = (self._index, None) if fixed else FactReader(self._sheet).getter(fact)

        def read(row: int, cells: Cells, reading: Reading) -> Reading:
            text = fixed or (get(cells) if get else "")
            if not text or reading.status:
                return reading
            try:
                return reading._replace(status=status(text))
            except ValueTextError as error:
                self._sheet.problem("Cell-status", row, index or 0, str(error), value=text)
                return reading

        return read


def _with_width(value: Scalar, width: Decimal) -> Scalar:
    return Scalar(value.number, value.as_typed, width, value.unit)


def _numeric(forms: tuple[str, ...]) -> bool:
    return forms[0] not in ("category", "text")


def _reason(content: object) -> str:
    if isinstance(content, Broken):
        return content.reason
    return f"{content} is a date or a time where a number is wanted; a spreadsheet makes dates of 1.5 or 3/4"


def _code(error: Exception) -> str:
    return "Cell-unit" if isinstance(error, UnitError) else "Cell-number"
