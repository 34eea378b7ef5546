"""Reads what a lab says of its line for its templates: instruments, limits, zone of its clocks."""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, ValidationError

from pilotline.datasets.dataset import SourceError
from pilotline.tabular.naming import Strict


class Instrument(Strict):
    """A machine or an instrument; class: of the ontology, such as `SlotDieCoater`; step: where it works."""

    id: str
    class_: str = Field(default="Equipment", alias="class")
    step: str = ""


class Limit(Strict):
    """Between which values a parameter lies on this line; step: left out where it holds for all steps."""

    parameter: str
    unit: str
    low: Decimal | None = None
    high: Decimal | None = None
    step: str = ""


class Line(Strict):
    """A lab's line. scope, timezone, licence, creator: as the metadata sheet of a template begins."""

    scope: str = ""
    timezone: str = ""
    licence: str = ""
    creator: str = ""
    instruments: Annotated[tuple[Instrument, ...], Field()] = ()
    limits: tuple[Limit, ...] = ()


_PARTS = {"instrument": ("id", "class", "step"), "limit": ("parameter", "unit", "low", "high", "step")}
_SAYS = ("scope", "timezone", "licence", "creator")


def read_line(path: Path) -> Line:
    """Return the line that a YAML or CSV file describes; docs/templates.md has the formats.

    Errors: SourceError, with one line for each thing that is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        plain = _of_csv(text) if path.suffix.lower() == ".csv" else yaml.safe_load(text) or {}
        return Line.model_validate(plain)
    except ValidationError as error:
        lines = [
            f"{path.name}: {'.'.join(map(str, item['loc']))}: {item['msg']}"
            for item in error.errors(include_url=False)
        ]
        raise SourceError("\n".join(lines)) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError, csv.Error) as error:
        raise SourceError(f"{path.name}: cannot be read: {' '.join(str(error).split())}") from error


def _of_csv(text: str) -> dict[str, Any]:
    """Return the plain data of a CSV file whose column `what` says what each row is."""
    found: dict[str, Any] = {"instruments": [], "limits": []}
    for row in csv.DictReader(text.splitlines()):
        what = (row.get("what") or "").strip()
        if what in _SAYS:
            found[what] = row.get("id") or ""
        else:
            part = _PARTS.get(what, tuple(row))
            said = {key: value for key, value in row.items() if value and key in part}
            found.setdefault(f"{what}s", []).append(said)
    return found
