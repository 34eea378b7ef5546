"""The page that checks a file: its report by cells, the annotated workbook, and what it refuses."""

import io

import httpx2 as httpx
import openpyxl
import pytest

MAPPING = """
mapping: m
version: "1"
dataset: {id: c, title: Coatings, licence: CC-BY-4.0, simulated: true}
tables:
  - file: coating.csv
    row: {run: {step: Coating, id: [Run]}}
    columns:
      Speed (m/min): {parameter: CoatingSpeed, kind: set}
"""
SHEET = "Run,Speed (m/min)\n1,fast\n2,1.5\n"


def check(
    client: httpx.Client, sheet: str = SHEET, name: str = "coating.csv", **fields: str
) -> httpx.Response:
    files = {"file": (name, sheet.encode()), "mapping": ("m.yaml", MAPPING.encode())}
    return client.post("/validate", files=files, data=fields, timeout=120)


def test_a_wrong_cell_is_named_on_the_page(client: httpx.Client) -> None:
    page = check(client)
    assert page.status_code == 200
    assert "✗ does not conform" in page.text
    assert "coating.csv!row 2, column 2" in page.text
    assert "&#39;fast&#39; is not a number" in page.text


def test_the_annotated_workbook_marks_the_cell(client: httpx.Client) -> None:
    answer = check(client, want="annotated")
    assert answer.headers["content-disposition"] == 'attachment; filename="annotated.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    comment = sheet["B2"].comment
    assert comment is not None
    assert "fast" in comment.text


def test_nothing_is_stored(client: httpx.Client) -> None:
    before = client.get("/ready").json()["generation"]
    check(client)
    assert client.get("/ready").json()["generation"] == before


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "a\\..\\b.csv", "x" * 400 + ".csv"])
def test_a_file_name_leads_nowhere(name: str, client: httpx.Client) -> None:
    assert check(client, name=name).status_code in (200, 400)


def test_what_cannot_be_read_is_one_clear_line(client: httpx.Client) -> None:
    page = check(client, sheet="Run\n1\n")
    assert page.status_code in (200, 400)
    assert "Speed" in page.text
    assert "upload/" not in page.text


def test_a_form_without_a_file_says_so(client: httpx.Client) -> None:
    page = client.post("/validate", files={"file": ("", b"")})
    assert (page.status_code, "Choose a file to check." in page.text) == (400, True)


def test_a_body_that_is_no_form_is_refused(client: httpx.Client) -> None:
    assert client.post("/validate", content=b"x").status_code == 400
