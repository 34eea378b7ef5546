"""A parameter over the runs: every value drawn and listed, with limits, and faulty ones marked."""

import re

import httpx2 as httpx
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from pilotline.line import Limit, trend
from pilotline.namespaces import CATALOGUE_GRAPH, DCAT, HAS_PROPERTY, PL, RDF
from pilotline.quantities.units import Units
from pilotline.store import Store

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
