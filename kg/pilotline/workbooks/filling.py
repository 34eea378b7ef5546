"""Collects the rows of sheets, and puts each value into a column of its row or into long form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from pilotline.iris import QUANTITY_KINDS
from pilotline.namespaces import HAS_MEASUREMENT_UNIT, HAS_NUMERICAL_PART, HAS_PARTICIPANT, PL, PROV, RDF
from pilotline.quantities.lines import STATISTICS
from pilotline.vocabulary.terms import Step
from pilotline.workbooks import forms
from pilotline.workbooks.data import Data, Quantity, identity_of
from pilotline.workbooks.forms import Field, Filled, Form, quantity_key
from pilotline.workbooks.knowledge import Knowledge
from pilotline.workbooks.line import Line
from pilotline.workbooks.steps import quantity_field, run_fields

Row = dict[str, str]
# What a value in a column of its own may say: anything more needs the long form.
_PLAIN = {RDF + "type", HAS_MEASUREMENT_UNIT, HAS_NUMERICAL_PART} | {
    PL + name
    for name in ("siValue", "asTyped", "category", "lowerBound", "upperBound", "siLowerBound", "siUpperBound",
                 "convention", "atStage")
}  # fmt: skip


@dataclass
class Sheet:
    """The rows of one sheet. places: row and column's role by what bears a value."""

    form: Form
    rows: list[Row] = field(default_factory=list)
    columns: dict[str, Field] = field(default_factory=dict)
    units: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def filled(self) -> Filled:
        """Return the form with the columns that hold something, and those that every row needs."""
        used = {key for row in self.rows for key, text in row.items() if text}
        known = [column for column in self.form.fields if column.key in used or column.level == "required"]
        given = {column.key for column in known} | set(self.columns)
        known += [
            Field(key, key.replace(":", " ")) for key in sorted(used - given) if not key.startswith("note:")
        ]
        known += [self.columns[key] for key in sorted(self.columns, key=_set_first) if key in used]
        notes = sorted(key.removeprefix("note:") for key in used if key.startswith("note:"))
        return Filled(replace(self.form, fields=tuple(known)), self.rows, tuple(notes))


def _set_first(key: str) -> tuple[str, int, str]:
    """Return what puts columns in order: by parameter, what was set before what was measured."""
    _, parameter, kind, *bearer = key.split(":")
    return parameter, QUANTITY_KINDS.index(kind), ":".join(bearer)


class Sheets:
    """The sheets of a dataset, each made when its first row comes."""

    def __init__(self) -> None:
        self._sheets: dict[str, Sheet] = {}
        # Row and role by the thing that bears a value: a run, a state, a component, `run zone 3` for a zone.
        self.bearers: dict[str, tuple[Sheet, Row, tuple[str, ...]]] = {}

    def of(self, form: Form) -> "Adder":
        """Return what adds rows to the sheet of a form."""
        return Adder(self, self._sheets.setdefault(form.kind, Sheet(form)))

    def of_runs(self, step: Step, knowledge: Knowledge) -> "Adder":
        """Return what adds rows to the sheet of the runs of a step."""
        kind = f"run:{step.name}"
        if kind not in self._sheets:
            title = step.labels[0] if step.labels else step.name
            fields = tuple(run_fields(step, knowledge, Line()))
            form = Form(kind, title[:1].upper() + title[1:31], fields, "One row is one run.")
            self._sheets[kind] = Sheet(form)
        return Adder(self, self._sheets[kind])

    def filled(self) -> list[Filled]:
        """Return the sheets that hold rows."""
        return [sheet.filled() for sheet in self._sheets.values() if sheet.rows]


@dataclass(frozen=True)
class Adder:
    """Adds rows to one sheet."""

    sheets: Sheets
    sheet: Sheet

    def add(self, row: Row, bearers: Mapping[str, str] = {}, left: str = "") -> None:
        """Add a row; bearers: what bears its values, by role; left: the state that its output is left in."""
        self.sheet.rows.append(row)
        for role, iri in bearers.items():
            self.sheets.bearers[iri] = self.sheet, row, (role,) if role == "run" else ()
        if left:
            output = next(key for key in row if key.startswith("output:"))
            self.sheets.bearers[left] = self.sheet, row, ("output", output.split(":")[1])


RunOf = Callable[[str], tuple[str, str]]


def filled_quantities(
    sheets: Sheets, data: Data, knowledge: Knowledge, excluded: frozenset[str], run_of: RunOf
) -> None:
    """Put the values of a dataset into the sheets; run_of: step and identity by the last part of an IRI."""
    symbols = {knowledge.units.parse(symbol).iri: symbol for symbol in reversed(knowledge.units.symbols)}
    for value in data.quantities():
        alike = f"{value.bearer}/q/{value.parameter}/{value.kind}"
        if excluded & {value.iri, alike} or not value.typed:
            continue
        unit = symbols.get(value.unit, "")
        if (value.unit and not unit) or _wide(sheets, value, unit, knowledge):
            continue
        if row := _long(data, value, unit, run_of):
            sheets.of(forms.VALUES).add(row)


def _wide(sheets: Sheets, value: Quantity, unit: str, knowledge: Knowledge) -> bool:
    """Put a value into a column of its bearer's row, if it says no more than a column can."""
    stage = next(((key, value.keys[key]) for key in ("stage", "zone") if key in value.keys), None)
    bearer = f"{value.bearer} {' '.join(stage)}" if stage else value.bearer
    if bearer not in sheets.bearers or set(value.keys) - ({stage[0]} if stage else set()):
        return False
    if value.predicates - _PLAIN or not value.reads_back:
        return False
    sheet, row, role = sheets.bearers[bearer]
    parameter = knowledge.vocabulary.parameters.by_name.get(value.parameter)
    if parameter is None:
        return False
    key = quantity_key(value.parameter, value.kind, *role)
    head = sheet.units.setdefault(key, (unit, value.conventions))
    if head != (unit, value.conventions) or key in row:
        return False
    if key not in sheet.columns:
        made = quantity_field(parameter, value.kind, role, knowledge)
        sheet.columns[key] = replace(made, unit=unit, convention="; ".join(value.conventions))
    row[key] = value.typed
    return True


def _long(data: Data, value: Quantity, unit: str, run_of: RunOf) -> Row:
    """Return a value as a row in long form, empty where no such row could say it."""
    target = _target(data, value.bearer, run_of)
    if not target:
        return {}
    keys, iri = value.keys, value.iri
    part = next((name for name in ("stage", "zone") if name in keys), "")
    return target | {
        "parameter": value.parameter,
        "value_kind": value.kind,
        "value": value.typed if value.reads_back else format(value.number or 0, "f"),
        "typed": "" if value.reads_back else value.typed,
        "unit": unit,
        "uncertainty": data.text(iri, PL + "uncertainty"),
        "convention": "; ".join(value.conventions),
        "technique": keys.get("tech", ""),
        "sample": _identity(data.iris(iri, PL + "onSample"), data, "sample"),
        "replicate": keys.get("replicate", ""),
        "statistic": {key: name for name, key in STATISTICS.items()}.get(keys.get("stat", ""), ""),
        "sample_size": data.text(iri, PL + "sampleSize"),
        "side": keys.get("side", ""),
        "lane": keys.get("lane", ""),
        "part": part,
        "part_number": keys.get(part, ""),
        "position": keys.get("position", ""),
        "condition": keys.get("at", ""),
        "time": data.text(iri, PROV + "generatedAtTime"),
        "instrument": _identity(data.iris(iri, HAS_PARTICIPANT), data, "equipment"),
        "status": data.term(iri, "status"),
    }


def _identity(iris: list[str], data: Data, folder: str) -> str:
    return data.thing(iris[0], folder) if len(iris) == 1 else ""


def _target(data: Data, bearer: str, run_of: RunOf) -> Row:
    """Return what a value belongs to, as the columns of the long form say it."""
    local = bearer.removeprefix(data.prefix)
    folder, _, name = local.partition("/")
    if local == bearer or not name:
        return {}
    if folder == "run":
        step, run = run_of(name)
        return {"of": "run", "step": step, "run": run} if run and "/" not in name else {}
    if folder == "lot":
        return _lot_target(data, bearer, run_of)
    known = folder in ("sample", "equipment", "room", "recipe", "specification") and "/" not in name
    return {"of": folder, "id": identity_of(name)} if known else {}


def _lot_target(data: Data, bearer: str, run_of: RunOf) -> Row:
    lot, _, after = bearer.partition("/state/")
    kind, identity = data.lot(lot)
    if not identity or "/" in after:
        return {}
    target = {"of": "lot", "kind": kind, "id": identity}
    if after == "received":
        product = [name for name in data.classes(bearer) if name != "State"]
        return target | {"of": "lot as received", "product": product[0] if product else ""}
    step, run = run_of(after) if after else ("", "")
    return {} if after and not run else target | {"step": step, "run": run}
