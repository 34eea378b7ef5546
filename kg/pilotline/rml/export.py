"""Writes a mapping as RML: the mapper runs over rows of marks, and what it writes shows the templates."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from pilotline.datasets.dataset import SourceError
from pilotline.findings import Severity
from pilotline.ingest.people import People
from pilotline.namespaces import PL, XSD
from pilotline.quantities.units import Unit
from pilotline.rml.functions import FUNCTIONS
from pilotline.tabular.files import grids, source_of, tables_for
from pilotline.tabular.grid import Content, Digits, Grid
from pilotline.tabular.mapper import TableMapper
from pilotline.tabular.model import Table
from pilotline.tabular.naming import From, Lot, Operator, Thing, Time
from pilotline.tabular.rows import DISPOSITIONS
from pilotline.tabular.sheet import Job
from pilotline.tabular.subjects import CurveRow

_WHEN = ("start", "end", "opened", "expires", "received", "taken", "time")
# What the keys of a row may say where the mapping lists no meanings.
_CHOICES = {"polarity": ("Cathode", "Anode"), "side": ("A", "B", "both"), "kind": DISPOSITIONS}
_MARK = re.compile(r"QZ(\d{3})ZQ")
_NUMBER = re.compile(r"7(\d{3})3")
_FIRST = datetime(1901, 1, 1)  # noqa: DTZ001 - a mark, no time
_LETTERS = "abcd"
P = TypeVar("P", bound=BaseModel)

HEAD = f"""\
# Made by `pilotline mapping export --rml`. It says what the mapping says of cells that hold a plain number, a
# time or a text. It does not say: where each value stands (pl:cell), ranges, bounds, values that are no
# number, the check of rows that name one thing twice, catalogue and provenance.
@prefix rml: <http://w3id.org/rml/> .
@prefix xsd: <{XSD}> .
@prefix f: <{FUNCTIONS}> .
"""


class RmlExportError(SourceError):
    """A part of a mapping that RML cannot say; the message names it."""


def export(job: Job, files: Sequence[Path]) -> str:
    """Return a mapping as RML, in Turtle, for files whose headers it is written for.

    Errors: RmlExportError, where RML or its engines cannot say what the mapping says.
    """
    parts = [HEAD]
    for path in files:
        for table in tables_for(job.mapping, path):
            _demand_plain(table, path)
            for grid in grids(path, table, job.mapping):
                parts += _TableExport(job, table, grid, len(parts)).maps()
    return "\n".join(parts)


def _demand_plain(table: Table, path: Path) -> None:
    """Refuse what RML cannot say."""
    columns = table.columns.values()
    lots = [lot for lot in _parts(table.row, Lot) if lot.split]
    odd = {
        f"{path.suffix} files (CSV and JSON only)": path.suffix.lower() not in (".csv", ".tsv", ".json"),
        "`long:`": table.long is not None,
        "`where:`": bool(table.where),
        "curves": isinstance(table.row, CurveRow),
        "headers outside row 1": table.header != 1 or table.unit_row is not None,
        "`cells:`": bool(table.cells),
        "several lots in one cell (`split:`)": bool(lots),
        "identities that are hashes": any(thing.hash for thing in _parts(table.row, Thing)),
        "times in two columns": any(not isinstance(time.column, str) for time in _parts(table.row, Time)),
        "`formula:`": any(column.formula for column in columns),
        "`scale:`": any(column.scale is not None for column in columns),
        "units from a column": any(isinstance(column.unit, From) for column in columns),
        "`uncertainty:` and `status:`": any(
            column.uncertainty is not None or column.status is not None for column in columns
        ),
        "pseudonyms of operators": any(each.keep == "pseudonym" for each in _parts(table.row, Operator)),
        "`missing:` of a column": any(column.missing for column in columns),
    }
    if found := [what for what, there in odd.items() if there]:
        raise RmlExportError(f"{path.name}: RML cannot say {', '.join(found)}; SPARQL CONSTRUCT may")


def _parts(model: object, kind: type[P]) -> Iterator[P]:
    """Yield the parts of a kind in a part of a mapping, however deep."""
    if isinstance(model, kind):
        yield model
    if isinstance(model, BaseModel):
        for name in type(model).model_fields:
            yield from _parts(getattr(model, name), kind)
    elif isinstance(model, tuple):
        for item in model:
            yield from _parts(item, kind)


@dataclass(frozen=True)
class _Condition:
    """What must hold for a statement beside the columns that it names."""

    filled: frozenset[int] = frozenset()
    equals: tuple[int, str] | None = None


_ALWAYS = _Condition()


@dataclass
class _Map:
    """Statements with one subject and one condition; some carry one of their own instead."""

    subject: str
    condition: _Condition
    statements: list[tuple[Quad, _Condition]] = field(default_factory=list)


class _TableExport:
    """The RML of one table."""

    def __init__(self, job: Job, table: Table, grid: Grid, number: int) -> None:
        self._job, self._table, self._grid, self._number = job, table, grid, number
        self._source = source_of(job.mapping, table)
        mapper = TableMapper(job, table, grid)
        self._numeric = {q.index: q.values.unit for q in mapper.quantities if q.values.numeric}
        self._choices = self._find_choices(mapper)
        self._times = self._find_times(mapper)
        self._used = sorted(mapper.sheet.headers.used)

    def maps(self) -> Iterator[str]:
        """Yield the triples maps."""
        for number, found in enumerate(self._grouped()):
            yield self._turtle(f"<#map-{self._number}-{number}>", found)

    def _find_choices(self, mapper: TableMapper) -> dict[int, list[str]]:
        headers, found = mapper.sheet.headers, {}
        for spec in _parts(self._table.row, From):
            if spec.column is not None:
                found[headers.column(spec.column).index] = list(spec.values or ())
        for name, texts in _CHOICES.items():
            for owner in _parts(self._table.row, BaseModel):
                if isinstance(column := getattr(owner, name, None), str) and not isinstance(
                    owner, Lot | Thing
                ):
                    found[headers.column(column).index] = list(texts)
                if name == "polarity" and isinstance(column, str):
                    found[headers.column(column).index] = list(texts)
        for header, line in self._table.columns.items():
            for place in headers.line(header, required=line.required) if line.values else ():
                found[place.index] = list(line.values or ())
        if any(not texts for texts in found.values()):
            raise RmlExportError(f"{self._grid.file}: RML cannot say facts of a column without `values:`")
        return found

    def _find_times(self, mapper: TableMapper) -> dict[int, tuple[str, str]]:
        """Return formats and zone of each column that holds times."""
        found = {}
        for name in _WHEN:
            when = getattr(self._table.row, name, None)
            if when is None or isinstance(when, bool):
                continue
            spec = Time(column=when) if isinstance(when, str) else when
            formats = spec.dates or self._source.dates or ()
            column = mapper.sheet.headers.column(str(spec.column))
            joined = formats if isinstance(formats, str) else "|".join(formats)
            found[column.index] = joined, spec.timezone or self._source.timezone or ""
        return found

    def _marks(self) -> list[Content]:
        return [self._mark(index) for index in range(len(self._grid.headers))]

    def _mark(self, index: int) -> Content:
        if index in self._times:
            formats, zone = self._times[index]
            day = (_FIRST + timedelta(days=index)).replace(tzinfo=None if zone else UTC)
            hours = not formats or any(re.search(r"%[HIcXsT]", each) for each in formats.split("|"))
            return day if hours else day.date()
        if index in self._choices:
            return self._choices[index][0]
        return Digits(f"7{index:03d}3") if index in self._numeric else f"QZ{index:03d}ZQ"

    def _quads(self, cells: list[Content]) -> set[Quad]:
        job = replace(self._job, people=People())
        mapper = TableMapper(job, self._table, self._grid)
        text = mapper.lines(1, cells) + "".join(job.people.remarks(job.lines))
        wrong = [found for found in mapper.report.findings() if found.severity is Severity.VIOLATION]
        if wrong and cells == self._marks():
            raise RmlExportError(f"{self._grid.file}: RML cannot say this part: {wrong[0].message}")
        return {quad for quad in parse(text, RdfFormat.N_QUADS) if quad.predicate != NamedNode(PL + "cell")}

    def _grouped(self) -> Iterator[_Map]:
        needs: dict[Quad, set[int]] = {}
        chosen: dict[Quad, set[tuple[int, str]]] = {}
        for marks in self._variants():
            for quad in self._quads(marks):
                needs.setdefault(quad, set())
            for index in self._used:
                for quad in self._lost(marks, index):
                    needs[quad].add(index)
                    if index in self._choices:
                        chosen.setdefault(quad, set()).add((index, str(marks[index])))
        maps: dict[str, _Map] = {}
        for quad in sorted(needs, key=str):
            for condition in self._conditions(quad, needs[quad], chosen.get(quad, set())):
                # A function that makes the object knows the condition itself; the subject stays plain:
                # morph-kgc 2.10 fails where both are made by functions.
                of_object = _is_computed(quad.object)
                of_subject = _ALWAYS if of_object else condition
                key = f"{quad.subject} {sorted(of_subject.filled)} {of_subject.equals}"
                found = maps.setdefault(key, _Map(_iri(quad.subject), of_subject))
                found.statements.append((quad, condition if of_object else _ALWAYS))
        return iter(maps.values())

    def _variants(self) -> Iterator[list[Content]]:
        """Yield the row of marks, and it again with each other choice of a column."""
        marks = self._marks()
        yield marks
        for index, choices in self._choices.items():
            yield from ([*marks[:index], choice, *marks[index + 1 :]] for choice in choices[1:])

    def _lost(self, marks: list[Content], index: int) -> set[Quad]:
        """Return the statements that are not made where a column is empty."""
        return self._quads(marks) - self._quads([*marks[:index], "", *marks[index + 1 :]])

    def _conditions(self, quad: Quad, needed: set[int], chosen: set[tuple[int, str]]) -> Iterator[_Condition]:
        by_choice = {index for index, _ in chosen}
        if len(by_choice) > 1:
            raise RmlExportError(f"{self._grid.file}: RML cannot say what two columns decide: {quad}")
        rest = frozenset(needed - by_choice - self._named(quad))
        every = chosen and all(len(chosen) == len(self._choices[index]) for index in by_choice)
        if not chosen:
            yield _Condition(rest)
        elif every:
            yield _Condition(rest | by_choice)
        else:
            yield from (_Condition(rest, choice) for choice in sorted(chosen))

    def _named(self, quad: Quad) -> set[int]:
        """Return the columns that a statement itself names: where one is empty, it is not made."""
        found = {int(mark) for mark in _MARK.findall(_iri(quad.subject) + _value(quad.object))}
        if isinstance(quad.object, Literal):
            datatype = quad.object.datatype.value.removeprefix(XSD)
            if match := _NUMBER.fullmatch(quad.object.value):
                found.add(int(match[1]))
            elif datatype in ("dateTime", "date"):
                found.add(self._day(quad.object.value))
            elif datatype == "double":
                found.add(self._converted(quad.object.value)[0])
        return found

    def _turtle(self, name: str, found: _Map) -> str:
        lines = [f"{name} rml:logicalSource {self._logical_source()} ;"]
        graph = f"rml:graph <{self._job.description.iri}>"
        lines.append(f"    rml:subjectMap [ {self._subject(found)} ; {graph} ] ;")
        lines += [
            f"    rml:predicateObjectMap [ rml:predicate <{quad.predicate.value}> ; "
            f"rml:objectMap [ {self._object(quad.object, condition)} ] ] ;"
            for quad, condition in found.statements
        ]
        return "\n".join(lines)[:-1] + ".\n"

    def _logical_source(self) -> str:
        file = json.dumps(self._grid.file, ensure_ascii=False)
        if self._table.records is None and not self._grid.file.endswith(".json"):
            return f"[ rml:source {file} ; rml:referenceFormulation rml:CSV ]"
        parts = (self._table.records or "").strip("/").split("/")
        path = "".join("[*]" if part == "*" else f".{part}" for part in parts if part)
        return f'[ rml:source {file} ; rml:referenceFormulation rml:JSONPath ; rml:iterator "${path}[*]" ]'

    def _reference(self, index: int) -> str:
        header = self._grid.headers[index]
        if self._grid.file.endswith(".json"):
            if header.startswith("../") or header == "*":
                raise RmlExportError(
                    f"{self._grid.file}: RML cannot say {header!r}, a field around the records"
                )
            header = header.replace("/", ".")
        return header

    def _subject(self, found: _Map) -> str:
        condition = found.condition
        if not condition.filled and condition.equals is None:
            return self._template(found.subject)
        columns = list(dict.fromkeys(int(mark) for mark in _MARK.findall(found.subject)))
        if len(columns) > len(_LETTERS) or len(condition.filled) > 1:
            raise RmlExportError(f"{self._grid.file}: RML cannot say so many conditions of {found.subject}")
        template = found.subject
        inputs = []
        for letter, column in zip(_LETTERS, columns, strict=False):
            template = template.replace(f"QZ{column:03d}ZQ", f"{{{letter}}}")
            inputs.append(self._input(letter, column))
        inputs.append(
            f"[ rml:parameter f:template ; rml:inputValueMap [ rml:constant {_quoted(template)} ] ]"
        )
        for column in condition.filled & self._numeric.keys():
            inputs += [self._input("numeric", column), self._constant("sign", self._source.decimal)]
        inputs += self._conditioned(condition)
        return f"rml:functionExecution {_execution('iri', inputs)} ; rml:termType rml:IRI"

    def _conditioned(self, condition: _Condition) -> list[str]:
        """Return the inputs by which a function keeps a condition."""
        inputs = [self._input("filled", column) for column in condition.filled - self._numeric.keys()]
        if condition.equals:
            column, text = condition.equals
            inputs += [self._input("where", column), self._constant("equals", text)]
        return inputs

    def _input(self, parameter: str, column: int) -> str:
        reference = _quoted(self._reference(column))
        return f"[ rml:parameter f:{parameter} ; rml:inputValueMap [ rml:reference {reference} ] ]"

    def _constant(self, parameter: str, text: str) -> str:
        return f"[ rml:parameter f:{parameter} ; rml:inputValueMap [ rml:constant {_quoted(text)} ] ]"

    def _template(self, text: str, term: str = "rml:IRI") -> str:
        if not _MARK.search(text):
            return f"rml:constant <{text}>" if term == "rml:IRI" else f"rml:constant {_quoted(text)}"
        plain = text.replace("{", "\\{").replace("}", "\\}")
        filled = _MARK.sub(lambda match: f"{{{self._reference(int(match[1]))}}}", plain)
        return f"rml:template {_quoted(filled)} ; rml:termType {term}"

    def _object(self, value: object, condition: _Condition) -> str:
        if isinstance(value, NamedNode):
            return self._template(value.value)
        assert isinstance(value, Literal)
        datatype = value.datatype.value.removeprefix(XSD)
        if datatype in ("dateTime", "date"):
            return self._moment(value.value, datatype, condition)
        if datatype == "double":
            return self._si(value.value, condition)
        if match := _NUMBER.fullmatch(value.value):
            index = int(match[1])
            if datatype == "decimal":
                inputs = [self._input("text", index), self._constant("sign", self._source.decimal)]
                inputs += self._conditioned(condition)
                return f"rml:functionExecution {_execution('number', inputs)} ; rml:datatype xsd:decimal"
            return f"rml:reference {_quoted(self._reference(index))}"
        if match := _MARK.fullmatch(value.value):
            return f"rml:reference {_quoted(self._reference(int(match[1])))}"
        if datatype == "string":
            return self._template(value.value, "rml:Literal")
        return f"rml:constant {_quoted(value.value)} ; rml:datatype xsd:{datatype}"

    def _moment(self, text: str, datatype: str, condition: _Condition) -> str:
        index = self._day(text)
        formats, zone = self._times[index]
        inputs = [self._input("text", index), *self._conditioned(condition)]
        inputs += [self._constant("formats", formats)] if formats else []
        inputs += [self._constant("zone", zone)] if zone else []
        return f"rml:functionExecution {_execution('moment', inputs)} ; rml:datatype xsd:{datatype}"

    @staticmethod
    def _day(text: str) -> int:
        return (date.fromisoformat(text[:10]) - _FIRST.date()).days

    def _si(self, text: str, condition: _Condition) -> str:
        index, unit = self._converted(text)
        inputs = [
            self._input("text", index),
            self._constant("factor", str(unit.factor)),
            self._constant("offset", str(unit.offset)),
            self._constant("sign", self._source.decimal),
            *self._conditioned(condition),
        ]
        return f"rml:functionExecution {_execution('si', inputs)} ; rml:datatype xsd:double"

    def _converted(self, text: str) -> tuple[int, Unit]:
        """Return the column of an SI value, and the unit that it was converted from."""
        for index, symbol in self._numeric.items():
            found = self._job.units.parse(symbol)
            for unit in (found, found.difference):
                if unit.factor is not None and unit.si(Decimal(f"7{index:03d}3")) == float(text):
                    return index, unit
        raise RmlExportError(f"{self._grid.file}: RML cannot say the SI value {text}")


def _is_computed(value: object) -> bool:
    """Say whether an object is made by a function: a number, an SI value, a time."""
    if not isinstance(value, Literal):
        return False
    datatype = value.datatype.value.removeprefix(XSD)
    marked = bool(_NUMBER.fullmatch(value.value))
    return datatype in ("dateTime", "date", "double") or (datatype == "decimal" and marked)


def _execution(function: str, inputs: Sequence[str]) -> str:
    return f"[ rml:function f:{function} ; rml:input {' , '.join(inputs)} ]"


def _iri(node: object) -> str:
    assert isinstance(node, NamedNode)
    return node.value


def _value(node: object) -> str:
    assert isinstance(node, NamedNode | Literal)
    return node.value


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
