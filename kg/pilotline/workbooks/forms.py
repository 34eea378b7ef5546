"""Says what the sheets of a template hold: columns with a hidden id that outlives every renaming."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote

from pilotline.iris import LOT_KINDS, QUANTITY_KINDS
from pilotline.quantities.lines import STATISTICS, STATUSES
from pilotline.tabular.rows import DISPOSITIONS

Level = Literal["required", "recommended", "optional"]
Need = Literal["required", "recommended", "all"]

VERSION = 1
MARK = "pl/"
SIDES = ("A", "B", "both")
TARGETS = ("run", "lot", "lot as received", "sample", "equipment", "room", "recipe", "specification")
YES_NO = ("yes", "no")


@dataclass(frozen=True)
class Field:
    """One column.

    key: what tells it from the other columns of its sheet, for ever.
    group: what stands above the label: role and bearer. convention, unit: what the head says of all values.
    note: what the column means. choices: what a cell may hold; conventions: what the head may say.
    number: the cells hold numbers, between the limits where there are any.
    """

    key: str
    label: str
    level: Level = "optional"
    group: str = ""
    unit: str = ""
    note: str = ""
    choices: tuple[str, ...] = ()
    conventions: tuple[str, ...] = ()
    convention: str = ""
    number: bool = False
    limits: tuple[float | None, float | None] = (None, None)


@dataclass(frozen=True)
class Form:
    """One sheet: what its rows are (`run:Coating`, `lots`), its title, its columns."""

    kind: str
    title: str
    fields: tuple[Field, ...]
    about: str = ""

    def id_of(self, column: Field) -> str:
        """Return the hidden id of a column."""
        return f"{MARK}{self.kind}#{column.key}"


@dataclass(frozen=True)
class Filled:
    """A form with its rows, each a text by key; `notes` are further columns by header."""

    form: Form
    rows: Sequence[dict[str, str]] = ()
    notes: tuple[str, ...] = field(default=())


def column_id(text: str) -> tuple[str, str] | None:
    """Return form and key of a hidden id, nothing where a text is none.

    >>> column_id("pl/run:Coating#q:CoatingSpeed:set")
    ('run:Coating', 'q:CoatingSpeed:set')
    """
    if not text.startswith(MARK) or "#" not in text:
        return None
    kind, _, key = text.removeprefix(MARK).partition("#")
    return kind, key


def quantity_key(parameter: str, kind: str, *bearer: str) -> str:
    """Return the key of a column of quantities; bearer: a role and, of a lot, its kind."""
    return ":".join(("q", parameter, kind, *bearer))


LOT = Field("kind", "kind of lot", "required", choices=LOT_KINDS, note="What kind of thing the lot is.")
STEP = Field("step", "step", "required", note="The step of the line that the run belongs to.")
LANE = Field("lane", "lane", note="Number of the lane across the web, from 1.", number=True)
SIDE = Field("side", "side", choices=SIDES, note="Side of the web.")
LOTS = Form(
    "lots",
    "Lots",
    (
        LOT,
        Field("id", "lot", "required", note="The number or name that the lot has for ever."),
        Field("alias", "other name", note="Another name that the lot goes by."),
        Field("polarity", "polarity", choices=("Cathode", "Anode"), note="Electrode that the lot is for."),
        Field("received", "as received", choices=YES_NO, note="`yes` for a lot as it was delivered."),
        Field("product", "state", note="Class of the state in which the lot was received."),
        Field("supplier", "supplier", note="Who delivered it."),
        Field("lot_number", "lot number of the supplier", note="The number that the supplier gave it."),
        Field("opened", "opened", note="Date of opening."),
        Field("expires", "expiry", note="Date until which it may be used."),
    ),
    "One row is one lot: a powder, a foil, a slurry, a roll, a cell.",
)
COMPONENTS = Form(
    "components",
    "Formulation",
    (
        Field("of", "of", "required", choices=("recipe", "run"), note="A recipe, or the batch of a run."),
        STEP,
        Field("id", "recipe or run", "required", note="Which one."),
        Field("number", "order", "required", note="Order of addition, from 1."),
        Field("kind", "kind of lot", choices=("material", "premix", "slurry"), note="Kind of the lot used."),
        Field("lot", "lot", note="The lot that was weighed in."),
        Field("role", "role", note="What the component does in the mixture."),
    ),
    "One row is one component of a recipe or of a batch.",
)
STAGES = Form(
    "stages",
    "Stages",
    (
        STEP,
        Field("run", "run", "required", note="The run that the stage belongs to."),
        Field(
            "as", "stage or zone", "required", choices=("stage", "zone"), note="A zone is a part of a dryer."
        ),
        Field("number", "number", "required", note="Number of the stage or zone, from 1."),
        Field("start", "start", note="When it began."),
        Field("end", "end", note="When it ended."),
    ),
    "One row is one stage of a run: a mixing step, a dryer zone, a formation step.",
)
SAMPLES = Form(
    "samples",
    "Samples",
    (
        Field("id", "sample", "required", note="The number or name of the sample."),
        LOT,
        Field("lot", "taken from", "required", note="The lot that it was taken from."),
        Field(
            "represents",
            "represents",
            choices=("SampleOnly", "Section", "WholeRoll", "WholeLot"),
            note="What its results stand for.",
        ),
        Field("position", "position in m", note="Metres along the web.", number=True),
        SIDE,
        LANE,
        Field("taken", "taken", note="When it was taken."),
        Field("operator", "operator code", note="A code, never a name."),
    ),
    "One row is one sample.",
)
VALUES = Form(
    "values",
    "Measurements",
    (
        Field("of", "measured on", "required", choices=TARGETS, note="What the value belongs to."),
        Field("kind", "kind of lot", choices=LOT_KINDS, note="Where it is a lot: its kind."),
        Field("id", "which one", note="Lot, sample, equipment, room or recipe."),
        Field("step", "step", note="The step of the run; of a lot: after which step it had the value."),
        Field("run", "run", note="The run; of a lot: after which run it had the value."),
        Field("product", "state", note="Class of the state of a lot as received."),
        Field("parameter", "parameter", "required", note="Name of the parameter."),
        Field(
            "value_kind",
            "kind of value",
            "required",
            choices=QUANTITY_KINDS,
            note="How the value came about.",
        ),
        Field("value", "value", "required", note="A number, or <20, 20–25, n.d., n.m., a word."),
        Field("unit", "unit", "required", note="Unit of the value; 1 for a pure number."),
        Field("typed", "as typed", note="The text in the first source, where it differs from the value."),
        Field("uncertainty", "uncertainty ±", note="Half width, in the same unit."),
        Field("convention", "convention", note="What makes the number mean something, such as PerSide."),
        Field("technique", "technique", note="How it was measured."),
        Field("sample", "sample", note="The sample it was measured on."),
        Field("replicate", "replicate", note="Number of the repetition, from 1.", number=True),
        Field("statistic", "statistic", choices=tuple(STATISTICS), note="What the number sums up."),
        Field("sample_size", "n", note="Number of values behind a statistic.", number=True),
        SIDE,
        LANE,
        Field("part", "part of the run", choices=("stage", "zone"), note="Where the value holds for a part."),
        Field("part_number", "number of the part", note="Number of the stage or zone, from 1."),
        Field("position", "position in m", note="Metres along the web."),
        Field("condition", "condition", note="At which condition, such as `up`."),
        Field("time", "time", note="When it was measured."),
        Field("instrument", "instrument", note="The instrument or machine that measured."),
        Field("status", "status", choices=STATUSES, note="Left empty for a valid value."),
    ),
    "One row is one value in long form: what, of which thing, how obtained.",
)
MAPS = Form(
    "maps",
    "Positions",
    (
        STEP,
        Field("run", "run", "required", note="The run that moved the web."),
        Field("number", "number", "required", note="Tells the intervals of one run apart."),
        Field("from_kind", "kind of web in", "required", choices=LOT_KINDS),
        Field("from", "web in", "required"),
        Field("from_start", "from", "required", unit="m"),
        Field("from_end", "to", "required", unit="m", note="Below `from`: it ran backwards."),
        Field("to_kind", "kind of web out", "required", choices=LOT_KINDS),
        Field("to", "web out", "required"),
        Field("to_start", "new from", "required", unit="m"),
        Field("to_end", "new to", "required", unit="m"),
        LANE,
        Field("lane_start", "lane left", unit="mm"),
        Field("lane_end", "lane right", unit="mm"),
        Field("side_flipped", "turned over", choices=YES_NO),
    ),
    "One row says where an interval of one web lies on another.",
)
CUTS = Form(
    "cuts",
    "Cut pieces",
    (
        LOT,
        Field("id", "piece", "required", note="The sheet or part that was cut."),
        Field("from_kind", "kind of web", "required", choices=LOT_KINDS),
        Field("from", "cut from", "required", note="The roll or coil it was cut from."),
        Field("start", "from", unit="m"),
        Field("end", "to", unit="m"),
        LANE,
    ),
    "One row is one piece cut from a web.",
)
DISPOSITIONS_FORM = Form(
    "dispositions",
    "Dispositions",
    (
        LOT,
        Field("lot", "lot", "required", note="The lot that was decided on."),
        Field("disposition", "disposition", "required", choices=DISPOSITIONS, note="What became of it."),
        Field("id", "number", note="Tells two dispositions of one kind on one lot apart."),
        Field("amount", "amount", note="How much of it, with its unit."),
        Field("reason", "reason", note="Why."),
        Field("time", "time", note="When."),
    ),
    "One row says what became of a lot.",
)
STATEMENTS = Form(
    "statements",
    "Further statements",
    (
        Field("subject", "subject", "required", note="IRI of what the statement is about."),
        Field("predicate", "property", "required", note="IRI of the property."),
        Field("object", "object", "required", note="IRI or text."),
        Field("datatype", "datatype", note="IRI of the datatype of a text, or @en for its language."),
    ),
    "What no other sheet has a column for, statement by statement; leave it as it is.",
)
FIXED = {
    form.kind: form
    for form in (LOTS, COMPONENTS, STAGES, SAMPLES, VALUES, MAPS, CUTS, DISPOSITIONS_FORM, STATEMENTS)
}


def identity_text(segment: str) -> str:
    """Return the identity that a segment of an IRI was made from, as a cell holds it.

    >>> identity_text("L1:2025:Zelle%2017")
    'L1:2025:Zelle 17'
    """
    return unquote(segment)
