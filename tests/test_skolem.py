"""Blank nodes of RDF handed in get IRIs that stay the same while the content does."""

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from pilotline.rdf.skolem import skolemised

DATASET = "https://example.org/dataset/d"
CELL = """@prefix : <https://example.org/> .
:cell :has [ a :Thickness ; :number [ :is 15 ] ] , [ a :Mass ; :number [ :is 15 ] ] .
"""


def named(turtle: str) -> set[Quad]:
    quads = list(parse(turtle, RdfFormat.TURTLE, rename_blank_nodes=True))
    return set(skolemised(quads, DATASET))


def nodes(quads: set[Quad]) -> set[str]:
    terms = [term for quad in quads for term in (quad.subject, quad.object)]
    found = {term.value for term in terms if isinstance(term, NamedNode)}
    return {iri for iri in found if iri.startswith(f"{DATASET}/node/")}


def test_the_same_content_gets_the_same_iris_in_any_order() -> None:
    lines = "@prefix : <https://example.org/> . :cell :has _:m . _:n :is 15 . _:m :number _:n ; a :Mass ."
    assert named(lines) < named(CELL)


def test_what_else_a_file_says_changes_no_iri() -> None:
    assert named(CELL) < named(CELL + ":cell :has [ a :Length ] . :other :has [ a :Mass ] .")


def test_equal_content_of_two_things_stays_two_nodes() -> None:
    assert len(nodes(named(CELL))) == 4


def test_two_of_a_kind_at_one_place_stay_two() -> None:
    text = "@prefix : <https://example.org/> . :stack :has [ a :Sheet ] , [ a :Sheet ] ."
    first, second = sorted(nodes(named(text)))
    assert second == f"{first}-2"


def test_a_circle_is_named_too() -> None:
    text = "@prefix : <https://example.org/> . _:a :next _:b ; a :First . _:b :next _:a ; a :Second ."
    again = "@prefix : <https://example.org/> . _:y a :Second ; :next _:x . _:x a :First ; :next _:y ."
    assert len(nodes(named(text))) == 2
    assert named(text) == named(again)
