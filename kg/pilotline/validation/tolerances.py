"""Puts a lab's own tolerances in place of those that ship: of balances, of the tare, of cross-checks."""

import csv
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import rdflib
from rdflib import DCTERMS, SH, XSD, Literal, URIRef
from rdflib.term import Node

from pilotline.errors import PilotlineError
from pilotline.namespaces import SHAPES
from pilotline.quantities.units import UnitError, Units

COLUMNS = ("check", "tolerance", "unit", "reason")
# A shape says what its tolerance is called, what it is in SI as its query has it, and how its texts write it.
_NAME, _VALUE, _SHOWN = (URIRef(SHAPES + name) for name in ("toleranceOf", "tolerance", "toleranceShown"))
_TEXTS = (SH.message, SH.description)
_BOUNDS = (SH.minInclusive, SH.maxInclusive)


class TolerancesError(PilotlineError, ValueError):
    """A table of tolerances that cannot be used; the message says row, column and what would be right."""


@dataclass(frozen=True)
class Tolerance:
    """How far a check may be missed. value: in SI units. shown: as the lab wrote it. where: file and row."""

    check: str
    value: Decimal
    shown: str
    reason: str
    where: str


def holds_tolerances(file: Path) -> bool:
    """Say whether a CSV file has tolerances, and not ranges."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return "check" in next(csv.reader(lines), [])


def read_tolerances(file: Path) -> list[Tolerance]:
    """Return the rows of a CSV file with the columns of COLUMNS."""
    units = Units.load()
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if unknown := set(reader.fieldnames or ()) - set(COLUMNS):
            named = ", ".join(sorted(unknown))
            raise TolerancesError(f"{file.name}: unknown column {named}; columns are {', '.join(COLUMNS)}")
        rows = [{name: (row.get(name) or "").strip() for name in COLUMNS} for row in reader]
    return [_tolerance(row, units, f"{file.name}, row {number}") for number, row in enumerate(rows, 2)]


def _tolerance(row: dict[str, str], units: Units, where: str) -> Tolerance:
    try:
        number = Decimal(row["tolerance"].replace(",", "."))
        factor = units.parse(row["unit"] or "1").factor
    except InvalidOperation as error:
        raise TolerancesError(f"{where}, column tolerance: {row['tolerance']!r} is no number") from error
    except UnitError as error:
        raise TolerancesError(f"{where}: {error}") from error
    if factor is None or number < 0:
        raise TolerancesError(f"{where}: a tolerance is a number from 0 in a unit")
    shown = f"{row['tolerance']} {row['unit']}".removesuffix(" 1").strip()
    return Tolerance(row["check"].casefold(), number * factor, shown, row["reason"], where)


def widen(graph: rdflib.Graph, tolerances: list[Tolerance]) -> None:
    """Put tolerances in place of those of the shapes.

    Errors: TolerancesError for a check that no shape makes.
    """
    known = sorted({str(name) for name in graph.objects(None, _NAME)})
    for tolerance in tolerances:
        shapes = list(graph.subjects(_NAME, Literal(tolerance.check)))
        if not shapes:
            raise TolerancesError(
                f"{tolerance.where}: no check {tolerance.check!r}; there are {', '.join(known)}"
            )
        for shape in shapes:
            _widen(graph, shape, tolerance)


def _widen(graph: rdflib.Graph, shape: Node, tolerance: Tolerance) -> None:
    value, shown = graph.value(shape, _VALUE), graph.value(shape, _SHOWN)
    number = re.compile(rf"(?<![\w.]){re.escape(str(value))}(?![\w.])")
    said = re.compile(rf"(?<![\w.,]){re.escape(str(shown))}(?![\w])")
    for node in (shape, *graph.objects(shape, SH.sparql)):
        for query in list(graph.objects(node, SH.select)):
            graph.set((node, SH.select, Literal(number.sub(f"{tolerance.value:f}", str(query)))))
        for predicate in _TEXTS:
            for text in list(graph.objects(node, predicate)):
                assert isinstance(text, Literal)
                graph.remove((node, predicate, text))
                graph.add(
                    (node, predicate, Literal(said.sub(tolerance.shown, str(text)), lang=text.language))
                )
    for predicate in _BOUNDS:
        for bound in list(graph.objects(shape, predicate)):
            sign = -1 if float(str(bound)) < 0 else 1
            graph.set((shape, predicate, Literal(f"{sign * tolerance.value:E}", datatype=XSD.double)))
    if tolerance.reason:
        graph.set((shape, DCTERMS.source, Literal(tolerance.reason)))
