"""The gaps of a model are on one page, by kind, and the same as JSON."""

import re
from dataclasses import asdict

import httpx2 as httpx
import pytest

from pilotline.readiness.gaps import find_gaps
from pilotline.store import Store


def test_the_gaps_of_a_step_are_on_one_page_by_kind(client: httpx.Client) -> None:
    page = client.get("/gaps", params={"step": "drying"})
    assert page.status_code == 200
    for said in ("Needed, and not recorded", "Not known how much it matters", "Named by the authors"):
        assert said in page.text
    assert re.findall(r'href="([^"]+)" aria-current', page.text) == ["/gaps"]


def test_the_page_of_the_whole_line_shows_a_query_for_each_step(client: httpx.Client) -> None:
    page = client.get("/gaps").text
    for step in ("Coating", "Formation", "Wetting"):
        assert f"What the runs of {step} have of its parameters" in page


def test_a_type_of_model_is_named_in_plain_words(client: httpx.Client) -> None:
    page = client.get("/gaps", params={"model": "MachineLearning", "step": "coating"})
    assert "no rating for machine learning models" in page.text


def test_programs_get_what_the_library_finds(client: httpx.Client, demo_store: Store) -> None:
    asked = {"model": "ARTISTIC slurry-to-electrode classifier"}
    told = client.get("/gaps", params=asked | {"format": "json"}).json()
    assert told == {"gaps": [asdict(gap) for gap in find_gaps(demo_store.read(), asked["model"])]}


def test_an_unknown_step_is_named(client: httpx.Client) -> None:
    page = client.get("/gaps", params={"step": "baking"})
    assert (page.status_code, "no ProcessStep is called &#39;baking&#39;" in page.text) == (400, True)


@pytest.mark.parametrize(
    "model", ["machine-learning", "machine learning", "MachineLearning", "pl:MachineLearning"]
)
def test_the_form_keeps_what_was_asked_however_it_is_written(client: httpx.Client, model: str) -> None:
    page = client.get("/gaps", params={"model": model, "step": "Coating"}).text
    assert '<option value="MachineLearning" selected>' in page
    assert '<option value="Coating" selected>' in page
    readiness = client.get("/readiness", params={"type": model, "step": "coating"}).text
    assert '<option value="MachineLearning" selected>' in readiness
