"""How a mapping names things: runs, lots, equipment, people, times, and where a text comes from."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from pilotline.iris import LOT_KINDS

TARGETS = ("run", "lot", "sample", "equipment", "room", "recipe", "specification")


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
