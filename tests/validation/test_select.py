import pytest

from pilotline.validation.model import UnsupportedError
from pilotline.validation.select import select_over

FOCUS = "<urn:f>"


def over(query: str) -> str:
    return " ".join(select_over(query, FOCUS, "", "<urn:path>").split())


def test_focus_stands_in_each_group() -> None:
    assert over("SELECT $this { { $this ?p 1 } UNION { $this ?p 2 } }") == (
        "SELECT ?this { <urn:f> { <urn:f> ?this ?p 1 } UNION { <urn:f> ?this ?p 2 } }"
    )


def test_focus_is_left_out_within_exists() -> None:
    assert over("SELECT $this { $this ?p 1 FILTER NOT EXISTS { $this ?q 2 } }") == (
        "SELECT ?this { <urn:f> ?this ?p 1 FILTER NOT EXISTS { ?this ?q 2 } }"
    )


def test_braces_in_texts_and_comments_are_no_groups() -> None:
    assert over('SELECT $this { $this ?p "{" # { \n }') == 'SELECT ?this { <urn:f> ?this ?p "{" }'


def test_path_of_the_shape_replaces_its_placeholder() -> None:
    assert over("SELECT $this ?value { $this $PATH ?value }") == (
        "SELECT ?this ?value { <urn:f> ?this <urn:path> ?value }"
    )


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this { $this ?p ?o } LIMIT 1",
        "SELECT $this (COUNT(?o) AS ?n) { $this ?p ?o }",
        "SELECT $this (COUNT(?o) AS ?n) { $this ?p ?o } GROUP BY ?o",
        "SELECT $this { $this ?p ?o MINUS { $this ?q ?o } }",
        "SELECT $this { { SELECT ?o { ?o ?p 1 } } $this ?q ?o }",
        "SELECT $this { GRAPH $shapesGraph { $this ?p ?o } }",
    ],
)
def test_query_that_means_something_else_over_many_nodes_is_refused(query: str) -> None:
    with pytest.raises(UnsupportedError):
        over(query)
