"""What some cells share against the rest: on a page, as JSON and as CSV."""

import csv
import io

import httpx2 as httpx
import pytest

BELOW = {"compare": "value", "parameter": "coulombic efficiency", "below": "86,9 %"}


def test_of_too_few_scrapped_cells_the_page_says_so_and_lists_them(client: httpx.Client) -> None:
    page = client.get("/trace", params={"compare": "disposition", "disposition": "Scrap"}).text
    assert "Too few: 3 cells against 234; each group needs at least 5." in page
    assert [cell for cell in ("cell 71", "cell 133", "cell 209") if cell not in page] == []


def test_cells_below_a_bound_are_compared_with_sizes_effect_and_warning(client: httpx.Client) -> None:
    page = client.get("/trace", params=BELOW).text
    told = client.get("/trace", params=BELOW | {"format": "json"}).json()
    assert f"<h2>{told['bad']} cells against {told['good']} others</h2>" in page
    assert f"{told['tests']} comparisons were made" in page
    assert (told["bad"] + told["good"], len(told["cells"])) == (237, told["bad"])


def test_the_value_that_cells_were_chosen_by_is_not_compared(client: httpx.Client) -> None:
    rows = csv.DictReader(io.StringIO(client.get("/trace", params=BELOW | {"format": "csv"}).text))
    shared = [row["shared"] for row in rows]
    assert "Formation: InitialCapacityLoss (calculated)" in shared
    assert [each for each in shared if ": CoulombicEfficiency (" in each] == []


def test_settings_of_the_two_electrodes_are_compared_apart(client: httpx.Client) -> None:
    rows = csv.DictReader(io.StringIO(client.get("/trace", params=BELOW | {"format": "csv"}).text))
    shared = {row["shared"] for row in rows}
    assert {
        "Anode, Drying: ElectrodeThickness (measured)",
        "Cathode, Drying: ElectrodeThickness (measured)",
    } <= shared


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"compare": "value", "parameter": "coulombic efficiency"}, "say below or above which value"),
        ({"compare": "value", "parameter": "coulombic efficiency", "below": "few"}, "is no number"),
        ({"compare": "value", "parameter": "coulombic efficiency", "below": "3 mm"}, "is stated in %"),
        ({"compare": "cells", "cells": "slurry S-17"}, "is no cell, but SlurryBatch"),
        ({"compare": "disposition", "disposition": "eaten"}, "no DispositionKind is called"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_said(asked: dict[str, str], said: str, client: httpx.Client) -> None:
    page = client.get("/trace", params=asked)
    assert (page.status_code, said in page.text) == (400, True)


def test_a_trace_is_there_for_programs_with_every_value(client: httpx.Client) -> None:
    asked = {"thing": "cell 117"}
    told = client.get("/trace", params=asked | {"format": "json"}).json()
    rows = list(csv.DictReader(io.StringIO(client.get("/trace", params=asked | {"format": "csv"}).text)))
    values = [value for stage in told["stages"] for value in stage["values"]]
    assert len([row for row in rows if row["parameter"]]) == len(values) > 100
    gap = next(row for row in rows if row["parameter"] == "CalenderingGap" and row["lot"] == "roll A01")
    assert (gap["value"], gap["unit"], gap["read_from"]) == (
        "103",
        "MicroMetre",
        "calendering.csv!row 6, column 6",
    )
    refused = client.get("/trace", params={"thing": "cell 9999", "format": "json"})
    assert (refused.status_code, "nothing in the store is called" in refused.text) == (400, True)
