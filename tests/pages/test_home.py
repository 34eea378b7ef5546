"""The home page says what the store holds, finds things by name, and marks what is simulated."""

import httpx2 as httpx

from pilotline.namespaces import PL, RDFS

PREFIXES = f"PREFIX pl: <{PL}> PREFIX rdfs: <{RDFS}> "


def test_the_home_page_counts_what_the_store_holds(client: httpx.Client) -> None:
    query = PREFIXES + "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a/rdfs:subClassOf pl:Cell }"
    csv = client.get("/sparql", params={"query": query, "format": "csv"}).text
    cells = int(csv.split()[1])
    assert cells > 0
    page = client.get("/").text
    assert f"<dt>cells</dt><dd>{cells:,}</dd>" in page
    assert "<strong>SIMULATED</strong>" in page


def test_a_german_word_finds_the_term(client: httpx.Client) -> None:
    page = client.get("/", params={"search": "porosität"}).text
    assert '<a href="/ontology/Porosity">' in page


def test_a_search_for_nothing_known_says_so(client: httpx.Client) -> None:
    assert "0 things are called like" in client.get("/", params={"search": "no such thing"}).text


def test_a_local_name_in_words_finds_the_term(client: httpx.Client) -> None:
    page = client.get("/", params={"search": "calendering-gap"}).text
    assert '<a href="/ontology/CalenderingGap">' in page
