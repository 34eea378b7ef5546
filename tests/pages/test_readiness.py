"""Whether the runs have what a model needs is told by parameter, and for all parameters at once."""

import re
from typing import Any

import httpx2 as httpx
import pytest


def told(client: httpx.Client, **asked: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/readiness", params=asked | {"format": "json"}).json()
    return answer


def test_the_runs_that_have_all_that_is_required_are_counted(client: httpx.Client) -> None:
    found = told(client, model="ArtisticSlurryClassifier")
    assert (found["runs"], found["complete"], found["ready"]) == (17, 15, False)
    viscosity = next(item for item in found["items"] if item["parameter"] == "Viscosity")
    assert 0 < viscosity["coverage"] <= 1
    assert [item["last_missing"] for item in found["items"]] == [0, 0, 2]
    page = client.get("/readiness", params={"model": "ArtisticSlurryClassifier"}).text
    assert re.search(r"Most would be gained by <a [^>]+>Viscosity</a>: 2 more would be complete", page)


def test_a_value_may_be_inherited_through_the_lineage(client: httpx.Client) -> None:
    (item,) = told(client, list="Viskosität", dataset="")["items"]
    assert item["inherited"] > 0


def test_no_share_is_given_where_a_rating_is_not_known(client: httpx.Client) -> None:
    found = told(client, step="coating", type="continuum")
    assert found["known"] < found["asked"]
    assert found["complete"] is None
    page = client.get("/readiness", params={"step": "coating", "type": "continuum"}).text
    assert f"Known {found['known']} of {found['asked']} ratings" in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"model": "no such"}, "no model is called"),
        ({"list": "no such thing"}, "your list.csv, row 2, column parameter"),
        ({"step": "coating"}, "choose a model; or a step and a type of model"),
    ],
)
def test_what_cannot_be_assessed_is_said_on_the_page(
    asked: dict[str, str], said: str, client: httpx.Client
) -> None:
    page = client.get("/readiness", params=asked)
    assert (page.status_code, said in page.text) == (400, True)
