"""Turns the table of limits into the plausible range of each parameter, in SI units and in words."""

from collections.abc import Iterator
from decimal import Decimal

from pyoxigraph import Literal, NamedNode, Triple

from pilotline.namespaces import PL, XSD
from pilotline.quantities.units import Units
from pilotline.vocabulary.generator import Generator
from pilotline.vocabulary.tables import Row

_DOUBLE = NamedNode(XSD + "double")


def limit_triples(generator: Generator) -> Iterator[Triple]:
    """Yield lower bound, upper bound and their words for each parameter of the table."""
    units = Units.load(generator.tables)
    for row in generator.tables.rows("limits"):
        parameter = NamedNode(generator.iri(row, "parameter", row["parameter"]))
        for column, name in (("plausible_min", "plausibleMinimum"), ("plausible_max", "plausibleMaximum")):
            bound = Literal(si_number(row, column, units), datatype=_DOUBLE)
            yield Triple(parameter, NamedNode(PL + name), bound)
        span = f"{row['plausible_min']}–{row['plausible_max']} {row['unit']}"
        words = {"plausibleRange": span, "plausibleScope": row["scope"], "plausibleSource": row["source"]}
        for name, text in words.items():
            yield Triple(parameter, NamedNode(PL + name), Literal(text))


def si_number(row: Row, column: str, units: Units) -> str:
    """Return the number of a cell in SI units, as an xsd:double is written."""
    value = units.parse(row["unit"]).si(Decimal(row[column]))
    if value is None:
        raise row.error(column, f"the unit {row['unit']} has no value in SI units")
    return f"{value:.6E}"
