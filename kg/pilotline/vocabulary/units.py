"""Turns the table of units into their symbols, and into classes of ours for those that EMMO lacks."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from pilotline.namespaces import ELUCIDATION, EMMO, PL, SKOS
from pilotline.vocabulary.generator import CLASS, LABEL, SUBCLASS, TYPE, Generator, source

ABOVE = "emmo:MeasurementUnit"


def unit_triples(generator: Generator) -> Iterator[Triple]:
    """Yield the symbol of each unit, and the classes of the column `pl` of the table of units."""
    yield from _symbols(generator)
    for row in generator.tables.rows("units"):
        if not row["pl"]:
            continue
        subject, words = (
            NamedNode(PL + row["pl"]),
            f"Unit {row['symbol']} of the dimension {row['dimension']}.",
        )
        yield Triple(subject, TYPE, CLASS)
        yield Triple(subject, SUBCLASS, NamedNode(generator.upstream.iri(ABOVE)))
        yield Triple(subject, LABEL, Literal(row["pl"], language="en"))
        yield Triple(subject, NamedNode(SKOS + "altLabel"), Literal(row["symbol"], language="en"))
        yield Triple(subject, NamedNode(ELUCIDATION), Literal(words, language="en"))
        yield from source(subject, [f"UCUM {row['ucum']}" if row["ucum"] else "Pilotline"])


def _symbols(generator: Generator) -> Iterator[Triple]:
    for row in generator.tables.rows("units"):
        unit = NamedNode(EMMO + row["emmo"] if row["emmo"] else PL + row["pl"])
        yield Triple(unit, NamedNode(PL + "unitSymbol"), Literal(row["symbol"]))
