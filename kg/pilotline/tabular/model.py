"""The mapping of a lab's tables as a YAML file says it; docs/mapping.md teaches how to write one."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from pilotline.datasets.dataset import Description
from pilotline.iris import LOT_KINDS, Scope

Kind = Literal["set", "measured", "calculated", "simulated", "unstated"]
TARGETS = ("run", "lot", "sample", "equipment", "room", "recipe", "specification")
Bearer = Literal["run", "input", "output", "equipment", "room", "recipe"]
DecimalSign = Literal[",", ".", "either"]


def _lot_kind(kind: str) -> str:
    if kind not in LOT_KINDS:
        raise ValueError(f"a lot is one of {', '.join(LOT_KINDS)}, not {kind!r}")
    return kind


LotKind = Annotated[str, AfterValidator(_lot_kind), Field(json_schema_extra={"enum": list(LOT_KINDS)})]


class Strict(BaseModel):
    """A part of a mapping; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class From(Strict):
    """Where a text comes from: a column, or one fixed value.

    values: what the texts of the column mean, such as `{"+": Cathode, "-": Anode}`.
    """

    column: str | None = None
    value: str | int | None = None
    values: dict[str, str] | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.column is None) == (self.value is None):
            raise ValueError("say either `column:` or `value:`")
        return self


# In `row:` a bare word names a column; in `columns:` a bare word is the fact itself.
Cell = str | From
Fact = int | str | From


class Text(Strict):
    """A fixed part of an identity, such as the line."""

    text: str


class Thing(Strict):
    """The identity of a thing: its identity columns, or a hash of the columns that tell it apart.

    parts: the sign between the parts of an identity in one cell, such as `:` in `L1:2025:17`.
    """

    id: tuple[str | Text, ...] = ()
    hash: tuple[str, ...] = ()
    parts: str | None = None

    @model_validator(mode="after")
    def _one_identity(self) -> Self:
        if bool(self.id) == bool(self.hash):
            raise ValueError("say either `id: [columns]` or `hash: [columns]`")
        return self


class RunRef(Thing):
    """A run of a step."""

    step: str


class Lot(Thing):
    """A physical thing; split: the sign between several of them in one cell."""

    kind: LotKind
    split: str | None = None
    class_: str | None = Field(default=None, alias="class")


class InputLot(Lot):
    """A lot that went in; pool: each output may come from it, none surely does (a magazine of sheets)."""

    pool: bool = False


class OutputLot(Lot):
    """A lot that came out; product: the class of its state after the run. format, cell_kind: of a cell."""

    product: str | None = None
    polarity: Cell | None = None
    format: Cell | None = None
    cell_kind: Cell | None = None
    alias: str | None = None


class Equipment(Thing):
    """A machine or an instrument."""

    class_: str | None = Field(default=None, alias="class")


class Operator(Strict):
    """Who did it: the column holds codes, or names that become codes by the lab's key, or it is dropped."""

    column: str
    keep: Literal["code", "pseudonym", "nothing"] = "nothing"


class Time(Strict):
    """A point in time, from one column or from a date and a time column."""

    column: str | tuple[str, ...]
    dates: str | tuple[str, ...] | None = None
    timezone: str | None = None


When = str | Time


class Target(Strict):
    """What a row's values describe; `after` and `received` say in which state a lot was."""

    run: RunRef | None = None
    lot: Lot | None = None
    after: RunRef | None = None
    received: bool = False
    sample: Thing | None = None
    equipment: Equipment | None = None
    room: Thing | None = None
    recipe: Thing | None = None
    specification: Thing | None = None

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        named = [name for name in TARGETS if getattr(self, name)]
        if len(named) != 1:
            raise ValueError(f"name one of {', '.join(TARGETS)}")
        if (self.after or self.received) and self.lot is None:
            raise ValueError("`after:` and `received:` belong to a `lot:`")
        if self.after and self.received:
            raise ValueError("a lot is either as received or `after:` a run")
        return self


class RowKeys(Strict):
    """What tells the values of a row from those of other rows about the same thing."""

    statistic: Cell | None = None
    sample_size: Cell | None = None
    side: Cell | None = None
    lane: Cell | None = None
    position: Cell | None = None
    condition: Cell | None = None
    replicate: Cell | None = None
    time: When | None = None
    technique: Cell | None = None
    sample: Thing | None = None
    equipment: Equipment | None = None
    operator: Operator | None = None


class RunRow(Strict):
    """One row is one run of a step."""

    run: RunRef
    start: When | None = None
    end: When | None = None
    equipment: Equipment | tuple[Equipment, ...] = ()
    room: Thing | None = None
    recipe: Thing | None = None
    operator: Operator | None = None
    inputs: tuple[InputLot, ...] = ()
    outputs: tuple[OutputLot, ...] = ()


class LotRow(Strict):
    """One row is one lot: as received, after a run, or with no state said."""

    lot: OutputLot
    after: RunRef | None = None
    received: bool = False
    supplier: str | None = None
    lot_number: str | None = None
    opened: When | None = None
    expires: When | None = None


class SampleRow(Strict):
    """One row is one sample; represents: what its results stand for."""

    sample: Thing
    taken_from: Lot
    represents: Cell | None = None
    position: Cell | None = None
    side: Cell | None = None
    lane: Cell | None = None
    taken: When | None = None
    operator: Operator | None = None


class MeasurementRow(RowKeys):
    """One row is one measurement, or one value of it, on a named thing."""

    measurement: Target


class StageRow(Strict):
    """One row is one stage or one zone of a run."""

    stage: RunRef
    number: str
    as_: Literal["stage", "zone"] = Field(default="stage", alias="as")
    class_: str | None = Field(default=None, alias="class")
    start: When | None = None
    end: When | None = None


class Abscissa(Strict):
    """What a curve runs over."""

    column: str
    parameter: str
    unit: str | None = None


class CurveRow(RowKeys):
    """One row is one point of a curve; the rows of one thing with the same keys are one curve."""

    curve: Target
    over: Abscissa


class MapRow(Strict):
    """One row says where an interval of one web lies on another, in metres, and its lane, in millimetres."""

    map: RunRef
    number: str
    from_: Lot = Field(alias="from")
    to: Lot
    from_start: str
    from_end: str
    to_start: str
    to_end: str
    lane: Cell | None = None
    lane_start: str | None = None
    lane_end: str | None = None
    side_flipped: Cell | None = None


class CutRow(Strict):
    """One row is one piece cut from a coil; with `run` it is also an output of that run."""

    cut: OutputLot
    from_: Lot = Field(alias="from")
    start: str | None = None
    end: str | None = None
    lane: Cell | None = None
    run: RunRef | None = None


class DispositionRow(Strict):
    """One row says what became of a lot: scrap, hold, released, leftover, returned, sample taken, lost."""

    disposition: Lot
    kind: Cell
    id: tuple[str, ...] = ()
    reason: str | None = None
    amount: str | None = None
    time: When | None = None


class StatementRow(Strict):
    """One row is one statement: subject, predicate and object, for what no other kind of row says.

    object: an IRI where the datatype is empty, else a literal; `@en` in place of a datatype is a language.
    """

    statement: str
    predicate: str
    object: str
    datatype: str


class ComponentRow(Strict):
    """One row is one component of a recipe or of the batch that a run made."""

    component: Target
    number: str
    lot: Lot | None = None
    role: Cell | None = None

    @model_validator(mode="after")
    def _of_recipe_or_run(self) -> Self:
        if not (self.component.recipe or self.component.run):
            raise ValueError("a component belongs to a recipe or to a run")
        return self


ROW_KINDS = {
    "run": RunRow, "lot": LotRow, "sample": SampleRow, "measurement": MeasurementRow, "stage": StageRow,
    "curve": CurveRow, "map": MapRow, "cut": CutRow, "disposition": DispositionRow,
    "component": ComponentRow, "statement": StatementRow,
}  # fmt: skip
# Keys that are a kind of row in one place and a detail in another; the kinds that own them come first.
_ORDER = (
    "measurement",
    "curve",
    "map",
    "cut",
    "disposition",
    "component",
    "statement",
    "stage",
    "sample",
    "lot",
    "run",
)


def _row_kind(value: Any) -> str | None:
    """Return which kind of row is written: the one whose key names it."""
    if isinstance(value, BaseModel):
        return next(kind for kind, model in ROW_KINDS.items() if type(value) is model)
    return next((kind for kind in _ORDER if kind in value), None) if isinstance(value, dict) else None


Row = Annotated[
    Annotated[RunRow, Tag("run")]
    | Annotated[LotRow, Tag("lot")]
    | Annotated[SampleRow, Tag("sample")]
    | Annotated[MeasurementRow, Tag("measurement")]
    | Annotated[StageRow, Tag("stage")]
    | Annotated[CurveRow, Tag("curve")]
    | Annotated[MapRow, Tag("map")]
    | Annotated[CutRow, Tag("cut")]
    | Annotated[DispositionRow, Tag("disposition")]
    | Annotated[ComponentRow, Tag("component")]
    | Annotated[StatementRow, Tag("statement")],
    Discriminator(
        _row_kind,
        custom_error_type="row_kind",
        custom_error_message=f"a row is one of {', '.join(ROW_KINDS)}",
    ),
]


class Column(Strict):
    """What one column becomes: a parameter, a note, or nothing.

    form: `number` unless `values` lists categories; `text` keeps the text alone.
    of: the identity column of the lot that bears the value, where a row names several.
    scale: what the number in the cell is multiplied by to be in `unit`.
    missing: further texts that mean "no value" in this column.
    typed: the column with the text that was typed in the first place, where the cell is a copy of it.
    """

    parameter: str | None = None
    note: bool = False
    ignore: bool = False
    kind: Kind = "unstated"
    unit: str | From | None = None
    bearer: Bearer | None = None
    of: str | None = None
    form: Literal["number", "category", "text"] | None = None
    values: dict[str, str] | None = None
    scale: Decimal | None = None
    missing: tuple[str, ...] = ()
    decimal: DecimalSign | None = None
    required: bool = True
    statistic: Fact | None = None
    sample_size: Fact | None = None
    side: Fact | None = None
    lane: Fact | None = None
    zone: Fact | None = None
    stage: Fact | None = None
    position: Fact | None = None
    condition: Fact | None = None
    replicate: Fact | None = None
    technique: Fact | None = None
    convention: tuple[str, ...] = ()
    uncertainty: Fact | None = None
    status: Fact | None = None
    typed: Fact | None = None

    @model_validator(mode="after")
    def _one_meaning(self) -> Self:
        if bool(self.parameter) + self.note + self.ignore != 1:
            raise ValueError("say one of `parameter:`, `note: true`, `ignore: true`")
        if self.zone is not None and self.stage is not None:
            raise ValueError("a value belongs to a zone or to a stage, not to both")
        return self


class Long(Strict):
    """A sheet in long form: one column names the parameter, one holds the value.

    parameters: what each text of the parameter column becomes.
    """

    parameter: str
    value: str
    unit: str | None = None
    parameters: dict[str, Column]


class Source(Strict):
    """How the files are written; a table may say otherwise.

    dates: a `strptime` format for texts, or several to be tried; a date cell of a workbook needs none.
    missing: texts that mean "no value", compared without regard to case.
    decimal: with `either`, the last comma or point in a number is its decimal sign.
    """

    decimal: DecimalSign = "."
    thousands: Literal[",", ".", " ", "'"] | None = None
    encoding: str = "utf-8"
    delimiter: str | None = None
    dates: str | tuple[str, ...] | None = None
    timezone: str | None = None
    missing: tuple[str, ...] = ("",)


RowNumber = Annotated[int, Field(ge=1)]


class Table(Strict):
    """One sheet of one kind of file, or one list of records in it.

    file, sheet: globs. records: JSON Pointer to the records of a JSON file.
    header: the row that holds the headers, counted from 1, or several whose texts are joined.
    unit_row: the row that holds the units, where it is not the header.
    headers: what else the columns may be headed, by the name that the mapping uses.
    cells: cells above the header that hold for all rows, by the name that the mapping uses; `sheet` and
        `file` stand for the name of the sheet and of the file.
    names_row: a row of names by which the mapping knows the columns, whatever their headers say.
    where: the table holds only the rows that have these texts in these columns.
    """

    file: str
    sheet: str | None = None
    records: str | None = None
    header: RowNumber | tuple[RowNumber, ...] = 1
    unit_row: RowNumber | None = None
    names_row: RowNumber | None = None
    where: dict[str, str] = Field(default_factory=dict)
    headers: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    cells: dict[str, str] = Field(default_factory=dict)
    source: Source | None = None
    row: Row
    columns: dict[str, Column] = Field(default_factory=dict)
    long: Long | None = None


class Dataset(Strict):
    """What the dataset says of itself; contact: an e-mail address or the IRI of a page."""

    id: str
    title: str
    licence: str = ""
    creator: str = ""
    simulated: bool = False
    description: str = ""
    keywords: tuple[str, ...] = ()
    contact: str = ""

    def describe(self, scope: Scope) -> Description:
        """Return the description of the dataset within a scope."""
        return Description(
            scope,
            self.id,
            self.title,
            self.licence,
            self.creator,
            self.simulated,
            self.description,
            self.keywords,
            self.contact,
        )


class Mapping(Strict):
    """How the tables of one dataset become triples. scope and base: unless the command gives them.

    ignore_sheets: globs of the sheets that are left out on purpose.
    """

    mapping: str
    version: int = Field(ge=1)
    scope: str | None = None
    base: str | None = None
    dataset: Dataset
    source: Source = Source()
    ignore_sheets: tuple[str, ...] = ()
    tables: tuple[Table, ...] = Field(min_length=1)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a mapping file, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Mapping.model_json_schema()
