"""Turns the published tables into individuals: what is specified for a parameter at a step, and ratings."""

from collections.abc import Iterator

from pyoxigraph import Triple

from pilotline.vocabulary.generator import Generator
from pilotline.vocabulary.records import Records


def specification_triples(generator: Generator) -> Iterator[Triple]:
    """Yield the specifications and the assessments of them, each named and said in plain words."""
    yield from _recorded(generator, "specifications", "assessments")


def statement_triples(generator: Generator) -> Iterator[Triple]:
    """Yield the statements and the works cited, with the terms that they are made of."""
    yield from generator.terms("statement_terms")
    yield from _recorded(generator, "statements", "references")


def _recorded(generator: Generator, *tables: str) -> Iterator[Triple]:
    records = Records(generator.tables)
    for table in tables:
        yield from generator.terms(table)
        yield from records.triples(generator, table)
