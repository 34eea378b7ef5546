"""The lineage is a graph by step; a lot shows its parameters, and the table says all of it too."""

from browser.conftest import Open, needs_script
from playwright.sync_api import expect

pytestmark = needs_script


def test_a_lot_in_the_graph_shows_its_parameters(visit: Open) -> None:
    page = visit("/trace?thing=cell+117")
    expect(page.locator("#lineage canvas").first).to_be_visible()
    box = page.locator("#lineage").bounding_box()
    assert box is not None
    # The cell after formation is the last of the line, at the right end.
    page.mouse.click(box["x"] + box["width"] - 80, box["y"] + box["height"] / 2 + 14)
    expect(page.locator("#chosen h3")).to_have_text("cell 117, Formation")
    expect(page.locator("#chosen")).to_contain_text("DischargeCapacity")
    expect(page.get_by_role("region", name="Stages")).to_contain_text("slurry S-17")
