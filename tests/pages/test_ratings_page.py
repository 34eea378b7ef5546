"""Ratings come in by form, JSON or CSV with a token, keep their history, and are shown beside the paper's."""

from collections.abc import Iterator

import httpx2 as httpx
import pytest
from serving import TOKEN, served

from pilotline.store import Store

ROW = {"step": "coating", "parameter": "coating speed", "dimension": "measurability", "on": "2026-11-01"}
SENT = {"by": "line 1", "scope": "lab"}
LATEST = {"view": "latest", "step": "coating"}


@pytest.fixture
def writable(store: Store) -> Iterator[httpx.Client]:
    with served(store.path, tokens={"lab": {"token": TOKEN, "scopes": ["write"]}}) as client:
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        client.headers["Accept"] = "application/json"
        yield client


def test_ratings_of_several_days_and_ways_stand_side_by_side(writable: httpx.Client) -> None:
    first = writable.post("/ratings", json=SENT | {"ratings": [ROW | {"level": "high"}]}, timeout=60)
    assert (first.status_code, first.json()["rows"]) == (200, 1)
    later = "step,parameter,dimension,level,on\nBeschichtung,coating speed,measurability,low,2026-11-02\n"
    head = {"Content-Type": "text/csv"}
    second = writable.post("/ratings", params=SENT, content=later, headers=head, timeout=60)
    assert (second.status_code, second.json()["rows"]) == (200, 2)
    history = writable.get("/queries/ratings_of_parameter.json", params={"parameter": "coating speed"}).json()
    own = [(row["on"], row["level"]) for row in history["rows"] if row.get("by") == "line 1"]
    assert sorted(own) == [("2026-11-01", "High"), ("2026-11-02", "Low")]
    page = writable.get("/ratings", params=LATEST, headers={"Accept": "text/html"}).text
    assert "<td>2026-11-02</td>" in page
    assert "<td>2026-11-01</td>" not in page


def test_the_form_keeps_what_was_sent_but_the_token(writable: httpx.Client) -> None:
    fields = ROW | SENT | {"level": "low", "note": "by eye", "token": TOKEN}
    form = {name: (None, text) for name, text in fields.items()}
    page = writable.post("/ratings", files=form, headers={"Accept": "text/html"}, timeout=60).text
    assert "/ratings?view=parameter&amp;parameter=coating+speed" in page
    assert '<input name="note" value="by eye">' in page
    assert "<option selected>low</option>" in page
    assert TOKEN not in page
    assert writable.post("/ratings", json=SENT | {"ratings": []}).status_code == 400


def test_a_wrong_rating_is_refused_by_its_row_and_nothing_is_kept(writable: httpx.Client) -> None:
    answer = writable.post("/ratings", json=SENT | {"ratings": [ROW | {"level": "quite"}]}, timeout=60)
    assert answer.status_code == 422
    assert "'quite'" in answer.text
    assert writable.post("/ratings", json={"ratings": "none"}).status_code == 400


def test_nobody_rates_without_a_token(client: httpx.Client, writable: httpx.Client) -> None:
    form = {name: (None, text) for name, text in (ROW | SENT | {"level": "high"}).items()}
    assert client.post("/ratings", files=form).status_code == 403
    del writable.headers["Authorization"]
    assert writable.post("/ratings", files=form).status_code == 401
    page = writable.post(
        "/ratings", files=form | {"token": (None, TOKEN)}, headers={"Accept": "text/html"}, timeout=60
    )
    assert "✓ Kept; 1 rating of this source now." in page.text


def test_a_level_that_was_lost_leads_to_where_it_is_filled_in(client: httpx.Client) -> None:
    assert "/ratings?view=unknown&amp;step=Calendering&amp;parameter=" in client.get("/tables").text
    asked = {"view": "unknown", "step": "Calendering", "parameter": "Porosity", "basis": "printed"}
    page = client.get("/ratings", params=asked).text
    assert "not transcribed" in page
    assert "read-only" in page
