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
    "/template",
    "/trace?thing=cell+117",
    "/trace?compare=value&parameter=coulombic+efficiency&below=87+%25",
    "/gaps?step=drying",
    "/line",
    "/line?parameter=porosity&order=lot",
    "/line?cell=cell+117&cell=cell+133",
    "/series",
    "/ratings?step=Coating",
    "/readiness?model=ArtisticSlurryClassifier",
    "/sparql",
    "/help",
    "/docs",
    "/sparql?query=SELECT+*+%7B+%3Fs+a+%3Chttps%3A%2F%2Fw3id.org%2Fpilotline%2Fontology%23Coater%3E+%7D",
]
PHONE = 360  # pixels


def faults(page: Page, **options: object) -> list[tuple[str, str, str]]:
    """Return the serious faults that axe-core finds: rule, element, what is wrong."""
    return [
        (found["id"], " ".join(map(str, node["target"][:2])), node["failureSummary"])
        for found in Axe().run(page, options=options).response["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_without_serious_fault_in_light_and_dark_and_fits_a_phone(path: str, visit: Open) -> None:
    page = visit(path)
    page.wait_for_load_state("networkidle")
    assert faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert faults(page, runOnly=["color-contrast"]) == []
    page.set_viewport_size({"width": PHONE, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE
