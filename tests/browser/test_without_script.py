"""With JavaScript switched off each page does what people come for; a keyboard is enough."""

from pathlib import Path

import openpyxl
from browser.conftest import Open
from browser.test_tasks import MAPPING, SHEET
from playwright.sync_api import expect

QUERY = """PREFIX pl: <https://w3id.org/pilotline/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?label { ?lot a pl:SlurryBatch ; rdfs:label ?label }"""


def test_a_query_is_written_in_a_plain_form_and_answered_in_a_table(visit: Open) -> None:
    page = visit("/sparql", script=False)
    page.locator("textarea[name=query]").fill(QUERY)
    page.locator("main form").get_by_role("button").first.click()
    expect(page.locator("main table")).to_contain_text("slurry S-17")


def test_a_trace_is_a_list_by_step_and_a_table(visit: Open) -> None:
    page = visit("/trace", script=False)
    page.get_by_label("cell, lot or run, by label or IRI").fill("cell 117")
    page.get_by_role("button", name="Trace").click()
    expect(page.locator(".flow")).to_contain_text("slurry S-17")
    expect(page.locator("#lineage")).to_be_hidden()
    stages = page.get_by_role("region", name="Stages")
    stages.locator("details summary").first.click()
    expect(stages.locator("details[open] li").first).to_be_visible()


def test_what_cells_below_a_bound_share_is_compared(visit: Open) -> None:
    page = visit("/trace", script=False)
    page.get_by_role("link", name="What scrapped cells share").click()
    page.get_by_label("parameter").fill("coulombic efficiency")
    page.get_by_label("below").fill("87 %")
    page.get_by_role("button", name="Compare").nth(1).click()
    expect(page.get_by_role("region", name="Shared")).to_contain_text("InitialCapacityLoss")
    expect(page.get_by_text("Many tests.")).to_be_visible()


def test_ratings_are_filtered_by_step(visit: Open) -> None:
    page = visit("/ratings", script=False)
    page.locator("form[action='/ratings']").first.get_by_label("step").select_option(label="calendering")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("region", name="Ratings")).to_contain_text("CalenderingLineLoad")


def test_the_tables_are_filtered_by_step_and_acquisition(visit: Open) -> None:
    page = visit("/tables?step=ElectrolyteFilling&acquisition=Online", script=False)
    expect(page.get_by_role("region", name="Rows")).to_contain_text("Chamber pressure profile (filling)")


def test_a_sheet_is_checked_and_its_wrong_cell_is_marked(visit: Open, tmp_path: Path) -> None:
    sheet, mapping = tmp_path / "coating.csv", tmp_path / "m.yaml"
    sheet.write_text(SHEET, encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    page = visit("/validate", script=False)
    page.locator("input[name=file]").set_input_files(sheet)
    page.locator("input[name=mapping]").set_input_files(mapping)
    page.get_by_role("button", name="Check").click()
    expect(page.locator("td.wrong summary", has_text="✗ fast")).to_be_visible(timeout=60_000)


def test_a_template_is_chosen_and_downloaded_with_the_keyboard(visit: Open, tmp_path: Path) -> None:
    page = visit("/template", script=False)
    for step in ("coating", "drying"):
        page.get_by_label(step, exact=True).focus()
        page.keyboard.press("Space")
    page.get_by_label("all: all that is specified").focus()
    page.keyboard.press("Space")
    with page.expect_download(timeout=60_000) as download:
        page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "sheet.xlsx")
    sheets = openpyxl.load_workbook(tmp_path / "sheet.xlsx").sheetnames
    assert {"Coating", "Drying"} <= set(sheets)


def test_formation_curves_of_two_cells_are_drawn(visit: Open) -> None:
    page = visit("/line", script=False)
    for cell in ("cell 117", "cell 133"):
        page.get_by_label(cell).check()
    page.get_by_role("button", name="Draw").click()
    expect(page.get_by_role("img", name="Voltage [V] over hours")).to_be_visible()
    assert page.locator("svg.chart path.curve").count() == 8
