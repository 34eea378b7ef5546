"""The editor asks the store, completes terms by their labels, and shows where a query is broken."""

from browser.conftest import Open, needs_script
from playwright.sync_api import Page, expect

pytestmark = needs_script
MOST = 1_000_000  # bytes of script on a page


def written(page: Page) -> str:
    text: str = page.evaluate("document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.getValue()")
    return text


def write(page: Page, text: str) -> None:
    page.locator(".tabPanel.active .CodeMirror").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(text)


def test_a_german_word_completes_to_the_term_and_declares_its_prefix(visit: Open) -> None:
    page = visit("/sparql")
    page.wait_for_load_state("networkidle")
    write(page, "SELECT ?s WHERE { ?s a beschichter")
    expect(page.locator(".CodeMirror-hint").first).to_contain_text("pl:Coater")
    page.keyboard.press("Enter")
    page.keyboard.type(" }")
    assert written(page) == (
        "PREFIX pl: <https://w3id.org/pilotline/ontology#>\nSELECT ?s WHERE { ?s a pl:Coater }"
    )
    page.keyboard.press("Control+Enter")
    expect(page.locator(".tabPanel.active .yasr_results")).to_contain_text("equipment/coater-1")


def test_an_example_opens_in_the_editor_and_is_answered(visit: Open) -> None:
    page = visit("/sparql")
    page.get_by_role("link", name="What is behind this cell?").click()
    expect(page.locator(".tabPanel.active .yasr_results")).to_contain_text("slurry S-17")
    assert "# What is behind this cell?" in written(page)


def test_a_link_with_a_query_shows_it_and_its_answer(visit: Open) -> None:
    page = visit("/sparql?query=ASK+%7B%7D")
    expect(page.locator(".tabPanel.active .yasr_results")).to_contain_text("True")
    assert written(page) == "ASK {}"


def test_a_shared_link_carries_the_query(visit: Open) -> None:
    page = visit("/sparql#query=ASK%20%7B%7D")
    assert written(page) == "ASK {}"


def test_the_script_of_the_page_stays_below_a_megabyte(visit: Open) -> None:
    page = visit("/sparql")
    size = page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.name.includes('.js'))"
        ".reduce((sum, e) => sum + e.decodedBodySize, 0)"
    )
    assert 0 < size <= MOST


def test_a_broken_query_is_shown_at_line_and_column(visit_failing: Open) -> None:
    page = visit_failing("/sparql#query=SELECT%20*%20%7B%0A%20foo%20%7D")
    page.locator(".tabPanel.active .CodeMirror").first.click()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("line 2, column")
    page.get_by_role("button", name="Go to line 2").click()
    line = page.evaluate(
        "document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.getDoc().getCursor().line"
    )
    assert line == 1


@needs_script
def test_a_running_query_is_stopped(visit: Open) -> None:
    page = visit("/sparql")
    slow = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    page.evaluate("text => document.querySelector('#editor .CodeMirror').CodeMirror.setValue(text)", slow)
    page.get_by_role("button", name="Run query").click()
    page.get_by_role("button", name="Stop the query").click()
    page.get_by_text("The query was stopped.").wait_for()
