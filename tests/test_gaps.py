"""Gaps are told by kind, looked for where a parameter lives; how a line measures goes before the paper."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pilotline.cli import main
from pilotline.readiness.gaps import Gap, GapsError, Kind, find_gaps
from pilotline.store import Store

HEAD = "step,parameter,online,on,technique,instrument,accuracy,delay\n"


def told(gaps: list[Gap], kind: Kind) -> list[tuple[str, str, str, str]]:
    return [(gap.step, gap.parameter, gap.why, gap.source) for gap in gaps if gap.kind == kind]


def measures(store: Store, folder: Path, row: str, head: str = HEAD) -> tuple[int, str]:
    file = folder / "capabilities.csv"
    file.write_text(f"{head}{row}\n", encoding="utf-8")
    given = ["capability", str(file), "--by", "line 1", "--scope", "lab", "--db", str(store.path)]
    done = CliRunner().invoke(main, given)
    return done.exit_code, done.output


def test_what_is_needed_and_not_recorded_is_told(demo_store: Store) -> None:
    found = find_gaps(demo_store.read(), "machine learning", "drying")
    why = "in none of 10 runs nor in what they come from"
    assert told(found, Kind.NOT_RECORDED) == [("Drying", "DryCoatingThickness", why, "Table 7, row 11")]


def test_a_parameter_of_the_slurry_is_found_for_coating(demo_store: Store) -> None:
    found = find_gaps(demo_store.read(), "ARTISTIC slurry-to-electrode classifier")
    assert told(found, Kind.NOT_RECORDED) == []
    assert ("Coating", "Viscosity", "measured offline", "Table 6, row 6") in told(found, Kind.OFFLINE)


def test_a_rating_that_is_not_known_is_a_group_of_its_own(demo_store: Store) -> None:
    found = find_gaps(demo_store.read(), "discrete", "coating")
    assert {gap.kind for gap in found} == {Kind.UNKNOWN, Kind.NAMED}
    no_rating = "no rating for discrete models; "
    whys = {gap.parameter: gap.why for gap in found if gap.kind == Kind.UNKNOWN}
    assert whys["CoatingSpeed"] == no_rating + "recorded"
    assert whys["SurfaceHomogeneity"] == no_rating + "not recorded"


def test_without_a_run_nothing_is_recorded(store: Store) -> None:
    found = find_gaps(store.read(), "machine learning", "Trocknung")
    assert {why for _, _, why, _ in told(found, Kind.NOT_RECORDED)} == {"no run of the step"}


def test_how_a_line_measures_goes_before_the_paper(store: Store, tmp_path: Path) -> None:
    def offline() -> list[tuple[str, str]]:
        gaps = told(find_gaps(store.read(), "machine learning", "slurry preparation"), Kind.OFFLINE)
        return [(parameter, source) for _, parameter, _, source in gaps]

    assert ("SolidContent", "Table 5, row 4") in offline()
    measures(store, tmp_path, "slurry preparation,solid content,yes,2026-11-01,,NIR probe,0.5 %,2 min")
    assert "SolidContent" not in [parameter for parameter, _ in offline()]
    measures(store, tmp_path, "slurry preparation,solid content,no,2026-11-02,,NIR probe,0.5 %,30 min")
    assert ("SolidContent", "line 1") in offline()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("coating,coating speed,perhaps,2026-11-01,,,,", "row 2, column 3: 'perhaps' is not known"),
        ("coating,coating speed,yes,2026-11-01,,,some,", "row 2, column 7: 'some' is not a number"),
        ("coating,coating speed,yes,2026-11-01,,,,3 µm", "row 2, column 8:"),
        (
            "coating,coating speed,yes,2026-11-01,guessing,,,",
            "column 5: nothing in the store is called 'guessing'",
        ),
        ("coating,coating speed,yes,1.11.,,,,", "row 2, column 4: '1.11.' is no day"),
    ],
)
def test_a_wrong_cell_is_named(row: str, said: str, store: Store, tmp_path: Path) -> None:
    code, output = measures(store, tmp_path, row)
    assert (code, said in output) == (1, True), output


@pytest.mark.parametrize(("model", "step"), [("no such model", ""), ("", "no such step")])
def test_an_unknown_name_is_one_clear_error(model: str, step: str, demo_store: Store) -> None:
    with pytest.raises(GapsError, match=r"no (Model|ProcessStep) is called 'no such"):
        find_gaps(demo_store.read(), model, step)


def test_the_command_groups_gaps_by_kind(demo_store: Store) -> None:
    given = ["gaps", "--model", "machine learning", "--step", "drying", "--db", str(demo_store.path)]
    done = CliRunner().invoke(main, given)
    assert done.exit_code == 0
    assert [line for line in done.output.splitlines() if line.endswith(":")] == [
        "Needed, and not recorded:",
        "Not known how much it matters:",
        "Named by the authors:",
    ]
