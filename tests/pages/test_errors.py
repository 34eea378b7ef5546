"""What goes wrong is said to a browser on a page and to a program as a problem document."""

import httpx2 as httpx


def test_a_browser_gets_a_page_and_a_program_a_problem(client: httpx.Client) -> None:
    page = client.get("/nowhere")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "<h1>Not Found</h1>" in page.text
    told = client.get("/nowhere", headers={"Accept": "*/*"})
    assert (told.status_code, told.json()["title"]) == (404, "Not Found")
    assert told.headers["content-type"] == "application/problem+json"


def test_a_broken_query_comes_back_in_its_form_with_line_and_column(client: httpx.Client) -> None:
    page = client.get("/sparql", params={"query": "SELECT * {\n <b> }"})
    assert page.status_code == 400
    assert "line 2, column" in page.text
    assert "SELECT * {\n &lt;b&gt; }</textarea>" in page.text
