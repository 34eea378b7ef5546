"""The page that checks a file: its report by cells, the annotated workbook, and what it refuses."""

import io
from pathlib import Path

import httpx2 as httpx
import openpyxl
import pytest
from serving import TOKEN, served

from pilotline.demo import write_files
from pilotline.store import Store

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


def test_the_sheet_is_shown_with_its_marked_cells(client: httpx.Client) -> None:
    page = check(client).text
    assert '<td class="wrong"><details><summary>✗ fast</summary>' in page
    assert "<td>1.5</td>" in page


def test_a_mapping_is_suggested_and_may_be_corrected(client: httpx.Client) -> None:
    files = {"file": ("coating.csv", SHEET.encode())}
    page = client.post("/validate", files=files, data={"mapping_name": "suggest"}, timeout=120)
    assert "The suggested mapping" in page.text
    assert "Speed (m/min): {parameter:" in page.text
    again = client.post("/validate", files=files, data={"mapping_text": MAPPING}, timeout=120)
    assert "coating.csv!row 2, column 2" in again.text


def test_a_file_that_conforms_is_stored_with_a_token_only(store: Store, tmp_path: Path) -> None:
    write_files(tmp_path / "line")
    files = {"file": ("materials.csv", (tmp_path / "line" / "materials.csv").read_bytes())}
    asked = {"mapping_name": "demo/materials", "store": "yes", "scope": "my-lab"}
    tokens = {"lab": {"token": TOKEN, "scopes": ["write"]}, "reader": {"token": TOKEN + "-reads"}}
    with served(store.path, tokens=tokens) as client:
        client.headers["Accept"] = "text/html"
        for token, status in (("", 401), ("unknown", 401), (TOKEN + "-reads", 403), (TOKEN, 200)):
            answer = client.post("/validate", files=files, data=asked | {"token": token}, timeout=120)
            assert answer.status_code == status, token
        assert "version 1" in answer.text
        assert "Lots as delivered" in client.get("/datasets").text


def test_a_file_with_faults_is_not_stored(store: Store) -> None:
    files = {"file": ("coating.csv", SHEET.encode()), "mapping": ("m.yaml", MAPPING.encode())}
    asked = {"store": "yes", "scope": "my-lab", "token": TOKEN}
    with served(store.path, tokens={"lab": {"token": TOKEN, "scopes": ["write"]}}) as client:
        page = client.post("/validate", files=files, data=asked, timeout=120).text
        assert "the store is as it was" in page
        assert "Coatings" not in client.get("/datasets").text


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
