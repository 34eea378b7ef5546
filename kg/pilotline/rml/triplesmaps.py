"""Writes statements that marks have shown as triples maps of RML."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad

from pilotline.namespaces import XSD
from pilotline.rml.marks import MARK, NUMBER, Marks, RmlExportError

_LETTERS = "abcd"


@dataclass(frozen=True)
class Condition:
    """What must hold for a statement beside the columns that it names."""

    filled: frozenset[int] = frozenset()
    equals: tuple[int, str] | None = None


ALWAYS = Condition()


@dataclass
class Statements:
    """Statements with one subject and one condition; some carry one of their own instead."""

    subject: str
    condition: Condition
    statements: list[tuple[Quad, Condition]] = field(default_factory=list)


class TriplesMaps:
    """The triples maps of one table; marks: what stands in its cells."""

    def __init__(self, marks: Marks) -> None:
        self._marks, self._grid = marks, marks.grid
        self._numeric, self._times, self._source = marks.numeric, marks.times, marks.source

    def turtle(self, name: str, found: Statements) -> str:
        """Return the triples map of a name, in Turtle."""
        lines = [f"{name} rml:logicalSource {self._logical_source()} ;"]
        graph = f"rml:graph <{self._marks.job.description.iri}>"
        lines.append(f"    rml:subjectMap [ {self._subject(found)} ; {graph} ] ;")
        lines += [
            f"    rml:predicateObjectMap [ rml:predicate <{quad.predicate.value}> ; "
            f"rml:objectMap [ {self._object(quad.object, condition)} ] ] ;"
            for quad, condition in found.statements
        ]
        return "\n".join(lines)[:-1] + ".\n"

    def _logical_source(self) -> str:
        file = json.dumps(self._grid.file, ensure_ascii=False)
        if self._marks.table.records is None and not self._grid.file.endswith(".json"):
            return f"[ rml:source {file} ; rml:referenceFormulation rml:CSV ]"
        parts = (self._marks.table.records or "").strip("/").split("/")
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

    def _subject(self, found: Statements) -> str:
        condition = found.condition
        if not condition.filled and condition.equals is None:
            return self._template(found.subject)
        columns = list(dict.fromkeys(int(mark) for mark in MARK.findall(found.subject)))
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

    def _conditioned(self, condition: Condition) -> list[str]:
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
        if not MARK.search(text):
            return f"rml:constant <{text}>" if term == "rml:IRI" else f"rml:constant {_quoted(text)}"
        plain = text.replace("{", "\\{").replace("}", "\\}")
        filled = MARK.sub(lambda match: f"{{{self._reference(int(match[1]))}}}", plain)
        return f"rml:template {_quoted(filled)} ; rml:termType {term}"

    def _object(self, value: object, condition: Condition) -> str:
        if isinstance(value, NamedNode):
            return self._template(value.value)
        assert isinstance(value, Literal)
        datatype = value.datatype.value.removeprefix(XSD)
        if datatype in ("dateTime", "date"):
            return self._moment(value.value, datatype, condition)
        if datatype == "double":
            return self._si(value.value, condition)
        if match := NUMBER.fullmatch(value.value):
            index = int(match[1])
            if datatype == "decimal":
                inputs = [self._input("text", index), self._constant("sign", self._source.decimal)]
                inputs += self._conditioned(condition)
                return f"rml:functionExecution {_execution('number', inputs)} ; rml:datatype xsd:decimal"
            return f"rml:reference {_quoted(self._reference(index))}"
        if match := MARK.fullmatch(value.value):
            return f"rml:reference {_quoted(self._reference(int(match[1])))}"
        if datatype == "string":
            return self._template(value.value, "rml:Literal")
        return f"rml:constant {_quoted(value.value)} ; rml:datatype xsd:{datatype}"

    def _moment(self, text: str, datatype: str, condition: Condition) -> str:
        index = self._marks.day(text)
        formats, zone = self._times[index]
        inputs = [self._input("text", index), *self._conditioned(condition)]
        inputs += [self._constant("formats", formats)] if formats else []
        inputs += [self._constant("zone", zone)] if zone else []
        return f"rml:functionExecution {_execution('moment', inputs)} ; rml:datatype xsd:{datatype}"

    def _si(self, text: str, condition: Condition) -> str:
        index, unit = self._marks.converted(text)
        inputs = [
            self._input("text", index),
            self._constant("factor", str(unit.factor)),
            self._constant("offset", str(unit.offset)),
            self._constant("sign", self._source.decimal),
            *self._conditioned(condition),
        ]
        return f"rml:functionExecution {_execution('si', inputs)} ; rml:datatype xsd:double"


def is_computed(value: object) -> bool:
    """Say whether an object is made by a function: a number, an SI value, a time."""
    if not isinstance(value, Literal):
        return False
    datatype = value.datatype.value.removeprefix(XSD)
    marked = bool(NUMBER.fullmatch(value.value))
    return datatype in ("dateTime", "date", "double") or (datatype == "decimal" and marked)


def _execution(function: str, inputs: Sequence[str]) -> str:
    return f"[ rml:function f:{function} ; rml:input {' , '.join(inputs)} ]"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
