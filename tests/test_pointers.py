"""Pointers are read back to the place they were made from."""

import pytest
from pyoxigraph import NamedNode, Store

from pilotline.datasets.pointers import NOWHERE, Place, parse_pointer, place_of
from pilotline.iris import Scope, csv_cell, json_node, sheet_cell

LAB = Scope("l1", base="https://lab.example/")


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        (sheet_cell(LAB.source("März.xlsx"), "A & B", "C7"), Place("März.xlsx", "A & B", "C7")),
        (csv_cell(LAB.source("2025/runs.csv"), 3, 2), Place("2025/runs.csv", "", "row 3, column 2")),
        (json_node(LAB.source("a.jsonld"), "/@graph/3/x~1y"), Place("a.jsonld", "", "/@graph/3/x~1y")),
    ],
)
def test_a_pointer_is_read_back(pointer: str, place: Place) -> None:
    assert parse_pointer(pointer) == place


def test_a_node_without_pointer_is_nowhere() -> None:
    assert place_of(Store(), NamedNode("https://lab.example/l1/lot/cell-1")) == NOWHERE
