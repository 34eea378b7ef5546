"""The description for programs names every address that the server answers, and each question."""

import httpx2 as httpx

from pilotline.questions.question import questions
from pilotline.resources import data_folder
from pilotline.store import Store
from pilotline_server.app import create_app
from pilotline_server.settings import Settings

NOT_FOR_PROGRAMS = {"/style.css", "/icon.svg", "/built/{name}", "/sparql/", "/update/"}


def test_every_route_is_described(client: httpx.Client, demo_store: Store) -> None:
    described = client.get("/openapi.json").json()["paths"]
    routes = {route.path.replace(":path", "") for route in create_app(Settings(db=demo_store.path)).routes}
    assert routes - NOT_FOR_PROGRAMS == {path for path in described if not path.endswith(".json")} | {
        "/openapi.json"
    }


def test_every_question_is_described_with_its_parameters(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()["paths"]
    for question in questions(data_folder("queries")):
        parameters = described[f"/queries/{question.name}.json"]["get"]["parameters"]
        assert [each["name"] for each in parameters] == list(question.params)


def test_the_page_shows_them_to_people(client: httpx.Client) -> None:
    page = client.get("/docs").text
    assert "<code>/queries/behind_cell.json</code>" in page
    assert "a Lot by label, CURIE or IRI" in page
