"""The pages of the datasets: a list, and of each its report, provenance and downloads."""

import csv
import io
import re
import zipfile
from html import unescape

import httpx2 as httpx
import pytest


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


def test_a_dataset_says_how_complete_it_is(client: httpx.Client) -> None:
    page = client.get(one(client, "Calendering passes (simulated)")).text
    assert "<h2>Completeness</h2>" in page
    assert '<th scope="row"><a href="/ontology/Calendering">Calendering</a></th>' in page


@pytest.mark.parametrize(("form", "ending"), [("xlsx", "xlsx"), ("ro-crate", "zip")])
def test_a_dataset_is_downloaded_as_a_file_that_opens(client: httpx.Client, form: str, ending: str) -> None:
    answer = client.get(one(client, "Calendering passes (simulated)") + f"&format={form}", timeout=120)
    assert answer.headers["content-disposition"] == f'attachment; filename="calendering.{ending}"'
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert {"xlsx": "xl/workbook.xml", "zip": "ro-crate-metadata.json"}[ending] in names


def test_a_flat_table_is_downloaded_with_its_sources(client: httpx.Client) -> None:
    asked = {"rows": "calendering", "format": "csv"}
    table = list(csv.DictReader(io.StringIO(client.get("/flat", params=asked, timeout=120).text)))
    assert len(table) == 6
    assert "anode.CalenderingGap [µm]" in table[0]
    sources = client.get("/flat", params=asked | {"part": "sources"}, timeout=120).text
    assert "calendering.csv" in sources
    assert client.get("/flat", params={"rows": "--help"}).status_code == 400
