"""Reads what a model needs: from a user's own list, the paper's named models, or the ratings of a step."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pilotline.errors import PilotlineError
from pilotline.vocabulary.tables import Row, Tables
from pilotline.vocabulary.terms import Vocabulary
from pilotline.vocabulary.upstream import UnknownTermError

COLUMNS = ("parameter", "bearer", "polarity", "kind", "condition", "required", "n")
_YES = {"": True, "required": True, "yes": True, "ja": True, "true": True, "1": True}
_NO = {"optional": False, "no": False, "nein": False, "false": False, "0": False}


class RequirementsError(PilotlineError, ValueError):
    """A list of requirements that cannot be used; the message says row, column and what would be right."""


@dataclass(frozen=True)
class Requirement:
    """One parameter that a model needs.

    parameter: local name; a value of a class below it will do.
    bearer: kind of the lot, or run, equipment, room, recipe; empty for anything in the lineage.
    polarity: Cathode or Anode, empty for either. kind: set, measured, …; empty for any.
    condition: text that the keys of the quantity hold, such as `at=ShearRate:10`.
    least: how many values a run needs. source: where the need is stated.
    """

    parameter: str
    required: bool = True
    bearer: str = ""
    polarity: str = ""
    kind: str = ""
    condition: str = ""
    least: int = 1
    source: str = ""


@dataclass(frozen=True)
class Requirements:
    """What a model needs.

    steps: local names of the steps whose runs are its rows; none for all runs.
    known, asked: of how many parameters it is known how much they matter, of how many it should be.
    """

    name: str
    items: tuple[Requirement, ...]
    steps: tuple[str, ...] = ()
    known: int = 0
    asked: int = 0

    @property
    def complete(self) -> bool:
        """Say whether of every parameter it is known how much it matters."""
        return self.known == self.asked


def read_requirements(file: Path, vocabulary: Vocabulary) -> Requirements:
    """Read a user's own list, a CSV file with the columns of COLUMNS; only `parameter` must be there."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            if unknown := set(reader.fieldnames or ()) - set(COLUMNS):
                named = ", ".join(sorted(unknown))
                raise RequirementsError(f"{file}: unknown column {named}; columns are {', '.join(COLUMNS)}")
            items = tuple(_own(file, number, row, vocabulary) for number, row in enumerate(reader, 2))
    except (OSError, UnicodeDecodeError) as error:
        raise RequirementsError(f"{file}: {error}") from error
    return Requirements(file.stem, items, (), len(items), len(items))


def _own(file: Path, number: int, cells: dict[str, str], vocabulary: Vocabulary) -> Requirement:
    row = {name: (cells.get(name) or "").strip() for name in COLUMNS}
    where = f"{file}, row {number}"
    try:
        parameter = vocabulary.parameter(row["parameter"]).name
    except UnknownTermError as error:
        raise RequirementsError(f"{where}, column parameter: {error}") from error
    required = {**_YES, **_NO}.get(row["required"].casefold())
    if required is None:
        raise RequirementsError(f"{where}, column required: {row['required']!r}; use required or optional")
    if row["polarity"].capitalize() not in ("", "Cathode", "Anode"):
        raise RequirementsError(f"{where}, column polarity: {row['polarity']!r}; use cathode or anode")
    if row["n"] and not row["n"].isdecimal():
        raise RequirementsError(f"{where}, column n: {row['n']!r} is no whole number")
    return Requirement(
        parameter,
        required,
        row["bearer"],
        row["polarity"].capitalize(),
        row["kind"],
        row["condition"],
        int(row["n"] or 1),
        f"{file.name}, row {number}",
    )


def named_models(tables: Tables) -> list[str]:
    """Return the local names of the paper's models whose inputs are stated."""
    return [
        _local(row["term"])
        for row in tables.rows("models")
        if row["nature"] == "individual" and row["inputs"]
    ]


def model_requirements(name: str, tables: Tables) -> Requirements:
    """Return what a named model of the paper takes in; implicit inputs are wished for, not required."""
    rows = {_local(row["term"]): row for row in tables.rows("models") if row["nature"] == "individual"}
    if name not in rows:
        raise RequirementsError(f"no model is called {name!r}; known are {', '.join(named_models(tables))}")
    row = rows[name]
    implicit = set(row.values("inputs_implicit"))
    items = tuple(
        Requirement(_local(each), required=each not in implicit, source=f"section {row['source']}")
        for each in row.values("inputs")
    )
    steps = tuple(map(_local, row.values("steps")))
    # A model of which the paper names no input is not known, however few items it has.
    return Requirements(name, items, steps, len(items), max(len(items), 1))


def rated_requirements(step: str, model_type: str, tables: Tables) -> Requirements:
    """Return what the ratings say a model type needs of a step: high is required, intermediate wished for.

    step, model_type: local names, such as `Coating` and `Continuum`.
    """
    rows = [row for row in tables.rows("specifications") if step in _steps(row)]
    if not rows:
        raise RequirementsError(f"nothing is specified for a step {step!r}")
    levels = _levels(model_type, tables)
    items = tuple(_rated(row, levels) for row in rows if levels.get(row["term"]) in _NEEDED)
    known = sum(row["term"] in levels for row in rows)
    return Requirements(f"{step}, {model_type}", items, (step,), known, len(rows))


_NEEDED = {"High": True, "Intermediate": False}


def _rated(row: Row, levels: dict[str, str]) -> Requirement:
    source = f"Table {row['table']}, row {row['row']}"
    return Requirement(_local(row["parameter"]), _NEEDED[levels[row["term"]]], source=source)


def _levels(model_type: str, tables: Tables) -> dict[str, str]:
    """Return the level of each specification that is rated; what is printed goes before the rest."""
    found: dict[str, str] = {}
    rows = [row for row in tables.rows("assessments") if row["dimension"] == "pl:Criticality"]
    kinds = {_local(row["model_type"]) for row in rows}
    if model_type not in kinds:
        raise RequirementsError(f"no model type {model_type!r}; known are {', '.join(sorted(kinds))}")
    for row in sorted(rows, key=lambda row: row["basis"] == "pl:Printed"):
        if _local(row["model_type"]) == model_type:
            found |= dict.fromkeys(row.values("specification"), _local(row["level"]))
    return found


def step_requirements(step: str, tables: Tables) -> Iterator[Requirement]:
    """Yield what is specified for a step: required where a rating for any model type is high."""
    needed: dict[str, bool] = defaultdict(bool)
    high = {
        specification
        for row in tables.rows("assessments")
        if row["dimension"] == "pl:Criticality" and row["level"] == "pl:High"
        for specification in row.values("specification")
    }
    for row in tables.rows("specifications"):
        if step in _steps(row):
            needed[_local(row["parameter"])] |= row["term"] in high
    for parameter, required in needed.items():
        yield Requirement(parameter, required)


def _steps(row: Row) -> set[str]:
    return {_local(name) for name in (row["step"], row["sub_step"]) if name}


def _local(name: str) -> str:
    return name.removeprefix("pl:")
