"""What a client accepts decides the format, by precision first and quality second."""

import pytest

from pilotline_server.negotiation import GRAPHS, HTML, TABLES, choose

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "json"),
        ("", "json"),
        ("*/*", "json"),
        ("text/csv", "csv"),
        ("TEXT/CSV", "csv"),
        ("text/*", "csv"),
        ("application/*", "json"),
        ("application/json", "json"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", "xml"),
        ("text/csv; charset=utf-8; q=1, */*;q=0.1", "csv"),
        ("application/sparql-results+json;q=0, */*", "xml"),
        ("text/*;q=0.3, text/tab-separated-values;q=0.7, */*;q=0.1", "tsv"),
        ("text/turtle, application/sparql-results+json;q=0.2", "json"),
        ("text/turtle", None),
        ("text/csv;q=0", None),
        ("text/csv;q=nonsense", None),
        ("*/*;q=0", None),
        ("image/png, */csv", None),
        ("nonsense", None),
    ],
)
def test_a_table_in_the_format_that_is_liked_best(accept: str | None, name: str | None) -> None:
    offer = choose(accept, TABLES)
    assert (offer.name if offer else None) == name


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "turtle"), ("*/*", "turtle"), ("application/ld+json", "jsonld"),
        ("application/json", "jsonld"),
        ("application/rdf+xml, text/turtle;q=0.9", "rdfxml"), ("application/n-triples", "ntriples"),
        ("application/trig", "trig"), ("application/n-quads", "nquads"), ("text/csv", None),
    ],
)  # fmt: skip
def test_a_graph_in_the_format_that_is_liked_best(accept: str | None, name: str | None) -> None:
    offer = choose(accept, GRAPHS)
    assert (offer.name if offer else None) == name


def test_a_browser_gets_a_page_and_a_program_does_not() -> None:
    assert choose(BROWSER, (*TABLES, HTML)) == HTML
    assert choose("*/*", (*TABLES, HTML)) == TABLES[0]
