"""Each question is a form, a table, and a resource for programs, with its SPARQL in sight."""

import csv
import io

import httpx2 as httpx
import pytest
from pyoxigraph import Literal

from pilotline.questions.question import Answer, ask, find_question, questions
from pilotline.questions.tables import as_csv
from pilotline.resources import data_folder
from pilotline.store import Store

FOLDER = data_folder("queries")


@pytest.mark.parametrize("name", ["behind_cell", "parameters_of_step", "named_gaps"])
def test_the_server_answers_as_the_shell_does(client: httpx.Client, demo_store: Store, name: str) -> None:
    question = find_question(name, FOLDER)
    example = question.header.example
    expected = ask(demo_store.read(), question, example)
    assert expected.rows
    served = client.get(f"/queries/{name}.csv", params=example)
    assert served.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
    assert served.text == as_csv(expected)
    assert client.get(f"/queries/{name}.json", params=example).json()["columns"] == list(expected.columns)
    page = client.get(f"/queries/{name}", params=example).text
    assert f"{len(expected.rows)} rows" in page
    assert client.get(f"/queries/{name}.rq").text == question.text


def test_programs_get_the_list_of_questions(client: httpx.Client) -> None:
    listed = client.get("/queries", headers={"Accept": "application/json"}).json()
    assert [one["name"] for one in listed] == [one.name for one in questions(FOLDER)]


def test_a_parameter_that_names_nothing_is_explained(client: httpx.Client) -> None:
    said = "no Lot is called 'cell <b>'; give its IRI or its label"
    page = client.get("/queries/behind_cell", params={"cell": "cell <b>"})
    assert page.status_code == 400
    assert "cell &lt;b&gt;" in page.text
    assert "<b>" not in page.text
    answer = client.get("/queries/behind_cell.json", params={"cell": "cell <b>"})
    assert (answer.status_code, answer.json()["detail"]) == (400, f"cell: {said}")


def test_a_parameter_is_bound_and_never_pasted(client: httpx.Client) -> None:
    answer = client.get("/queries/behind_cell.json", params={"cell": "urn://a> } DROP ALL #"})
    assert answer.status_code == 400
    assert "is no IRI" in answer.json()["detail"]


def test_an_unknown_question_or_ending_is_not_found(client: httpx.Client) -> None:
    assert client.get("/queries/nothing").status_code == 404
    assert client.get("/queries/behind_cell.xlsx").status_code == 404


def test_no_text_in_a_csv_is_a_formula() -> None:
    texts = ["=1+1", "@SUM(A1)", "-5", "+cmd", "plain"]
    text = as_csv(Answer(("a",), tuple((Literal(one),) for one in texts)))
    assert [row[0] for row in csv.reader(io.StringIO(text))] == [
        "a", "'=1+1", "'@SUM(A1)", "-5", "'+cmd", "plain",
    ]  # fmt: skip


def test_an_answer_is_sorted_by_the_column_that_is_clicked(client: httpx.Client) -> None:
    asked = {"parameter": "initial capacity loss"}
    up = client.get("/queries/cells_by_value", params=asked | {"sort": "value"}).text
    down = client.get("/queries/cells_by_value", params=asked | {"sort": "-value"}).text
    first = [page.index("<tbody>") for page in (up, down)]
    least, most = (page[at : at + 200] for page, at in zip((up, down), first, strict=True))
    assert least != most
    assert 'aria-sort="ascending"' in up
    assert "/queries/cells_by_value?parameter=initial+capacity+loss&amp;sort=-value" in up
    refused = client.get("/queries/cells_by_value", params=asked | {"sort": "colour"})
    assert (refused.status_code, "there is no column &#39;colour&#39; to sort by" in refused.text) == (
        400,
        True,
    )


def test_a_form_offers_the_names_that_it_takes(client: httpx.Client) -> None:
    page = client.get("/queries/techniques_for_parameter").text
    assert '<input name="parameter" list="Parameter"' in page
    for name in ("coating speed", "porosity"):
        assert f'<option value="{name}">' in page
    assert '<option value="slurry S-17">' in client.get("/queries/cells_of_lot").text


def test_people_read_units_as_symbols_and_numbers_without_noise(client: httpx.Client) -> None:
    asked = {"step": "coating", "parameter": "coating speed"}
    page = client.get("/queries/values_of_step", params=asked).text
    assert "<td>m/min</td>" in page
    assert "MetrePerMinute" not in page
    compared = {"one": "cell 117", "other": "cell 1", "step": "calendering"}
    assert "<td>27.6</td><td>28.66667</td>" in client.get("/queries/differences", params=compared).text
