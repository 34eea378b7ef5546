"""On the demo line: what is behind a cell, what came of a slurry, what scrapped cells share, what is left."""

import pytest
from click.testing import CliRunner
from pyoxigraph import NamedNode

from pilotline.cli import main
from pilotline.namespaces import PL
from pilotline.quantities.units import Units
from pilotline.questions.labels import node_called
from pilotline.store import Store
from pilotline.trace import (
    Graph,
    Stretch,
    ahead,
    behind,
    cells_with,
    common_causes,
    count_balance,
    first_run,
    mass_balance,
    recall,
    recall_stretch,
    values_borne,
    values_of,
)


@pytest.fixture(scope="module")
def demo(demo_store: Store) -> Graph:
    return Graph(demo_store.read())


def called(graph: Graph, name: str) -> NamedNode:
    return node_called(graph.store, name)


def test_behind_a_cell_stand_its_lots_in_the_order_of_the_line(demo: Graph) -> None:
    found = behind(demo, called(demo, "cell 117"))
    assert [stage.step for stage in found.stages if stage.kind == "Cell"] == [
        "Enclosing",
        "ElectrolyteFilling",
        "Sealing",
        "Formation",
    ]
    slurries = {stage.label: stage.sure for stage in found.stages if stage.kind == "SlurryBatch"}
    assert slurries == {"slurry S-15": True, "slurry S-16": True, "slurry S-17": True, "slurry S-21": True}


def test_up_and_down_agree(demo: Graph) -> None:
    slurry = called(demo, "slurry S-17")
    cells = {cell.cell for cell in recall(demo, slurry).cells}
    assert cells == {
        cell.value
        for cell in demo.instances(NamedNode(PL + "Cell"))
        if slurry.value in behind(demo, cell).lots()
    }
    assert {stage.lot for stage in ahead(demo, slurry).stages if stage.kind == "Cell"} == cells


def test_a_defect_on_a_roll_recalls_the_cells_of_these_metres(demo: Graph) -> None:
    roll = called(demo, "roll C02")
    found = recall_stretch(demo, Stretch(roll.value, 4.4, 4.6, first_run(demo, roll)))
    assert [cell.label for cell in found.cells] == ["cell 116", "cell 117", "cell 167", "cell 168"]


def test_a_value_names_the_cell_that_it_was_read_from(demo: Graph) -> None:
    values = list(values_of(demo, called(demo, "calendering A01-1")))
    gap = next(value for value in values if value.parameter == "CalenderingGap")
    assert (gap.key, gap.typed, gap.unit) == ("set", "103", "MicroMetre")
    assert [cell.rpartition("/")[2] for cell in gap.cells] == ["calendering.csv#cell=6,6"]


def test_of_too_few_cells_nothing_is_said(demo: Graph) -> None:
    found = common_causes(demo, cells_with(demo, NamedNode(PL + "Scrap")))
    assert (found.causes, found.note) == (
        (),
        "too few: 3 cells against 234; each group needs at least 5",
    )


def test_cells_of_one_slurry_share_it(demo: Graph) -> None:
    held = recall(demo, called(demo, "slurry S-17")).cells
    cells = [NamedNode(cell.cell) for cell in held if cell.sure]
    found = common_causes(demo, cells)
    slurry = next(cause for cause in found.causes if cause.what == "slurry S-17")
    assert (slurry.bad, slurry.good, slurry.effect) == (len(cells), 0, 1.0)
    assert slurry.adjusted < 1e-9
    assert f"{found.tests} comparisons were made" in found.note


def test_pieces_of_a_coil_are_used_or_disposed_of(demo: Graph) -> None:
    found = count_balance(demo, called(demo, "coil C02-1"))
    assert (found.made, found.used, found.disposed, found.unaccounted) == (106, 101, {"Scrap": 5}, ())


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["cell 117"], "cell 117           formation FO-0117"),
        (["slurry S-17", "--cells"], "89 sure and 12 possible cells"),
        (["roll C02", "--metres", "4.4-4.6"], "4 sure and 0 possible cells"),
        (["slurry S-15", "--balance"], "unaccounted: 0.0002 kg, within the allowance"),
        (["scrap", "--causes"], "too few: 3 cells against 234"),
        (["coulombic efficiency", "--causes", "--below", "86.9 %"], "comparisons were made"),
        (["cell 71, cell 133", "--causes", "--least", "2"], "2 cells against 235 others."),
    ],
)
def test_the_command_says_it(arguments: list[str], line: str, demo_store: Store) -> None:
    done = CliRunner().invoke(main, ["trace", *arguments, "--db", str(demo_store.path)])
    assert (done.exit_code, line in done.output) == (0, True), done.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["cell 9999"], "pilotline: nothing in the store is called 'cell 9999'; give its IRI or its label\n"),
        (
            ["roll C02", "--metres", "5-4"],
            "pilotline: --metres takes FROM-TO in metres, such as 130-135, got '5-4'\n",
        ),
    ],
)
def test_what_cannot_be_traced_is_one_clear_line(
    arguments: list[str], message: str, demo_store: Store
) -> None:
    done = CliRunner().invoke(main, ["trace", *arguments, "--db", str(demo_store.path)])
    assert (done.exit_code, done.stderr) == (2, message)


def test_a_mass_balance_adds_up_within_the_allowance(demo: Graph) -> None:
    found = mass_balance(demo, called(demo, "slurry S-15"), Units.load())
    assert found.made == pytest.approx(2.2002)
    assert (found.used, found.disposed) == (2.15, {"Lost": 0.05})
    assert found.unaccounted == pytest.approx(0.0002)
    assert found.balanced


def test_a_mass_that_nobody_weighed_leaves_the_rest_open(demo: Graph) -> None:
    found = mass_balance(demo, called(demo, "slurry S-14"), Units.load())
    assert (found.unaccounted, found.balanced) == (None, None)
    assert found.unweighed == ("coating C01-A", "coating C01-B")


def test_a_rest_beyond_the_allowance_does_not_balance(demo: Graph) -> None:
    found = mass_balance(demo, called(demo, "premix PX-7"), Units.load())
    assert found.unaccounted == pytest.approx(4.23)
    assert found.balanced is False


def test_values_of_many_bearers_are_those_of_each(demo: Graph) -> None:
    stages = behind(demo, called(demo, "cell 117")).stages
    bearers = [each for stage in stages for each in (stage.run, stage.state) if each]
    expected = {each: set(values_of(demo, NamedNode(each))) for each in bearers}
    told = values_borne(demo, bearers)
    assert {each: set(values) for each, values in told.items()} == {k: v for k, v in expected.items() if v}
