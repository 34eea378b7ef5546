"""Turns the units that EMMO lacks into classes of ours."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from pilotline.namespaces import ELUCIDATION, PL, SKOS
from pilotline.vocabulary.generator import CLASS, LABEL, SUBCLASS, TYPE, Generator, source

ABOVE = "emmo:MeasurementUnit"


def unit_triples(generator: Generator) -> Iterator[Triple]:
    """Yield the classes of the column `pl` of the table of units."""
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
