"""Turns the published tables into individuals: what is specified for a parameter at a step, and ratings."""

from collections.abc import Iterator

from pyoxigraph import Triple

from pilotline.vocabulary.generator import Generator


def specification_triples(generator: Generator) -> Iterator[Triple]:
    """Yield the specifications and their assessments."""
    yield from generator.terms("specifications")
    yield from generator.terms("assessments")
