"""What one row of a table describes, as a mapping says it."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Discriminator, Field, Tag, model_validator

from pilotline.tabular.naming import (
    Cell,
    Equipment,
    InputLot,
    Lot,
    Operator,
    OutputLot,
    RunRef,
    Strict,
    Target,
    Thing,
    When,
)


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
