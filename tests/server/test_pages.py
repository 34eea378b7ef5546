"""The pages say what the store holds, without script and without another host."""

import re
from html.parser import HTMLParser

import httpx2 as httpx
import pytest

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


class Links(HTMLParser):
    """Collects what a page makes a browser fetch or offers to follow."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.found += [value or "" for name, value in attrs if name in {"href", "src", "action"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_home_page_lists_the_datasets_and_marks_what_is_simulated(client: httpx.Client) -> None:
    page = Links(client.get("/", headers=BROWSER).text)
    assert "Demo <script>alert(1)</script> SIMULATED" in page.text
    assert "3,000" in page.text
    assert "Generation 2" in page.text


def test_what_the_data_say_is_never_markup(client: httpx.Client) -> None:
    query = "SELECT ?t { ?d <http://purl.org/dc/terms/title> ?t }"
    for page in (client.get("/"), client.get("/sparql", params={"query": query}, headers=BROWSER)):
        assert "<script>alert" not in page.text
        assert "alert(1)" in Links(page.text).text


def test_the_example_on_the_home_page_has_an_answer(client: httpx.Client) -> None:
    links = Links(client.get("/").text).found
    example = next(link for link in links if link.startswith("/sparql?query="))
    rows = client.get(example).json()["results"]["bindings"]
    assert [(row["simulated"]["value"], row["triples"]["value"]) for row in rows] == [("true", "3000")]


@pytest.mark.parametrize("path", ["/", "/sparql"])
def test_no_page_leads_to_another_host(client: httpx.Client, path: str) -> None:
    response = client.get(path, headers=BROWSER)
    links = Links(response.text)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert all(re.match(r"/(?!/)|#", link) for link in links.found)
    assert "style" not in links.tags
    for link in {link for link in links.found if link.startswith("/")}:
        assert client.get(link).status_code == 200


def test_a_browser_gets_a_form_and_its_answer_as_a_table(client: httpx.Client) -> None:
    form = Links(client.get("/sparql", headers=BROWSER).text)
    assert {"form", "textarea", "select", "button"} <= set(form.tags)
    query = "SELECT ?n { ?s <urn:is> ?n } ORDER BY ?s LIMIT 2"
    answer = Links(client.get("/sparql", params={"query": query, "format": "html"}, headers=BROWSER).text)
    assert "2 rows" in answer.text
    assert "0 µm, é" in answer.text


def test_a_graph_is_shown_as_turtle(client: httpx.Client) -> None:
    page = client.get("/sparql", params={"query": "CONSTRUCT { <urn:a> <urn:b> 1 } {}"}, headers=BROWSER)
    assert "<urn:a> <urn:b> 1 ." in Links(page.text).text


def test_a_long_answer_is_offered_as_a_download(client: httpx.Client) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"
    page = client.get("/sparql", params={"query": query}, headers=BROWSER)
    assert "too long for a page" in page.text
    csv = client.get("/sparql", params={"query": query, "format": "csv"}, headers=BROWSER)
    assert csv.headers["content-type"].startswith("text/csv")
