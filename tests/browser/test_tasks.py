"""What people come to a page for, done as they would do it."""

from pathlib import Path

from browser.conftest import Open
from playwright.sync_api import expect

SHEET = "Run,Speed (m/min)\n1,fast\n2,1.5\n"
MAPPING = """
mapping: m
version: "1"
dataset: {id: c, title: Coatings, licence: CC-BY-4.0, simulated: true}
tables:
  - file: coating.csv
    row: {run: {step: Coating, id: [Run]}}
    columns:
      Speed (m/min): {parameter: CoatingSpeed, kind: set}
"""


def test_a_sheet_is_dropped_and_its_wrong_cell_is_marked(visit: Open, tmp_path: Path) -> None:
    sheet, mapping = tmp_path / "coating.csv", tmp_path / "m.yaml"
    sheet.write_text(SHEET, encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    page = visit("/validate")
    page.locator("input[name=file]").set_input_files(sheet)
    page.locator("input[name=mapping]").set_input_files(mapping)
    page.get_by_role("button", name="Check").click()
    expect(page.locator("td.wrong summary", has_text="✗ fast")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("region", name="Findings")).to_contain_text("coating.csv!row 2, column 2")


def test_a_row_of_the_tables_is_found_in_german_and_opens_its_specification(visit: Open) -> None:
    page = visit("/tables")
    page.get_by_label("search; German works too").fill("Kalanderspalt")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("region", name="Rows").get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.get_by_role("region", name="Facts")).to_contain_text("CalenderingGap")


def test_a_question_is_asked_with_a_name_and_opens_in_the_editor(visit: Open) -> None:
    page = visit("/queries/behind_cell")
    page.get_by_role("combobox").fill("cell 117")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("region", name="Answer")).to_contain_text("slurry S-17")
    expect(page.locator("pre")).to_contain_text("lot/cell-117>")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("main pre").text_content()


def test_a_parameter_is_drawn_over_the_runs(visit: Open) -> None:
    page = visit("/line")
    page.get_by_label("parameter").fill("post-drying temperature")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("img", name="PostDryingTemperature")).to_be_visible()
    assert page.locator("svg.chart circle").count() == 40


def test_readiness_says_how_many_runs_have_all_at_once(visit: Open) -> None:
    page = visit("/readiness")
    page.get_by_label("needs of a model of the paper").select_option(
        label="ARTISTIC slurry-to-electrode classifier"
    )
    page.get_by_role("button", name="Assess").click()
    expect(page.locator(".verdict")).to_contain_text("15 of 17 runs")
