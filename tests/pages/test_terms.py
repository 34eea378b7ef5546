"""Each IRI of the project says at its address what it stands for, to people and to programs."""

import httpx2 as httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from pilotline.namespaces import DATA, PL

FORMATS = {"text/turtle": RdfFormat.TURTLE, "application/ld+json": RdfFormat.JSON_LD}


@pytest.mark.parametrize("media_type", FORMATS)
@pytest.mark.parametrize(
    ("path", "iri"),
    [("/ontology/Porosity", PL + "Porosity"), ("/id/demo-line/lot/cell-54", DATA + "demo-line/lot/cell-54")],
)
def test_a_program_gets_the_triples_of_an_iri(
    client: httpx.Client, path: str, iri: str, media_type: str
) -> None:
    answer = client.get(path, headers={"Accept": media_type})
    assert answer.headers["content-type"].startswith(media_type)
    assert {quad.subject for quad in parse(answer.content, format=FORMATS[media_type])} == {NamedNode(iri)}


def test_a_person_gets_a_page_with_definition_and_uses(client: httpx.Client) -> None:
    page = client.get("/ontology/Porosity").text
    assert "<h1>Porosity</h1>" in page
    assert "Porosität" in page
    assert '<a href="/ontology/Calendering-Porosity">' in page


def test_a_cell_of_the_line_has_a_page(client: httpx.Client) -> None:
    assert "<h1>cell 54</h1>" in client.get("/id/demo-line/lot/cell-54").text


@pytest.mark.parametrize("path", ["/ontology/NoSuchTerm", "/id/no/such/thing"])
def test_what_nobody_knows_is_not_found(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_ontology_comes_whole(client: httpx.Client) -> None:
    answer = client.get("/ontology", headers={"Accept": "text/turtle"})
    subjects = {quad.subject for quad in parse(answer.content, format=RdfFormat.TURTLE)}
    assert {NamedNode(PL + "Porosity"), NamedNode(PL + "Calendering-Porosity")} <= subjects
    assert '<a href="/ontology/Porosity">' in client.get("/ontology").text


def test_a_parameter_shows_steps_ratings_techniques_and_its_turtle(client: httpx.Client) -> None:
    page = client.get("/ontology/Porosity").text
    for said in (
        "In which steps does this parameter appear",
        "How is this parameter rated",
        "<h2>As Turtle</h2>",
    ):
        assert said in page
    assert "\npl:Porosity " in page
    assert "/line?parameter=https" in page


def test_a_lot_leads_to_its_trace_and_its_questions(client: httpx.Client) -> None:
    page = client.get("/id/demo-line/lot/cell-117").text
    assert "/trace?thing=https" in page
    assert "/queries/behind_cell?cell=https" in page


def test_a_term_shows_what_the_paper_says_of_it(client: httpx.Client) -> None:
    page = client.get("/ontology/PoreSize").text
    assert "What does the paper say about this" in page
    assert "Smaller pores wet slower; calendering makes them smaller." in page
