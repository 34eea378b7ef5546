"""Turns a lab's own table of ranges into shapes that go before ours."""

import csv
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import rdflib
from rdflib import DCTERMS, RDF, SH, XSD, Literal, URIRef

from pilotline.errors import PilotlineError
from pilotline.namespaces import PL, SHAPES
from pilotline.quantities.units import UnitError, Units
from pilotline.vocabulary.terms import Parameter, load_vocabulary
from pilotline.vocabulary.upstream import UnknownTermError

COLUMNS = ("parameter", "min", "max", "unit", "severity", "reason")
_SEVERITIES = {"": SH.Warning, "violation": SH.Violation, "warning": SH.Warning, "info": SH.Info}
# The lab's own range goes after the recipe's tolerance (1) and before the equipment's limit (3).
_ORDER = 2


class RangesError(PilotlineError, ValueError):
    """A table of ranges that cannot be used; the message says row, column and what would be right."""


@dataclass(frozen=True)
class Range:
    """A lab's own range of a parameter; low, high: in SI units, either may be open. said: its row."""

    parameter: Parameter
    low: float | None
    high: float | None
    said: dict[str, str]


def read_ranges(file: Path) -> list[Range]:
    """Return the ranges of a CSV file with the columns of COLUMNS, one for each row.

    severity: violation, warning (the default) or info. reason: shown as the source of the rule.
    """
    vocabulary, units, ranges = load_vocabulary(), Units.load(), []
    for number, row in enumerate(_rows(file), 2):
        where = f"{file.name}, row {number}"
        try:
            parameter = vocabulary.parameter(row["parameter"])
            low, high = (_si(row, name, units, where) for name in ("min", "max"))
        except (UnknownTermError, UnitError) as error:
            raise RangesError(f"{where}: {error}") from error
        if row["severity"] not in _SEVERITIES:
            raise RangesError(f"{where}, column severity: use violation, warning or info")
        if low is None and high is None:
            raise RangesError(f"{where}: give min, max or both")
        ranges.append(Range(parameter, low, high, row))
    return ranges


def ranges_of(path: Path) -> list[Range]:
    """Return the ranges of a CSV file, or of all those in a folder; other files say nothing of ranges."""
    files = sorted(path.glob("*.csv")) if path.is_dir() else [path] if path.suffix == ".csv" else []
    return [each for file in files for each in read_ranges(file)]


def range_shapes(file: Path) -> rdflib.Graph:
    """Return the shapes of a CSV file of ranges, one for each row."""
    graph = rdflib.Graph()
    for each in read_ranges(file):
        shape = URIRef(f"{SHAPES}Lab-{each.parameter.name}")
        _add(graph, shape, each.parameter, each.said, [each.low, each.high])
    return graph


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if unknown := set(reader.fieldnames or ()) - set(COLUMNS):
            named = ", ".join(sorted(unknown))
            raise RangesError(f"{file.name}: unknown column {named}; columns are {', '.join(COLUMNS)}")
        return [{name: (row.get(name) or "").strip() for name in COLUMNS} for row in reader]


def _si(row: dict[str, str], column: str, units: Units, where: str) -> float | None:
    if not row[column]:
        return None
    try:
        return units.parse(row["unit"]).si(Decimal(row[column].replace(",", ".")))
    except InvalidOperation as error:
        raise RangesError(f"{where}, column {column}: {row[column]!r} is no number") from error


def _add(
    graph: rdflib.Graph,
    shape: URIRef,
    parameter: Parameter,
    row: dict[str, str],
    bounds: list[float | None],
) -> None:
    span = " … ".join((row["min"] or "−∞", row["max"] or "∞")) + f" {row['unit']}"
    label = parameter.labels[0] if parameter.labels else parameter.name
    texts = {
        "en": f"Outside the range of your lab for {label}: {span}.",
        "de": f"Außerhalb des Bereichs Ihres Labors für {parameter.labels[-1]}: {span}.",
    }
    graph.add((shape, RDF.type, SH.PropertyShape))
    graph.add((shape, SH.targetClass, URIRef(parameter.iri)))
    graph.add((shape, SH.path, URIRef(PL + "siValue")))
    for bound, side in zip(bounds, (SH.minInclusive, SH.maxInclusive), strict=True):
        if bound is not None:
            graph.add((shape, side, Literal(f"{_widened(bound, side):.9E}", datatype=XSD.double)))
    graph.add((shape, SH.severity, _SEVERITIES[row["severity"]]))
    graph.add((shape, SH.order, Literal(_ORDER)))
    graph.add((shape, SH.group, URIRef(SHAPES + "Limits")))
    graph.add((shape, SH.description, Literal(span)))
    graph.add((shape, DCTERMS.source, Literal(row["reason"] or "range of the lab")))
    for language, text in texts.items():
        graph.add((shape, SH.message, Literal(text, lang=language)))


def _widened(bound: float, side: URIRef) -> float:
    """Return a bound a trace wider, so that a value typed exactly at it is inside after its conversion."""
    trace = abs(bound) * 1e-9
    return bound - trace if side == SH.minInclusive else bound + trace


def refine(graph: rdflib.Graph) -> None:
    """Silence the farther limits of each parameter for which the graph holds a range of the lab."""
    own = {
        target
        for shape in graph.subjects(SH.order, Literal(_ORDER))
        for target in graph.objects(shape, SH.targetClass)
    }
    for target in own:
        for shape in graph.subjects(SH.targetClass, target):
            order = graph.value(shape, SH.order)
            if order is not None and float(str(order)) > _ORDER:
                graph.add((shape, SH.deactivated, Literal(True)))
    if own:
        _narrow(graph, sorted(map(str, own)))


def _narrow(graph: rdflib.Graph, parameters: list[str]) -> None:
    """Let the plausible range say nothing of parameters that have a range of the lab."""
    shapes = [URIRef(SHAPES + name) for name in ("Quantity-plausible", "Quantity-judged")]
    for query in [each for shape in shapes for each in graph.objects(shape, SH.sparql)]:
        for select in list(graph.objects(query, SH.select)):
            names = ", ".join(f"<{each}>" for each in parameters)
            start = "FILTER (?value < ?least"
            narrowed = str(select).replace(start, f"FILTER (?parameter NOT IN ({names}))\n    {start}")
            graph.set((query, SH.select, Literal(narrowed)))
