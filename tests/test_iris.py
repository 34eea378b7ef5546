"""The grammar of the IRIs, which is for ever."""

import pytest

from pilotline.iris import IdentityError, Scope, csv_cell, json_node, quantity, segment, sheet_cell, state

LAB = Scope("my-lab/line 1", base="https://lab.example/")
RUN = "https://lab.example/my-lab/line%201/run/coating-0042"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("S-17",), "S-17"),
        (("  S   17 ",), "S%2017"),
        (("L1", "2025", "17"), "L1:2025:17"),
        (("a:b", "c"), "a%3Ab:c"),
        (("Größe/2",), "Gr%C3%B6%C3%9Fe%2F2"),
        (("..",), "%2E%2E"),
        (("v1.2",), "v1.2"),
    ],
)
def test_identity_values_become_one_segment(values: tuple[str, ...], expected: str) -> None:
    assert segment(*values) == expected


@pytest.mark.parametrize("values", [(), ("",), ("L1", "  ")])
def test_an_empty_identity_is_refused(values: tuple[str, ...]) -> None:
    with pytest.raises(IdentityError, match="needs its identifier"):
        segment(*values)


def test_a_scope_is_demanded_below_the_default_base() -> None:
    with pytest.raises(IdentityError, match="scope"):
        Scope("")


def test_runs_and_lots_carry_what_they_are() -> None:
    assert LAB.run("coating", "0042") == RUN
    assert LAB.lot("cell", "L1", "17") == "https://lab.example/my-lab/line%201/lot/cell-L1:17"


def test_a_lot_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(IdentityError, match="not 'sack'"):
        LAB.lot("sack", "1")


def test_a_state_is_named_by_the_run_that_made_it() -> None:
    assert (
        state("https://lab.example/lot/roll-42", RUN) == "https://lab.example/lot/roll-42/state/coating-0042"
    )
    assert state("https://lab.example/lot/roll-42", None) == "https://lab.example/lot/roll-42/state/received"


def test_keys_of_a_quantity_stand_in_one_order() -> None:
    keys = {"replicate": "2", "side": "A", "dataset": "lab book"}
    assert (
        quantity(RUN, "MassLoading", "measured", keys)
        == f"{RUN}/q/MassLoading/measured/side=A/replicate=2/dataset=lab%20book"
    )


def test_a_condition_keeps_its_colon() -> None:
    assert quantity(RUN, "Viscosity", "measured", {"at": "ShearRate:10"}).endswith("/at=ShearRate:10")


def test_an_unknown_kind_or_key_of_a_quantity_is_refused() -> None:
    with pytest.raises(IdentityError, match="not 'guessed'"):
        quantity(RUN, "MassLoading", "guessed")
    with pytest.raises(IdentityError, match="unknown key of a quantity: colour"):
        quantity(RUN, "MassLoading", "set", {"colour": "red"})


def test_pointers_name_the_cell() -> None:
    source = LAB.source("2025/Beschichtung März.xlsx")
    assert source == "https://lab.example/my-lab/line%201/source/2025/Beschichtung%20M%C3%A4rz.xlsx"
    assert sheet_cell(source, "Runs & co", "C7") == f"{source}#sheet=Runs%20%26%20co&cell=C7"
    assert csv_cell("x.csv", 3, 2) == "x.csv#cell=3,2"
    assert json_node("x.jsonld", "/@graph/3") == "x.jsonld#/@graph/3"
