"""Every page is usable by keyboard and screen reader, on a phone and in the dark, and asks nobody else."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.conftest import Open
from playwright.sync_api import Page

PAGES = [
    "/",
    "/?search=porosit%C3%A4t",
    "/queries",
    "/queries/behind_cell?cell=cell+117",
    "/tables?step=Coating",
    "/ontology",
    "/ontology/Porosity",
    "/id/demo-line/lot/cell-54",
    "/datasets",
    "/validate",
    "/trace?thing=cell+117",
    "/gaps?step=drying",
    "/line",
    "/line?parameter=porosity&order=lot",
    "/series",
    "/ratings?step=Coating",
    "/readiness?model=ArtisticSlurryClassifier",
    "/sparql",
    "/help",
    "/docs",
    "/sparql?query=SELECT+*+%7B+%3Fs+a+%3Chttps%3A%2F%2Fw3id.org%2Fpilotline%2Fontology%23Coater%3E+%7D",
]
PHONE, DESK = 360, 1280


def faults(page: Page) -> list[tuple[str, str, str]]:
    """Return the serious faults that axe-core finds: rule, element, what is wrong."""
    return [
        (found["id"], " ".join(node["target"][:2]), node["failureSummary"])
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_serious_fault_in_light_or_dark(path: str, visit: Open) -> None:
    for scheme in ("light", "dark"):
        page = visit(path, scheme=scheme)
        page.wait_for_load_state("networkidle")
        assert faults(page) == [], scheme


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_shows_the_page_without_sideways_scrolling(path: str, visit: Open) -> None:
    page = visit(path, width=PHONE)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE
