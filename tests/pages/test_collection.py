"""The pages that gather questions: gaps of a step, readiness for a model."""

import httpx2 as httpx


def test_the_gaps_of_a_step_are_on_one_page(client: httpx.Client) -> None:
    page = client.get("/gaps", params={"step": "slurry preparation", "model": "discrete"})
    assert page.status_code == 200
    for said in ("AggregateSize", "wait to be filled in", "/queries/named_gaps.csv?step=slurry"):
        assert said in page.text


def test_a_question_that_needs_more_says_so(client: httpx.Client) -> None:
    page = client.get("/gaps")
    assert "Give a model to have this answered." in page.text


def test_readiness_counts_what_is_recorded(client: httpx.Client) -> None:
    page = client.get("/readiness", params={"model": "ARTISTIC slurry-to-electrode classifier"})
    assert page.status_code == 200
    assert "SolidContent" in page.text
