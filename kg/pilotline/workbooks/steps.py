"""Makes the sheet of the runs of a step from its specifications."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from pilotline.quantities.units import UnitError
from pilotline.vocabulary.terms import Parameter, Specification, Step
from pilotline.workbooks.forms import Field, Form, Level, Need, quantity_key
from pilotline.workbooks.knowledge import Knowledge
from pilotline.workbooks.line import Limit, Line

_NEEDS: dict[Need, tuple[Level, ...]] = {
    "required": ("required",),
    "recommended": ("required", "recommended"),
    "all": ("required", "recommended", "optional"),
}
_ROLES = {"MachineParameter": "machine", "ProcessParameter": "process", "StructureParameter": "structure"}
# What a person enters for a run: machines are set and read, materials and products are measured.
_KINDS = {"MachineParameter": ("set", "measured"), "ProcessParameter": ("set", "measured")}
_ACTUAL = {"set": "set", "measured": "actual"}


@dataclass(frozen=True)
class Wishes:
    """What a template shall hold. model: parameters that a model takes in, required then."""

    need: Need = "recommended"
    model: frozenset[str] = frozenset()
    line: Line = field(default_factory=Line)


def step_form(step: Step, knowledge: Knowledge, wishes: Wishes) -> Form:
    """Return the sheet of the runs of a step."""
    fields = [*run_fields(step, knowledge, wishes.line)]
    for spec in _once(knowledge.vocabulary.specified(step.name)):
        level = level_of(spec, knowledge, wishes)
        if level in _NEEDS[wishes.need]:
            fields += quantity_fields(spec, level, knowledge, wishes.line)
    title = step.labels[0] if step.labels else step.name
    return Form(f"run:{step.name}", title[:1].upper() + title[1:31], tuple(fields), "One row is one run.")


def _once(specs: list[Specification]) -> Iterator[Specification]:
    """Yield specifications; a parameter with one bearer that stands in several rows of a table comes once."""
    yield from {(spec.parameter, spec.bearer): spec for spec in reversed(specs)}.values()


def run_fields(step: Step, knowledge: Knowledge, line: Line) -> Iterator[Field]:
    """Yield what each run has, whatever its step: identity, time, machine, lots in and out."""
    yield Field("id", "run", "required", note="The number or name of the run; it stays for ever.")
    yield Field("start", "start", "required", note="When the run began, with the time of day.")
    yield Field("end", "end", "recommended", note="When the run ended.")
    for kind in knowledge.inputs(step.name):
        note = f"The {kind} that went in; several are parted by a semicolon."
        yield Field(f"input:{kind}", f"{kind} in", "required", note=note)
    for kind, product in knowledge.outputs(step.name):
        note = f"The {kind} that came out; its state is then {product}. Several are parted by a semicolon."
        yield Field(f"output:{kind}:{product}", f"{kind} out", "required", note=note)
    machines = [each for each in line.instruments if each.step in ("", step.name, step.slug)]
    for class_ in dict.fromkeys([each.class_ for each in machines] or ["Equipment"]):
        known = tuple(each.id for each in machines if each.class_ == class_)
        label = "machine" if class_ == "Equipment" else class_
        yield Field(f"equipment:{class_}", label, "recommended", choices=known, note="The machine used.")
    yield Field(
        "polarity", "polarity", choices=("Cathode", "Anode"), note="Electrode that the output is for."
    )
    yield Field("room", "room", note="The room in which the machine stands.")
    yield Field("recipe", "recipe", note="The recipe that the run followed.")
    yield Field("operator", "operator code", note="A code, never a name.")


def level_of(spec: Specification, knowledge: Knowledge, wishes: Wishes) -> Level:
    """Return how much a parameter is needed.

    Required: a model asked for takes it in, or some model type is known to need it (criticality high).
    Recommended: criticality intermediate, or a named model of the step takes it in. A missing rating is
    missing: it makes nothing required, and nothing needless.
    """
    known = knowledge.criticality(spec)
    if spec.parameter in wishes.model or ("High" in known and not wishes.model):
        return "required"
    inputs = knowledge.any_model_inputs.get(spec.step, set())
    return "recommended" if known & {"High", "Intermediate"} or spec.parameter in inputs else "optional"


def quantity_fields(spec: Specification, level: Level, knowledge: Knowledge, line: Line) -> Iterator[Field]:
    """Yield the columns of a parameter: what was set beside what was measured."""
    parameter = knowledge.vocabulary.parameter(spec.parameter)
    role, bearer = _ROLES[spec.role], spec.bearer
    # A value of the machine or the room that differs from run to run is the run's.
    parts = tuple(bearer.split(":")) if ":" in bearer else ("run",)
    kinds = _KINDS.get(spec.role, ()) if parts == ("run",) else ()
    for kind in kinds or ("measured",):
        yield quantity_field(
            parameter, kind, parts, knowledge,
            level=level if kind == (kinds or ("measured",))[0] else "optional",
            group=f"{role}, of the {' '.join(reversed(parts))}",
            limit=_limit(line, parameter, spec.step),
        )  # fmt: skip


def quantity_field(
    parameter: Parameter,
    kind: str,
    bearer: tuple[str, ...],
    knowledge: Knowledge,
    *,
    level: Level = "optional",
    group: str = "",
    limit: Limit | None = None,
) -> Field:
    """Return a column of values of a parameter."""
    words = parameter.labels[0] if parameter.labels else parameter.name
    numeric = not parameter.forms or parameter.forms[0] not in ("category", "text", "stages")
    note = knowledge.definition(parameter.name)
    if parameter.convention:
        note += f" {parameter.convention} Say it in the row `convention`."
    limits = (None, None) if limit is None else _converted(limit, parameter, knowledge)
    return Field(
        quantity_key(parameter.name, kind, *bearer),
        f"{words} ({_ACTUAL.get(kind, kind)})",
        level,
        group,
        (parameter.unit or "1") if numeric else "",
        note,
        () if numeric else knowledge.categories(parameter.name),
        knowledge.conventions if parameter.convention else (),
        number=numeric,
        limits=limits,
    )


def _limit(line: Line, parameter: Parameter, step: str) -> Limit | None:
    named = [each for each in line.limits if each.parameter.removeprefix("pl:") == parameter.name]
    own = [each for each in named if each.step == step]
    return next(iter(own or [each for each in named if not each.step]), None)


def _converted(limit: Limit, parameter: Parameter, knowledge: Knowledge) -> tuple[float | None, float | None]:
    """Return a limit in the unit of the column."""
    given, wanted = knowledge.units.parse(limit.unit), knowledge.units.parse(parameter.unit or "1")
    if given.base != wanted.base or given.factor is None or wanted.factor is None:
        raise UnitError(f"limit of {parameter.name}: {limit.unit!r} cannot be turned into {wanted.symbol!r}")

    def turned(value: Decimal | None) -> float | None:
        if value is None or given.factor is None or wanted.factor is None:
            return None
        return round(float((value * given.factor + given.offset - wanted.offset) / wanted.factor), 9)

    return turned(limit.low), turned(limit.high)
