"""Makes the template of one or several steps: which sheets, with which columns and drop-downs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pyoxigraph import NamedNode, QuerySolutions, Store

from pilotline.namespaces import PL
from pilotline.vocabulary.terms import Step
from pilotline.workbooks import forms
from pilotline.workbooks.forms import Field, Filled, Form
from pilotline.workbooks.knowledge import Knowledge
from pilotline.workbooks.steps import Wishes, quantity_field, step_form
from pilotline.workbooks.writing import Metadata, write_workbook

# A drop-down with more lots than this helps nobody.
_MOST = 2000


def write_template(
    path: Path, steps: Sequence[Step], knowledge: Knowledge, wishes: Wishes, store: Store | None = None
) -> list[Form]:
    """Write the template of steps; return its sheets. store: where drop-downs find existing lots."""
    sheets = [step_form(step, knowledge, wishes) for step in steps]
    sheets += list(_shared(steps, knowledge))
    known = Known(store) if store else None
    if known:
        sheets = [known.offered(form) for form in sheets]
    line = wishes.line
    metadata = Metadata(None, line.scope, "", line.timezone, line.licence, line.creator)
    write_workbook(path, [Filled(form) for form in sheets], metadata)
    return sheets


def _shared(steps: Sequence[Step], knowledge: Knowledge) -> Iterator[Form]:
    """Yield the sheets that all steps share."""
    names = tuple(step.name for step in steps)
    specified = [spec for step in steps for spec in knowledge.vocabulary.specified(step.name)]
    choices = {
        "step": names,
        "role": tuple(knowledge.vocabulary.roles.by_name),
        "parameter": tuple(dict.fromkeys(spec.parameter for spec in specified)),
        "technique": knowledge.techniques,
        "unit": tuple(knowledge.units.symbols),
        "convention": knowledge.conventions,
        "product": tuple(knowledge.vocabulary.products.by_name),
    }
    yield _with_choices(forms.LOTS, choices)
    if "SlurryPreparation" in names:
        yield _with_choices(with_quantities(forms.COMPONENTS, _WEIGHED, knowledge), choices)
    staged = [
        (spec.parameter, "set")
        for spec in specified
        if spec.bearer == "run" and _staged(spec.parameter, knowledge)
    ]
    yield _with_choices(with_quantities(forms.STAGES, list(dict.fromkeys(staged)), knowledge), choices)
    for form in (forms.SAMPLES, forms.VALUES, forms.DISPOSITIONS_FORM):
        yield _with_choices(form, choices)


_WEIGHED = [("ComponentMassFraction", "set"), ("ComponentMass", "set"), ("ComponentMass", "measured")]


def _staged(parameter: str, knowledge: Knowledge) -> bool:
    return "stages" in knowledge.vocabulary.parameter(parameter).forms


def with_quantities(form: Form, wanted: Sequence[tuple[str, str]], knowledge: Knowledge) -> Form:
    """Return a form with columns for parameters, each with its kind of value."""
    columns = [
        quantity_field(knowledge.vocabulary.parameter(name), kind, (), knowledge) for name, kind in wanted
    ]
    return replace(form, fields=(*form.fields, *columns))


def _with_choices(form: Form, choices: dict[str, tuple[str, ...]]) -> Form:
    return replace(form, fields=tuple(_offered(column, choices) for column in form.fields))


def _offered(column: Field, choices: dict[str, tuple[str, ...]]) -> Field:
    return replace(column, choices=column.choices or choices.get(column.key, ()))


class Known:
    """The lots and the equipment of a store, for drop-downs."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def offered(self, form: Form) -> Form:
        """Return a form whose columns of lots and machines offer those that the store knows."""
        return replace(form, fields=tuple(self._offered(column) for column in form.fields))

    def _offered(self, column: Field) -> Field:
        role, _, kind = column.key.partition(":")
        if role == "input":
            return replace(column, choices=self._names(f"/lot/{kind}-"))
        if role == "equipment" and not column.choices:
            return replace(column, choices=self._names("/equipment/"))
        return column

    def _names(self, folder: str) -> tuple[str, ...]:
        """Return the identities of the things whose IRI has a folder in it."""
        found = self._store.query(
            f"SELECT DISTINCT ?thing WHERE {{ ?thing a ?class"
            f" FILTER(CONTAINS(STR(?thing), {_text(folder)}))"
            f" FILTER NOT EXISTS {{ ?thing <{PL}stateOf> ?lot }} }} ORDER BY ?thing LIMIT {_MOST}"
        )
        assert isinstance(found, QuerySolutions)
        things = (solution["thing"] for solution in found)
        names = (thing.value.partition(folder)[2] for thing in things if isinstance(thing, NamedNode))
        return tuple(forms.identity_text(name) for name in names if "/" not in name)


def _text(plain: str) -> str:
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
