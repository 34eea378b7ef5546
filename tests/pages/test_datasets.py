"""The pages of the datasets: a list, and of each its report, provenance and downloads."""

import re
from html import unescape

import httpx2 as httpx


def one(client: httpx.Client, title: str) -> str:
    page = client.get("/datasets").text
    found = re.search(rf'href="([^"]*)">{re.escape(title)}', page)
    assert found
    return unescape(found[1])


def test_each_dataset_is_listed_and_marked_where_it_is_simulated(client: httpx.Client) -> None:
    page = client.get("/datasets").text
    assert "Calendering passes (simulated)" in page
    assert "SIMULATED" in page


def test_a_dataset_shows_its_report_by_cells_and_its_provenance(client: httpx.Client) -> None:
    page = client.get(one(client, "Calendering passes (simulated)"))
    assert page.status_code == 200
    assert "pl:sha256" in page.text
    assert "Who depends on it" in page.text


def test_a_dataset_is_downloaded_as_turtle(client: httpx.Client) -> None:
    answer = client.get(one(client, "Calendering passes (simulated)") + "&format=turtle")
    assert answer.headers["content-disposition"] == 'attachment; filename="calendering.ttl"'
    assert "pl:Calendering" in answer.text


def test_an_unknown_dataset_is_not_found(client: httpx.Client) -> None:
    assert client.get("/datasets", params={"name": "https://example.org/none"}).status_code == 404
