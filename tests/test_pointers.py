"""Pointers are read back to the place they were made from."""

import pytest
from pyoxigraph import NamedNode, Store

from pilotline.datasets.pointers import NOWHERE, Place, cell_of, parse_pointer, place_of, row_and_column
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


@pytest.mark.parametrize(
    "fragment",
    [
        "sheet=Runs&cell=C7",
        "cell=3,2",
        "cell=3",
        "cell=C7",
        "sheet=&cell=C7",
        "sheet=A%20B&cell=3,2",
        "cell=C7&sheet=Runs",
        "sheet=cell=1&cell=C7",
        "/a&cell=3,2",
        "/runs/6/gap",
        "notcell=3,2",
        "row=3",
        "",
    ],
)
def test_the_cell_of_a_pointer_is_what_reading_it_back_says(fragment: str) -> None:
    pointer = f"https://lab.example/l1/source/a%20b.xlsx#{fragment}"
    place = parse_pointer(pointer)
    assert cell_of(pointer) == (place.file, place.sheet, *row_and_column(place.cell))


def test_a_node_without_pointer_is_nowhere() -> None:
    assert place_of(Store(), NamedNode("https://lab.example/l1/lot/cell-1")) == NOWHERE
