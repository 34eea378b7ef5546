"""The mapping of a lab's tables as a YAML file says it; docs/mapping.md teaches how to write one."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from pilotline.datasets.dataset import Description
from pilotline.iris import Scope
from pilotline.tabular.naming import Fact, From, Strict
from pilotline.tabular.subjects import Row

Kind = Literal["set", "measured", "calculated", "simulated", "unstated"]
Bearer = Literal["run", "input", "output", "equipment", "room", "recipe"]
DecimalSign = Literal[",", ".", "either"]
TEMPLATE = "template"  # the name of the mapping of a filled template


class Column(Strict):
    """What one column becomes: a parameter, a note, or nothing.

    form: `number` unless `values` lists categories; `text` keeps the text alone.
    of: the identity column of the lot that bears the value, where a row names several.
    scale: what the number in the cell is multiplied by to be in `unit`.
    missing: further texts that mean "no value" in this column.
    typed: the column with the text that was typed in the first place, where the cell is a copy of it.
    formula: calculates the value from other columns; from: those columns, by the names in the formula.
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
    formula: str | None = None
    from_: dict[str, str] = Field(default_factory=dict, alias="from")

    @model_validator(mode="before")
    @classmethod
    def _calculated(cls, said: Any) -> Any:
        """A value by a formula is calculated unless the mapping says otherwise."""
        calculated = isinstance(said, dict) and said.get("formula") and "kind" not in said
        return said | {"kind": "calculated"} if calculated else said

    @model_validator(mode="after")
    def _whole_formula(self) -> Self:
        if bool(self.formula) != bool(self.from_):
            raise ValueError("`formula:` and `from:` belong together")
        if self.formula and not (self.parameter and isinstance(self.unit, str)):
            raise ValueError("a `formula:` needs the `parameter:` and the `unit:` of what it gives")
        return self

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
    transposed: the parameters stand in rows: `header:` and `unit_row:` count columns, 1 is A.
    last: the last row of the table, where others follow.
    skip: rows with one of these texts (globs) in a column are left out.
    fill_down: columns in which an empty cell holds what stands above it.
    where: the table holds only the rows that have these texts in these columns.
    """

    file: str
    sheet: str | None = None
    records: str | None = None
    header: RowNumber | tuple[RowNumber, ...] = 1
    unit_row: RowNumber | None = None
    names_row: RowNumber | None = None
    transposed: bool = False
    last: RowNumber | None = None
    skip: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    fill_down: tuple[str, ...] = ()
    where: dict[str, str] = Field(default_factory=dict)
    headers: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    cells: dict[str, str] = Field(default_factory=dict)
    source: Source | None = None
    row: Row
    columns: dict[str, Column] = Field(default_factory=dict)
    long: Long | None = None

    @property
    def first(self) -> int:
        """Return the first row of the table, that of its header."""
        return min(self.header) if isinstance(self.header, tuple) else self.header


class Dataset(Strict):
    """What the dataset says of itself; contact: an e-mail address or the IRI of a page."""

    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
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
    limits: files of the line's own ranges, tolerances and shapes, beside the mapping.
    """

    mapping: str
    version: int = Field(ge=1)
    scope: str | None = None
    base: str | None = None
    dataset: Dataset
    source: Source = Source()
    ignore_sheets: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    tables: tuple[Table, ...] = Field(min_length=1)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a mapping file, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Mapping.model_json_schema()
