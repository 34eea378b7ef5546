"""The template of some steps, chosen on a page, opens as a workbook with their sheets."""

import io

import httpx2 as httpx
import openpyxl
import pytest


def test_the_chosen_steps_are_the_sheets_of_the_workbook(client: httpx.Client) -> None:
    answer = client.get("/template", params={"step": ["Coating", "Drying"], "names": "yes"})
    assert answer.headers["content-disposition"] == 'attachment; filename="template.xlsx"'
    sheets = openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames
    assert {"Read me", "Dataset", "Coating", "Drying"} <= set(sheets)


def test_every_offered_step_and_model_is_offered_by_its_name(client: httpx.Client) -> None:
    page = client.get("/template").text
    for name in (
        'name="step" value="Coating"',
        'value="HeckelCompactionModel"',
        'value="recommended" checked',
    ):
        assert name in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"level": "all"}, "Choose at least one step."),
        ({"step": "--help"}, "No step is called"),
        ({"step": "Coating", "level": "some"}, "The level is one of required, recommended, all"),
        ({"step": "Coating", "model": "Crystal ball"}, "No model whose inputs are stated"),
    ],
)
def test_a_wrong_choice_is_said_on_the_form(asked: dict[str, str], said: str, client: httpx.Client) -> None:
    page = client.get("/template", params=asked)
    assert (page.status_code, said in page.text) == (400, True)
