"""Turtle is written for people: sorted, four spaces, labels beside opaque names."""

from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, Triple, parse
from rdflib import Graph
from rdflib.compare import isomorphic

from pilotline.vocabulary.turtle import write_turtle

HERE = Path(__file__).parent
LABELS = {
    "https://w3id.org/emmo#EMMO_36e69413_8c59_4799_946c_10b05d266e22": "hasInput",
    "https://w3id.org/emmo#EMMO_967080e5_2f42_4eb2_a3a9_c58143e835f9": "elucidation",
}


def written(turtle: str) -> str:
    quads = parse(turtle, format=RdfFormat.TURTLE)
    return write_turtle([triple(quad) for quad in quads], "A title", LABELS)


def triple(quad: Quad) -> Triple:
    return Triple(quad.subject, quad.predicate, quad.object)


def test_layout_is_that_of_the_case() -> None:
    case = (HERE / "layout.ttl").read_text(encoding="utf-8")
    assert written(case) == case


@pytest.mark.parametrize(
    "text", ['a "quoted" word', "back\\slash", "two\nlines", "a | b ; c .", "#no comment", "µ"]
)
def test_any_text_survives(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    source = f'<http://example.org/a> <http://example.org/b> "{quoted}"@en , "{quoted}" .'
    assert isomorphic(Graph().parse(data=written(source)), Graph().parse(data=source))


def test_order_of_the_triples_does_not_matter() -> None:
    triples = [triple(q) for q in parse(path=HERE / "layout.ttl", format=RdfFormat.TURTLE)]
    assert write_turtle(triples, "t", LABELS) == write_turtle(triples[::-1], "t", LABELS)
