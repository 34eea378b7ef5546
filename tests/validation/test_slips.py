"""Slips of the hand, column by column: what is found, and what good columns keep quiet."""

from collections.abc import Sequence

import pytest
from pyoxigraph import NamedNode

from pilotline.datasets.pointers import Place
from pilotline.validation.columns import Column, Entry, Start
from pilotline.validation.slips import (
    Scale,
    copied_rows,
    shifted_column,
    shifted_values,
)
from pilotline.validation.swaps import swapped_dates, swapped_electrodes
from pilotline.validation.wording import slip_words
from pilotline.validation.zeros import zeros

GAP = Scale(5, 3000, "µm", {"mm": (1000.0, 0.0), "nm": (0.001, 0.0)})
ROOM = Scale(5, 45, "°C", {"K": (1.0, -273.15)})


def column(texts: Sequence[str], letter: str = "F", parameter: str = "CoatingGap") -> Column:
    """Return a column of numbers from row 2 on; an empty text is an empty cell."""
    entries = [
        Entry(NamedNode(f"urn:{letter}{row}"), f"urn:run{row}", f"urn:{letter}{row}", row, float(text), text)
        for row, text in enumerate(texts, 2)
        if text
    ]
    return Column("a.xlsx", "Runs", letter, parameter, "measured", "", tuple(entries))


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ("120 121 119 12.0 122 120", ["12.0 → 120"]),
        ("120 121 119 1.20 122 120", ["1.20 → 120"]),
        ("0.31 0.30 31.0 0.29 0.30", ["31.0 → 0.31"]),
        ("15.2 -15.1 15.0 14.9", ["-15.1 → 15.1"]),
        ("-55 -56 54 -57 -53", ["54 → -54"]),
        ("120 121 119 122 240", []),
        ("20 30 200 300 20 30", []),
        ("120 12 121", []),
        ("0 1 10 100 1000 10000", []),
    ],
)
def test_decimal_point_is_judged_by_the_column(texts: str, told: list[str]) -> None:
    found = [f"{slip.found} → {slip.expected}" for slip in shifted_values([column(texts.split())])]
    assert found == told


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ("38.2 0 37.9 38.0 0", ["2 × 0 in a column whose other values are far from it, the least 37.9"]),
        ("0 12 1 0.2 3", []),
        ("0 0 0 12 13", []),
        ("0 12 13", []),
        ("12 13 14 15", []),
    ],
)
def test_zeros_among_values_far_from_zero_are_asked_about(texts: str, told: list[str]) -> None:
    assert [slip_words(slip, "en")[0] for slip in zeros([column(texts.split())])] == told


def test_row_about_another_kind_of_thing_is_no_slip() -> None:
    resistance = column(["56", "57", "58", "55", "56", "57", "58", "56", "57", "441"], "F")
    capacity = column(["670", "671", "672", "670", "669", "671", "670", "671", "672", "170"], "G")
    assert list(shifted_values([resistance, capacity])) == []


@pytest.mark.parametrize(
    ("texts", "scale", "told"),
    [
        ("0.12 0.13 0.12", GAP, "the values look like mm in a column of µm: 0.12 mm are 120 µm"),
        ("293 294 296", ROOM, "the values look like K in a column of °C: 293 K are 19.85 °C"),
        ("120 130 125", GAP, ""),
        ("0.12 130 125", GAP, "the values look like mm in a column of µm: 0.12 mm are 120 µm"),
        ("-3 -4", GAP, ""),
    ],
)
def test_unit_of_a_whole_column(texts: str, scale: Scale, told: str) -> None:
    slip = shifted_column(column(texts.split()), scale)
    assert (": ".join(slip_words(slip, "en")) if slip else "").startswith(told)
    assert (slip is None) is (told == "")


def test_rows_that_repeat_all_that_was_measured() -> None:
    columns = [
        column(["1.1", "1.2", "1.3", "1.3", "1.3", "1.6"], "F", "WebTension"),
        column(["21.1", "21.2", "21.3", "21.3", "21.3", "21.6"], "G", "AmbientTemperature"),
        column(["9.11", "9.12", "9.13", "9.13", "9.13", "9.16"], "H", "CoatingSpeed"),
    ]
    # Four of six values differ: too few to call a repetition odd.
    assert list(copied_rows(columns)) == []
    longer = [
        column([*(entry.typed for entry in each.entries), *(f"7.{n}" for n in range(8))], each.letter)
        for each in columns
    ]
    told = [(slip.code, len(slip.nodes), slip.words["row"]) for slip in copied_rows(longer)]
    assert told == [("Row-copied", 6, "5")]


@pytest.mark.parametrize(
    ("texts", "parameter", "told"),
    [
        ("1.11 1.12 1.13 1.13 1.13 1.13 1.15 1.17 1.18", "WebTension", ["Column-copied 1.13 ×4"]),
        ("41 42 43 43 43 44 45", "InternalResistance", ["Column-latched 43 ×3"]),
        ("1.11 1.12 1.13 1.13 1.13 1.15 1.17", "WebTension", []),
        ("2.0 2.0 2.0 2.0 2.0 2.0", "WebTension", []),
        ("21.1 21.2 21.1 21.1 21.1 21.1 21.2 21.1", "WebTension", []),
    ],
)
def test_values_copied_down(texts: str, parameter: str, told: list[str]) -> None:
    found = copied_rows([column(texts.split(), parameter=parameter)])
    assert [f"{slip.code} {slip.found} ×{slip.words['count']}" for slip in found] == told


def test_electrodes_swapped_in_two_rows() -> None:
    kinds = [
        "Cathode",
        "Cathode",
        "Cathode",
        "Anode",
        "Cathode",
        "Anode",
        "Anode",
        "Anode",
        "Cathode",
        "Anode",
    ]
    loading = column(
        ["15.1", "15.2", "15.0", "15.1", "8.1", "8.2", "8.0", "8.1", "15.2", "8.2"], "F", "MassLoading"
    )
    thick = column(
        ["113", "114", "113", "112", "82", "83", "82", "83", "113", "82"], "G", "ElectrodeThickness"
    )
    polarity = {f"urn:run{row}": kind for row, kind in enumerate(kinds, 2)}
    told = [slip_words(slip, "en")[0] for slip in swapped_electrodes([loading, thick], polarity)]
    assert told == [
        "row 5 is called Anode, but its values are those of the Cathode",
        "row 6 is called Cathode, but its values are those of the Anode",
    ]


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ("2025-03-04 2025-03-05 2025-06-03 2025-03-07", ["2025-06-03 → 2025-03-06"]),
        ("2025-03-04 2025-04-04 2025-05-04 2025-06-04", []),
        ("2025-03-04 2025-03-05 2025-09-17 2025-03-07", []),
        ("2025-03-04T08:00:00Z 2025-03-06 2025-05-03T09:00:00Z 2025-03-07", ["2025-05-03 → 2025-03-05"]),
    ],
)
def test_day_and_month_swapped(days: str, told: list[str]) -> None:
    starts = [
        Start(NamedNode(f"urn:run{row}"), f"urn:A{row}", Place(), row, text)
        for row, text in enumerate(days.split(), 2)
    ]
    found = swapped_dates(starts)
    assert [f"{slip.words['found']} → {slip.words['meant']}" for slip in found] == told
