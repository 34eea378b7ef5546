"""Turns the table of units into symbols, units of ours where EMMO has none, and the units of parameters."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from pilotline.namespaces import ELUCIDATION, EMMO, HAS_DIMENSION_STRING, HAS_MEASUREMENT_UNIT, PL, SKOS
from pilotline.vocabulary.dimensions import Dimensions
from pilotline.vocabulary.generator import CLASS, LABEL, SUBCLASS, TYPE, Generator, restricted, some, source
from pilotline.vocabulary.tables import Row


def unit_triples(generator: Generator) -> Iterator[Triple]:
    """Yield the symbol of each unit, the units of ours, and the kind of unit that states each parameter."""
    dimensions = Dimensions(generator)
    for row in generator.tables.rows("units"):
        unit = NamedNode(EMMO + row["emmo"] if row["emmo"] else PL + row["pl"])
        yield Triple(unit, NamedNode(PL + "unitSymbol"), Literal(row["symbol"]))
        if row["pl"]:
            yield from _unit(unit, row, dimensions)
    for row in generator.tables.rows("parameters"):
        if row["unit"] and (above := dimensions.classes.get(row["dimension"])):
            yield from some(generator.subject(row), HAS_MEASUREMENT_UNIT, [NamedNode(above)])


def _unit(unit: NamedNode, row: Row, dimensions: Dimensions) -> Iterator[Triple]:
    """Yield what is said of a unit that EMMO lacks."""
    words = f"Unit {row['symbol']} of the dimension {row['dimension']}."
    yield Triple(unit, TYPE, CLASS)
    yield Triple(unit, SUBCLASS, NamedNode(dimensions.above(row)))
    if string := dimensions.string(row):
        yield from restricted(unit, HAS_DIMENSION_STRING, "hasValue", Literal(string))
    yield Triple(unit, LABEL, Literal(row["pl"], language="en"))
    yield Triple(unit, NamedNode(SKOS + "altLabel"), Literal(row["symbol"], language="en"))
    yield Triple(unit, NamedNode(ELUCIDATION), Literal(words, language="en"))
    yield from source(unit, [f"UCUM {row['ucum']}" if row["ucum"] else "Pilotline"])
