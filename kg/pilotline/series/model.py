"""The mapping of series as a YAML file says it; see docs/cyclers.md and docs/loggers.md."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from pilotline.tabular.model import Dataset, RowNumber, Source
from pilotline.tabular.naming import RunRef, Strict

Positive = Annotated[Decimal, Field(gt=0)]


class Layout(Strict):
    """A kind of file whose rows are read in their order.

    file: a glob. header, cells, source: as in the mapping of tables.
    """

    file: str
    sheet: str | None = None
    header: RowNumber = 1
    cells: dict[str, str] = Field(default_factory=dict)
    source: Source | None = None


class SeriesColumn(Strict):
    """What a column of a cycler file holds.

    unit: of its numbers. latched: the cycler repeats the last reading until it takes the next one.
    text: what stands there is no number. required: false where some files have no such column.
    """

    parameter: str | None = None
    unit: str | None = None
    latched: bool = False
    text: bool = False
    required: bool = True


class CyclerTest(Strict):
    """What one file is the record of.

    id, cell: patterns for the whole file name; their groups are the identity of the run and of the cell.
    product: class of the cell's state after the test, which then has the features; else the run has them.
    start, equipment, channel, notes: columns, or cells above the header.
    """

    step: str
    id: str
    cell: str | None = None
    product: str = "FormedCell"
    start: str | None = None
    equipment: str | None = None
    channel: str | None = None
    notes: tuple[str, ...] = ()


class Cycler(Layout):
    """Files of a cycler.

    rows: one row is one cycle, or one reading.
    order: what a cycle begins with; only cycles that have both halves count.
    complete_above: charge, in Ah, that each half of a complete cycle moves at least.
    rest_below: current, in A, up to which the cell is at rest.
    time: the column with the time since the start; clock: the one with the time of day.
    longest: days that a test can last; a longer axis is in another unit.
    """

    test: CyclerTest
    rows: Literal["cycles", "readings"]
    order: Literal["charge first", "discharge first"]
    complete_above: Positive = Decimal("0.001")
    rest_below: Decimal = Decimal(0)
    time: str | None = None
    clock: str | None = None
    longest: Positive = Decimal(3653)
    columns: dict[str, SeriesColumn]

    @model_validator(mode="after")
    def _timed(self) -> Self:
        if self.rows == "readings" and self.time is None:
            raise ValueError("readings need `time:`, the column with the time since the start")
        return self


class Limits(Strict):
    """Where the values of a channel may lie, in its unit."""

    low: Decimal | None = None
    high: Decimal | None = None


class Channel(Strict):
    """What one channel records; equipment and room: identities of what it is fixed to.

    role: speed and encoder give the position on the web.
    stuck_after: equal readings in a row from which the sensor is stuck; 0 where a value may stand still.
    """

    parameter: str
    unit: str
    kind: Literal["set", "measured"] = "measured"
    equipment: str | None = None
    room: str | None = None
    zone: int | None = None
    role: Literal["speed", "encoder"] | None = None
    limits: Limits = Limits()
    stuck_after: int = Field(default=20, ge=0)


class Register(Layout):
    """A file with one row for each channel; each key names the column in which that fact stands.

    parameters, kinds, roles: what the words of those columns mean.
    """

    channel: str
    parameter: str
    unit: str
    kind: str | None = None
    equipment: str | None = None
    room: str | None = None
    zone: str | None = None
    role: str | None = None
    low: str | None = None
    high: str | None = None
    stuck_after: str | None = None
    parameters: dict[str, str] = Field(default_factory=dict)
    kinds: dict[str, Literal["set", "measured"]] = Field(default_factory=dict)
    roles: dict[str, Literal["speed", "encoder"]] = Field(default_factory=dict)


class Runs(Layout):
    """A sheet that says when the runs were; start and end: columns with their times."""

    run: RunRef
    start: str
    end: str


class Logger(Layout):
    """The files of a logger.

    time: the column with the time. channel, value: columns of a file with one row for each value;
        without them each channel has a column of its own.
    every: seconds between two readings of a channel. gap: seconds without a reading that are a gap.
    clock: seconds that the logger's clock is ahead of the line's; it is taken off.
    offset_from: seconds of disagreement with the starts of the runs that are reported.
    """

    time: str
    channel: str | None = None
    value: str | None = None
    every: Positive
    gap: Positive | None = None
    clock: Decimal = Decimal(0)
    offset_from: Positive = Decimal(60)
    register_: Register | None = Field(default=None, alias="register")
    channels: dict[str, Channel] = Field(default_factory=dict)
    runs: Runs

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.channel is None) != (self.value is None):
            raise ValueError("say both `channel:` and `value:`, or neither")
        if bool(self.channels) == (self.register_ is not None):
            raise ValueError("say either `register:` or `channels:`")
        return self


class SeriesMapping(Strict):
    """How the series of one dataset are read: the files of a cycler or of a logger."""

    mapping: str
    version: int = Field(ge=1)
    scope: str | None = None
    base: str | None = None
    dataset: Dataset
    source: Source = Source()
    cycler: tuple[Cycler, ...] = ()
    logger: Logger | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if bool(self.cycler) == (self.logger is not None):
            raise ValueError("say either `cycler:` or `logger:`")
        return self

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """Return the kinds of files that the mapping reads."""
        if self.logger is None:
            return self.cycler
        register = (self.logger.register_,) if self.logger.register_ else ()
        return (self.logger, *register, self.logger.runs)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a mapping of series, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | SeriesMapping.model_json_schema()
