"""Turns the published tables into individuals: what is specified for a parameter at a step, and ratings."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from pilotline.namespaces import SKOS
from pilotline.vocabulary.generator import Generator


def specification_triples(generator: Generator) -> Iterator[Triple]:
    """Yield the specifications, named in plain words, and the assessments of them."""
    yield from generator.terms("specifications")
    yield from _words(generator)
    yield from generator.terms("assessments")


def _words(generator: Generator) -> Iterator[Triple]:
    """Yield the words for a specification, such as `viscosity at coating`."""
    tables = ("parameters", "steps")
    words = {row["term"]: row.values("alt_en") for table in tables for row in generator.tables.rows(table)}
    for row in generator.tables.rows("specifications"):
        parameter, step = words.get(row["parameter"]), words.get(row["step"])
        if parameter and step:
            text = Literal(f"{parameter[0]} at {step[0]}", language="en")
            yield Triple(generator.subject(row), NamedNode(SKOS + "altLabel"), text)
