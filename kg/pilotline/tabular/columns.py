"""Turns the columns of a row into quantities of the things that the row is about."""

from collections.abc import Mapping

from pilotline.iris import quantity
from pilotline.namespaces import PL
from pilotline.quantities.lines import NOTHING, Facts, Pieces, QuantityLines, ScalarForm
from pilotline.quantities.units import Unit
from pilotline.quantities.values import Scalar
from pilotline.rdf.ntriples import NODE, about
from pilotline.tabular.calculated import Calculated
from pilotline.tabular.conventions import ask
from pilotline.tabular.facts import FactReader, RowFacts, constant
from pilotline.tabular.grid import Content
from pilotline.tabular.headers import Found
from pilotline.tabular.model import Column
from pilotline.tabular.naming import Fact
from pilotline.tabular.row import RowReader
from pilotline.tabular.sheet import Cells, Sheet
from pilotline.tabular.stages import stage_class, stage_iri, stage_lines
from pilotline.tabular.things import Bearer
from pilotline.tabular.values import Values
from pilotline.vocabulary.terms import Parameter
from pilotline.vocabulary.upstream import UnknownTermError

# Cell texts of a column whose terms are kept; a column with more has few that come again.
_KEPT = 10_000
# A number cell and a typed text may look alike, and only one of them has the decimal sign of the source.
_Known = tuple[type | None, list[str]]
_UNKNOWN: _Known = (None, [])


class Quantities:
    """Writes the quantities of one column.

    role: who of the row's things bears them, `main` where the row is about one thing.
    varying: reads the keys that differ from row to row in this column alone.
    """

    def __init__(self, sheet: Sheet, reader: RowReader, spec: Column, found: Found) -> None:
        assert spec.parameter
        self.index, self.header = found.index, found.header
        self._sheet = sheet
        self.parameter = parameter_of(sheet, spec.parameter)
        self.kind: str = spec.kind
        self.role = role_of(sheet, reader, spec, self.parameter)
        self._formula = spec.formula
        self.values = (Calculated if spec.formula else Values)(sheet, spec, found, self.parameter)
        self._found, self._spec = found, spec
        self._facts, varying = FactReader(sheet).of_column(spec, found)
        self._stage = Stages(sheet, spec, found) if (spec.zone, spec.stage) != (None, None) else None
        self.varying = _both(varying, self._stage.varying if self._stage else None)
        self._plain = self.varying is None and not self._formula
        self._lines = QuantityLines(sheet.job.lines, self.parameter.types, spec.kind)
        self._pointer = sheet.pointer(found.index)
        self._dataset = sheet.job.mapping.dataset.id
        fixed = self._facts + (self._stage.fixed if self._stage else NOTHING)
        self._suffix = self._key(fixed, own=False), self._key(fixed, own=True)
        self.meaning = self._suffix
        self._forms: dict[tuple[str, bool], ScalarForm] = {}
        self._known: tuple[dict[Content, _Known], dict[Content, _Known]] = {}, {}
        self._end = f">{self._lines.end}<"

    def ask(self) -> None:
        """Ask what the numbers of the column mean, where the mapping does not say it."""
        ask(self._sheet, self._spec, self._found, self.parameter, self.values.unit)

    def add(self, pieces: Pieces, row: int, cells: Cells, bearer: Bearer, facts: Facts) -> None:
        """Add the lines of the quantity in a row's cell, which is not empty.

        facts: what the row says of all its values.
        """
        iri, own, run = bearer
        if facts is not NOTHING or not self._plain or (self._stage and not run):
            pieces.add(self._varied(row, cells, bearer, facts))
            return
        if self._stage:
            pieces.add(self._stage.lines(iri + self._suffix[own], run))
        content = cells[self.index]
        kind, parts = self._known[own].get(content, _UNKNOWN)
        if kind is type(content):
            pieces.parts += parts
            pieces.parts[-1] += f"{self._pointer(row)}{self._end}"
        else:
            self._add_read(pieces, row, cells, bearer)

    def _varied(self, row: int, cells: Cells, bearer: Bearer, facts: Facts) -> str:
        """Return the lines of a quantity whose facts differ from row to row."""
        reading = self.values.read(row, cells)
        said, text = self._said(row, cells, bearer, facts)
        iri = bearer.iri + self._key(said, own=bearer.own)
        first, *others = [self._sheet.pointer(index)(row) for index in self.values.indexes(cells)]
        text += self._lines.write(bearer.iri, iri, reading.value, reading.unit, said, reading.status, first)
        return text + "".join([self._sheet.job.lines.link(iri, PL + "cell", cell) for cell in others])

    def _add_read(self, pieces: Pieces, row: int, cells: Cells, bearer: Bearer) -> None:
        """Add the lines of a quantity whose text was not read before; keep them if its facts never differ."""
        iri, own, _ = bearer
        value, unit, status = self.values.read(row, cells)
        pointer, known = self._pointer(row), self._known[own]
        if not isinstance(value, Scalar) or status or value.uncertainty is not None:
            quantity = iri + self._suffix[own]
            pieces.add(self._lines.write(iri, quantity, value, unit, self._facts, status, pointer))
            return
        parts = self._form(unit, own=own).of(value)
        if len(known) < _KEPT and self.values.steady(cells):
            content = cells[self.index]
            known[content] = type(content), parts
        pieces.parts += parts
        pieces.parts[-1] += f"{pointer}{self._end}"

    def _form(self, unit: Unit | None, *, own: bool) -> ScalarForm:
        key = unit.symbol if unit else "", own
        if key not in self._forms:
            self._forms[key] = ScalarForm(self._lines, unit, self._facts, self._suffix[own])
        return self._forms[key]

    def _said(self, row: int, cells: Cells, bearer: Bearer, facts: Facts) -> tuple[Facts, str]:
        said = merged(facts, self._facts)
        if self.varying:
            said = merged(said, self.varying(row, cells))
        if self._stage is None:
            return said, ""
        found, text = self._stage.read(row, cells, bearer)
        return merged(said, found), text

    def _key(self, facts: Facts, *, own: bool) -> str:
        keys = dict(facts.keys) if own else dict(facts.keys) | {"dataset": self._dataset}
        return quantity("", self.parameter.name, self.kind, keys)


def merged(facts: Facts, others: Facts) -> Facts:
    """Return the facts of a row with those of a column; the column's stand where both say one key."""
    if not others.keys and not others.links and not others.terms:
        return facts
    again = {key for key, _ in facts.keys} & {key for key, _ in others.keys}
    if not again:
        return facts + others
    said = {predicate for predicate, _ in (*others.links, *others.terms)}
    kept = Facts(
        tuple(pair for pair in facts.keys if pair[0] not in again),
        tuple(pair for pair in facts.links if pair[0] not in said),
        tuple(pair for pair in facts.terms if pair[0] not in said),
    )
    return kept + others


def parameter_of(sheet: Sheet, name: str) -> Parameter:
    """Return a parameter that the mapping names."""
    try:
        return sheet.job.vocabulary.parameter(name)
    except UnknownTermError as error:
        raise sheet.error(str(error)) from error


def role_of(sheet: Sheet, reader: RowReader, spec: Column, parameter: Parameter) -> str:
    """Return which of the row's things bears a parameter.

    The mapping's word counts first, then the specification of the parameter at the step, else the run.
    """
    if not reader.roles:
        if spec.bearer or spec.of:
            raise sheet.error(f"{spec.parameter}: `bearer:` and `of:` belong to rows that are runs")
        return "main"
    bearer, _, kind = _bearer(sheet, reader, spec, parameter).partition(":")
    found = [role for role in reader.roles if role.split(" ")[0] == bearer or (spec.of and not bearer)]
    if spec.of:
        found = [role for role in found if role.partition(" ")[2] == spec.of]
    of_kind = [role for role in found if kind and reader.roles[role] == kind]
    found = of_kind or found
    if len(found) != 1:
        raise sheet.error(_no_role(parameter.name, bearer, spec, found, reader.roles))
    return found[0]


def _bearer(sheet: Sheet, reader: RowReader, spec: Column, parameter: Parameter) -> str:
    """Return who bears a parameter, such as `output:roll`; empty where `of:` alone says it."""
    if spec.bearer or spec.of:
        return spec.bearer or ""
    assert reader.step
    specified = sheet.job.vocabulary.specification(parameter.name, reader.step.name)
    return specified.bearer if specified else "run"


def _no_role(parameter: str, bearer: str, spec: Column, found: list[str], roles: Mapping[str, str]) -> str:
    lots = sorted(role.partition(" ")[2] for role in roles if " " in role)
    if spec.of:
        return f"{parameter}: `of: {spec.of}` names no lot of the row; say one of {', '.join(lots)}"
    if found:
        names = ", ".join(repr(role.partition(" ")[2]) for role in found)
        return f"{parameter} is borne by the {bearer}, and the row has several; say `of:` one of {names}"
    return f"{parameter} is borne by the {bearer}, and `row:` names none; name it there, or say `bearer: run`"


def _both(one: RowFacts | None, other: RowFacts | None) -> RowFacts | None:
    if one is None or other is None:
        return one or other
    return lambda row, cells: one(row, cells) + other(row, cells)


class Stages:
    """The stage or zone that a column's values belong to.

    fixed: its key, where the header or the mapping says it. varying: what reads the key, where a cell does.
    """

    def __init__(self, sheet: Sheet, spec: Column, found: Found) -> None:
        self._sheet, self._found = sheet, found
        self._kind = "zone" if spec.zone is not None else "stage"
        fact: Fact | None = spec.zone if spec.zone is not None else spec.stage
        assert fact is not None
        self._number = constant(fact, found)
        self._get = None if self._number else FactReader(sheet).getter(fact)[1]
        self._class = stage_class(self._kind, None)
        self.fixed = Facts(((self._kind, self._number),)) if self._number else NOTHING
        self.varying: RowFacts | None = self._key if self._get else None
        self._end = sheet.job.lines.end
        node = stage_iri(NODE, self._kind, self._number) if self._number else ""
        self._of = about(stage_lines(sheet, node, NODE, self._number, self._class) if self._number else "")
        self._at = f"> <{PL}atStage> <", f"{node.removeprefix(NODE)}>{self._end}"

    def lines(self, quantity: str, run: str) -> str:
        """Return the lines of a fixed stage, and of a quantity in it."""
        return f"{self._of(run)}<{quantity}{self._at[0]}{run}{self._at[1]}"

    def read(self, row: int, cells: Cells, bearer: Bearer) -> tuple[Facts, str]:
        """Return the stage of a row as facts, and its lines."""
        number = self._number or (self._get(cells) if self._get else "")
        if not number:
            return NOTHING, ""
        if not bearer.run:
            message = f"a {self._kind} belongs to a run, and the row names none"
            self._sheet.problem("Row-stage", row, self._found.index, message, value=number)
            return Facts(((self._kind, number),)), ""
        node = stage_iri(bearer.run, self._kind, number)
        facts = Facts(((self._kind, number),), ((PL + "atStage", node),))
        return facts, stage_lines(self._sheet, node, bearer.run, number, self._class)

    def _key(self, _: int, cells: Cells) -> Facts:
        number = self._get(cells) if self._get else ""
        return Facts(((self._kind, number),)) if number else NOTHING
