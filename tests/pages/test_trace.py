"""The page of a trace: what is behind a cell, where a lot went, which cells a stretch of web recalls."""

import httpx2 as httpx
import pytest


def test_behind_a_cell_stand_lots_runs_and_values_with_their_cells(client: httpx.Client) -> None:
    page = client.get("/trace", params={"thing": "cell 117"})
    assert page.status_code == 200
    for said in ("slurry S-17", "calendering A01-1", "CalenderingGap", "calendering.csv!row 6, column 6"):
        assert said in page.text


def test_a_stretch_of_web_recalls_the_cells_cut_there(client: httpx.Client) -> None:
    page = client.get("/trace", params={"thing": "roll C02", "way": "down", "from": "4.4", "to": "4.6"})
    assert "4 sure and 0 possible cells." in page.text
    assert "sheet C02-1-029" in page.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"thing": "cell 9999"}, "nothing in the store is called"),
        ({"thing": "roll C02", "from": "5", "to": "4"}, "is no stretch in metres"),
    ],
)
def test_what_cannot_be_traced_is_said_on_the_page(
    asked: dict[str, str], said: str, client: httpx.Client
) -> None:
    page = client.get("/trace", params=asked)
    assert (page.status_code, said in page.text) == (400, True)


def test_a_name_is_text_and_never_markup(client: httpx.Client) -> None:
    page = client.get("/trace", params={"thing": "<script>alert(1)</script>"})
    assert "<script>" not in page.text
