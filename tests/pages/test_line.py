"""A parameter over the runs: every value drawn and listed, with limits, and faulty ones marked."""

import re
from pathlib import Path

import httpx2 as httpx
import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from serving import served

from pilotline.line import Limit, trend
from pilotline.namespaces import CATALOGUE_GRAPH, DCAT, HAS_PROPERTY, PL, RDF
from pilotline.quantities.units import Units
from pilotline.store import Store
from pilotline.validation.ranges import ranges_of

DATASET = NamedNode("https://example.org/dataset/dirty")
RUN, GAP = NamedNode("https://example.org/run/1"), NamedNode("https://example.org/run/1/q/CalenderingGap/set")


def test_every_value_is_drawn_and_listed_with_its_cell(client: httpx.Client) -> None:
    page = client.get("/line", params={"parameter": "Kalanderspalt"})
    assert page.status_code == 200
    assert len(re.findall("<circle ", page.text)) == 6
    assert "plausible: 2 to 1000 µm" in page.text
    assert "calendering.csv!row 2, column 6" in page.text


def test_lots_are_told_apart(client: httpx.Client) -> None:
    page = client.get("/line", params={"parameter": "CalenderingGap", "order": "lot"}).text
    assert "<h2>By lot</h2>" in page
    assert '<th scope="row">roll C02</th>' in page


def test_an_unknown_parameter_is_named(client: httpx.Client) -> None:
    page = client.get("/line", params={"parameter": "no such"})
    assert (page.status_code, "no Parameter is called" in page.text) == (400, True)


def test_a_value_that_is_out_of_scope_is_faulty(store: Store) -> None:
    with store.write() as draft:
        entry = Quad(
            DATASET, NamedNode(RDF + "type"), NamedNode(DCAT + "Dataset"), NamedNode(CATALOGUE_GRAPH)
        )
        draft.change_graph(CATALOGUE_GRAPH, removed=[], added=[entry])
        facts = [
            Quad(RUN, NamedNode(HAS_PROPERTY), GAP, DATASET),
            Quad(GAP, NamedNode(RDF + "type"), NamedNode(PL + "CalenderingGap"), DATASET),
            Quad(GAP, NamedNode(PL + "siValue"), Literal(0.09), DATASET),
        ]
        draft.replace_graph(DATASET.value, [fact.triple for fact in facts], in_scope=False)
    (point,) = trend(store.read(), NamedNode(PL + "CalenderingGap"), Units.load()).points
    assert (point.number, point.in_scope, point.faulty) == (90_000.0, False, True)


@pytest.mark.parametrize(("number", "holds"), [(1.0, True), (0.999, False), (2.0, True), (2.001, False)])
def test_a_limit_holds_up_to_its_bounds(number: float, holds: bool) -> None:
    assert Limit("recipe", 1.0, 2.0).holds(number) is holds


def test_a_channel_of_a_logger_is_a_curve(client: httpx.Client) -> None:
    (address,) = re.findall(r'href="(/series\?name=[^"]+dryer[^"]+)"', client.get("/series").text)
    page = client.get(address).text
    assert 'class="curve"' in page
    assert "points stand for 9,254 rows" in page
    kept = client.get(address + "&format=parquet")
    assert kept.content.startswith(b"PAR1")
    assert client.get(address + "&y=none").status_code == 400


def test_the_formation_of_two_cells_is_drawn_in_one_chart_each(client: httpx.Client) -> None:
    page = client.get("/line", params={"cell": ["cell 117", "cell 58"]}).text
    titles = re.findall(r'<svg class="chart"[^>]* aria-label="([^"]+) of cell 117, cell 58"', page)
    assert titles == [
        "Voltage [V] over hours",
        "Current [mA] over hours",
        "Charge taken less charge given [mAh] over hours",
        "Voltage [V] over charge taken less charge given [mAh]",
    ]
    assert len(re.findall('<path class="curve line[01]" d="M[^"]+">', page)) == 8
    # As formation-results.csv has it: 675.4 mAh charge and 588.8 mAh discharge of cell 117.
    assert re.findall(r">(675\.4 mAh|588\.8 mAh|87\.18 %)<", page) == ["675.4 mAh", "588.8 mAh", "87.18 %"]


def test_the_cells_with_curves_are_offered_and_others_named(client: httpx.Client) -> None:
    for path in ("/line", "/series"):
        offered = re.findall(r'name="cell" value="([^"]+)"', client.get(path).text)
        assert offered == ["cell 58", "cell 117", "cell 118", "cell 133"]
    refused = client.get("/line", params={"cell": "cell 1"})
    assert (refused.status_code, "cells with curves: cell 58, cell 117" in refused.text) == (400, True)


def test_a_value_outside_the_tolerance_of_its_recipe_is_faulty_before_the_lab_is_asked(
    store: Store, tmp_path: Path
) -> None:
    case = Path(__file__).parents[1] / "shapes" / "violates-value-outside-the-tolerance-of-the-recipe.ttl"
    with store.write() as draft:
        entry = Quad(
            DATASET, NamedNode(RDF + "type"), NamedNode(DCAT + "Dataset"), NamedNode(CATALOGUE_GRAPH)
        )
        draft.change_graph(CATALOGUE_GRAPH, removed=[], added=[entry])
        triples = [quad.triple for quad in parse(case.read_bytes(), RdfFormat.TURTLE)]
        draft.replace_graph(DATASET.value, triples, in_scope=True)
    file = tmp_path / "ranges.csv"
    file.write_text("parameter,min,max,unit\ncoating speed,,5,m/min\n", encoding="utf-8")
    found = trend(store.read(), NamedNode(PL + "CoatingSpeed"), Units.load(), ranges_of(tmp_path))
    judged = {
        (round(point.number, 3), point.limit and point.limit.source): point.faulty for point in found.points
    }
    assert judged == {(1.3, "recipe"): True, (1.0, "lab"): False}
    assert [limit.source for limit in found.limits][:1] == ["lab"]


def test_the_ranges_of_the_lab_are_drawn_and_what_is_outside_is_marked(
    demo_store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "ranges.csv"
    file.write_text("parameter,min,max,unit\ndew point,,-56,°C\n", encoding="utf-8")
    with served(demo_store.path, shapes=str(tmp_path)) as client:
        client.headers["Accept"] = "text/html"
        page = client.get("/line", params={"parameter": "dew point"}).text
        marked = len(re.findall('<path class="faulty"', page))
        assert "– – lab: no lower bound to -56 °C" in page
        assert page.count("✗ outside the limit of the lab") == marked == 26
        file.write_text("parameter,min,max,unit\ndew point,,low,°C\n", encoding="utf-8")
        refused = client.get("/line", params={"parameter": "dew point"})
    assert (
        refused.status_code,
        "ranges.csv, row 2, column max: &#39;low&#39; is no number" in refused.text,
    ) == (
        400,
        True,
    )
