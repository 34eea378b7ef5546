"""Stands marks in for the cells of a row, and reads out of a statement which columns it came from."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from pydantic import BaseModel
from pyoxigraph import Literal, NamedNode, Quad

from pilotline.datasets.dataset import SourceError
from pilotline.namespaces import XSD
from pilotline.quantities.units import Unit
from pilotline.tabular.files import source_of
from pilotline.tabular.grid import Content, Digits, Grid
from pilotline.tabular.mapper import TableMapper
from pilotline.tabular.model import Table
from pilotline.tabular.naming import From, Lot, Thing, Time
from pilotline.tabular.rows import DISPOSITIONS
from pilotline.tabular.sheet import Job

_WHEN = ("start", "end", "opened", "expires", "received", "taken", "time")
# What the keys of a row may say where the mapping lists no meanings.
_CHOICES = {"polarity": ("Cathode", "Anode"), "side": ("A", "B", "both"), "kind": DISPOSITIONS}
MARK = re.compile(r"QZ(\d{3})ZQ")
NUMBER = re.compile(r"7(\d{3})3")
_FIRST = datetime(1901, 1, 1)  # noqa: DTZ001 - a mark, no time
P = TypeVar("P", bound=BaseModel)


class RmlExportError(SourceError):
    """A part of a mapping that RML cannot say; the message names it."""


def parts_of(model: object, kind: type[P]) -> Iterator[P]:
    """Yield the parts of a kind in a part of a mapping, however deep."""
    if isinstance(model, kind):
        yield model
    if isinstance(model, BaseModel):
        for name in type(model).model_fields:
            yield from parts_of(getattr(model, name), kind)
    elif isinstance(model, tuple):
        for item in model:
            yield from parts_of(item, kind)


class Marks:
    """The marks of one table: a text, a number or a day for each column, which shows in what is made of it.

    numeric: symbol of the unit of each column of numbers. choices: the texts of a column with few.
    times: formats and zone of each column of times. used: the columns that the mapping names.
    """

    def __init__(self, job: Job, table: Table, grid: Grid) -> None:
        self.job, self.table, self.grid = job, table, grid
        self.source = source_of(job.mapping, table)
        mapper = TableMapper(job, table, grid)
        self.numeric = {q.index: q.values.unit for q in mapper.quantities if q.values.numeric}
        self.choices = self._find_choices(mapper)
        self.times = self._find_times(mapper)
        self.used = sorted(mapper.sheet.headers.used)

    def row(self) -> list[Content]:
        """Return a row of marks."""
        return [self._mark(index) for index in range(len(self.grid.headers))]

    def named(self, quad: Quad) -> set[int]:
        """Return the columns that a statement itself names: where one is empty, it is not made."""
        found = {int(mark) for mark in MARK.findall(iri(quad.subject) + text(quad.object))}
        if isinstance(quad.object, Literal):
            datatype = quad.object.datatype.value.removeprefix(XSD)
            if match := NUMBER.fullmatch(quad.object.value):
                found.add(int(match[1]))
            elif datatype in ("dateTime", "date"):
                found.add(self.day(quad.object.value))
            elif datatype == "double":
                found.add(self.converted(quad.object.value)[0])
        return found

    @staticmethod
    def day(text: str) -> int:
        """Return the column of a time."""
        return (date.fromisoformat(text[:10]) - _FIRST.date()).days

    def converted(self, text: str) -> tuple[int, Unit]:
        """Return the column of an SI value, and the unit that it was converted from."""
        for index, symbol in self.numeric.items():
            found = self.job.units.parse(symbol)
            for unit in (found, found.difference):
                if unit.factor is not None and unit.si(Decimal(f"7{index:03d}3")) == float(text):
                    return index, unit
        raise RmlExportError(f"{self.grid.file}: RML cannot say the SI value {text}")

    def _mark(self, index: int) -> Content:
        if index in self.times:
            formats, zone = self.times[index]
            day = (_FIRST + timedelta(days=index)).replace(tzinfo=None if zone else UTC)
            hours = not formats or any(re.search(r"%[HIcXsT]", each) for each in formats.split("|"))
            return day if hours else day.date()
        if index in self.choices:
            return self.choices[index][0]
        return Digits(f"7{index:03d}3") if index in self.numeric else f"QZ{index:03d}ZQ"

    def _find_choices(self, mapper: TableMapper) -> dict[int, list[str]]:
        headers, found = mapper.sheet.headers, {}
        for spec in parts_of(self.table.row, From):
            if spec.column is not None:
                found[headers.column(spec.column).index] = list(spec.values or ())
        for name, texts in _CHOICES.items():
            for owner in parts_of(self.table.row, BaseModel):
                if isinstance(column := getattr(owner, name, None), str) and not isinstance(
                    owner, Lot | Thing
                ):
                    found[headers.column(column).index] = list(texts)
                if name == "polarity" and isinstance(column, str):
                    found[headers.column(column).index] = list(texts)
        for header, line in self.table.columns.items():
            for place in headers.line(header, required=line.required) if line.values else ():
                found[place.index] = list(line.values or ())
        if any(not texts for texts in found.values()):
            raise RmlExportError(f"{self.grid.file}: RML cannot say facts of a column without `values:`")
        return found

    def _find_times(self, mapper: TableMapper) -> dict[int, tuple[str, str]]:
        """Return formats and zone of each column that holds times."""
        found = {}
        for name in _WHEN:
            when = getattr(self.table.row, name, None)
            if when is None or isinstance(when, bool):
                continue
            spec = Time(column=when) if isinstance(when, str) else when
            formats = spec.dates or self.source.dates or ()
            column = mapper.sheet.headers.column(str(spec.column))
            joined = formats if isinstance(formats, str) else "|".join(formats)
            found[column.index] = joined, spec.timezone or self.source.timezone or ""
        return found


def iri(node: object) -> str:
    """Return the IRI of a node that has one."""
    assert isinstance(node, NamedNode)
    return node.value


def text(node: object) -> str:
    """Return the IRI or the text of a term."""
    assert isinstance(node, NamedNode | Literal)
    return node.value
