"""A metre of a roll is found again on what was wound, stretched, slit and cut from it, and back."""

from pyoxigraph import NamedNode, Store

from pilotline.namespaces import PL
from pilotline.trace import Graph, Stretch, backward, first_run, forward, recall, recall_stretch, stretch_of

LAB = "https://lab.example/l/"
ROLL, COIL = LAB + "lot/roll-1", LAB + "lot/coil-2"


def coated(start: float, end: float, left: float | None = None, right: float | None = None) -> Stretch:
    return Stretch(ROLL, start, end, LAB + "run/coating-a", left, right)


def places(stretches: list[Stretch]) -> list[tuple[str, float, float]]:
    return [
        (each.lot.removeprefix(LAB + "lot/"), round(each.start, 4), round(each.end, 4)) for each in stretches
    ]


def test_a_stretch_is_followed_through_rewinding_calendering_and_slitting(graph: Graph) -> None:
    assert places(list(forward(graph, coated(10.0, 10.5)))) == [
        ("roll-1", 389.5, 390.0),
        ("roll-1", 393.395, 393.9),
        ("coil-2", 6.1, 6.605),
        ("coil-3", 6.1, 6.605),
    ]


def test_a_sheet_finds_its_metre(graph: Graph) -> None:
    piece = stretch_of(graph, NamedNode(LAB + "lot/sheet-near"))
    assert piece == Stretch(COIL, 6.0, 6.2)
    found = list(backward(graph, piece))
    assert [each.run.removeprefix(LAB + "run/") for each in found] == [
        "slitting-1",
        "calendering-1",
        "rewinding-1",
        "coating-a",
    ]
    assert places(found)[-1] == ("roll-1", 9.901, 10.099)
    assert (found[-1].left, found[-1].right) == (75.0, 150.0)


def test_a_stretch_in_one_lane_misses_the_others(graph: Graph) -> None:
    found = list(forward(graph, coated(10.0, 10.5, left=80.0, right=90.0)))
    assert [each.lot for each in found if "coil" in each.lot] == [COIL]
    assert (found[-1].left, found[-1].right) == (5.0, 15.0)


def test_the_end_that_was_cut_off_is_not_followed(graph: Graph) -> None:
    assert [each for each in forward(graph, coated(0.0, 0.5)) if "coil" in each.lot] == []


def test_a_defect_recalls_the_cells_cut_there_and_no_others(graph: Graph) -> None:
    found = recall_stretch(graph, coated(9.9, 10.0))
    assert [(cell.label, cell.sure) for cell in found.cells] == [("cell 1", True), ("cell 2", False)]
    assert found.pieces == ("sheet near",)
    assert recall_stretch(graph, coated(130.0, 135.0)).cells == ()


def test_a_run_without_a_map_makes_the_whole_roll_count(web: Store) -> None:
    for quad in list(web.quads_for_pattern(NamedNode(LAB + "run/calendering-1/map/1"), None, None)):
        web.remove(quad)
    found = recall_stretch(Graph(web), coated(130.0, 135.0))
    assert [each.known for each in found.stretches] == [True, True, False, False, False]
    assert [cell.label for cell in found.cells] == ["cell 1", "cell 2"]


def test_a_coil_without_a_map_counts_as_a_whole(web: Store) -> None:
    for quad in list(web.quads_for_pattern(NamedNode(LAB + "run/slitting-1/map/2"), None, None)):
        web.remove(quad)
    found = recall_stretch(Graph(web), coated(130.0, 135.0))
    assert found.unknown == ("coil 2",)
    assert [(cell.label, cell.sure) for cell in found.cells] == [("cell 1", False), ("cell 2", False)]


def test_a_piece_without_metres_counts(web: Store) -> None:
    for name in ("cutStart", "cutEnd"):
        for quad in list(web.quads_for_pattern(NamedNode(LAB + "lot/sheet-far"), NamedNode(PL + name), None)):
            web.remove(quad)
    found = recall_stretch(Graph(web), coated(9.9, 10.0))
    assert found.pieces == ("sheet far", "sheet near")


def test_metres_count_first_after_the_run_that_made_the_roll(graph: Graph) -> None:
    assert first_run(graph, NamedNode(ROLL)) == LAB + "run/coating-a"


def test_a_recall_of_a_lot_tells_sure_cells_from_possible_ones(graph: Graph) -> None:
    found = recall(graph, NamedNode(LAB + "lot/sheet-near"))
    assert [(cell.label, cell.sure) for cell in found.cells] == [("cell 1", True), ("cell 2", False)]
