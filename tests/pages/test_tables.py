"""The published tables are filtered, read in words, and lead to what is known of each row."""

import csv
import html
import io
import re
from urllib.parse import unquote

import httpx2 as httpx
from pyoxigraph import NamedNode, RdfFormat, parse

from pilotline.namespaces import PL
from pilotline.questions.question import ask, find_question
from pilotline.resources import data_folder
from pilotline.store import Store

LEVELS = ("Empirical", "MachineLearning", "Discrete", "Continuum", "Measurability", "Accuracy")


def rows_of(client: httpx.Client, **given: str) -> list[dict[str, str]]:
    text = client.get("/tables", params={"format": "csv"} | given).text
    return list(csv.DictReader(io.StringIO(text)))


def test_the_tables_have_all_113_rows(client: httpx.Client) -> None:
    rows = {(row["table"], row["row"]) for row in rows_of(client)}
    assert len(rows) == 113
    assert {table for table, _ in rows} == {str(number) for number in range(5, 13)}


def test_what_was_not_transcribed_is_what_the_question_lists(client: httpx.Client, demo_store: Store) -> None:
    unknown = {
        (row["table"], row["row"], column)
        for row in rows_of(client)
        for column in LEVELS
        if row[column] == "not transcribed"
    }
    question = find_question("ratings_not_transcribed", data_folder("queries"))
    assert len(unknown) == len(ask(demo_store.read(), question, {}).rows)


def test_filters_narrow_the_rows(client: httpx.Client) -> None:
    rows = rows_of(client, step="Calendering", role="StructureParameter")
    assert {row["step"] for row in rows} <= {"Calendering"}
    porosity = rows_of(client, step="Calendering", model="Empirical", rating="High")
    assert "Porosity" in {row["printed"] for row in porosity}


def test_a_filter_is_taken_however_it_is_written_and_an_unknown_one_is_told(client: httpx.Client) -> None:
    assert rows_of(client, step="calendering", role="structure parameter") == rows_of(
        client, step="Calendering", role="StructureParameter"
    )
    answer = client.get("/tables", params={"step": "painting"})
    assert answer.status_code == 400
    assert "step=painting: no row has that; there are Calendering" in answer.text


def test_a_level_is_said_in_words(client: httpx.Client) -> None:
    page = client.get("/tables", params={"step": "Calendering"}).text
    assert "hard to do without" in page
    assert "not transcribed" in page
    assert '<a href="/ontology/Calendering-Porosity">Porosity</a>' in page


def test_the_view_is_linked_data(client: httpx.Client) -> None:
    answer = client.get("/tables", params={"step": "Calendering", "format": "jsonld"})
    quads = list(parse(answer.content, format=RdfFormat.JSON_LD))
    steps = {quad.object for quad in quads if quad.predicate == NamedNode(PL + "inStep")}
    assert steps == {NamedNode(PL + "Calendering")}


def test_a_german_word_or_a_local_name_finds_the_rows(client: httpx.Client) -> None:
    german, local = (rows_of(client, search=text) for text in ("viskosität", "Viscosity"))
    assert german
    assert german == local
    assert any("rheo" in row["printed"].lower() for row in german)


def test_the_page_leads_to_the_sparql_behind_it(client: httpx.Client) -> None:
    page = client.get("/tables", headers={"Accept": "text/html"}).text
    query = unquote(re.search(r'href="/sparql\?query=([^"]+)"', page)[1])  # type: ignore[index]
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    assert len(answer.text.splitlines()) == 177


def test_facets_say_how_many_rows_each_choice_leaves(client: httpx.Client) -> None:
    page = client.get("/tables", params={"step": "Coating", "search": "speed"}).text
    facets = re.search(r'<div class="facets">(.*?)</div>', page, re.DOTALL)
    assert facets
    counted = re.findall(r'<a href="([^"]+)">[^<]+</a> <span class="quiet">(\d+)</span>', facets[1])
    assert len(counted) > 5
    for href, rows in counted:
        assert f"<p>{rows} of 176 rows." in client.get(html.unescape(href)).text, href
