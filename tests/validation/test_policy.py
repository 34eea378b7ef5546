import pyoxigraph as ox
import pytest

from pilotline.namespaces import PL
from pilotline.validation import Change, apply_policy, check_graph, load_shapes
from pilotline.validation.policy import PolicyError, PolicyName

STATUS = ox.NamedNode(PL + "status")
INVALID = ox.NamedNode(PL + "Invalid")


def changed(policy: PolicyName, sheet: ox.Store, dataset: str, *shapes: str) -> Change:
    return apply_policy(policy, check_graph(sheet, [dataset], load_shapes(*shapes)), sheet, dataset)


def marked(*cells: str) -> set[ox.NamedNode]:
    return {ox.NamedNode(f"https://lab.example/l1/run/coating-{cell[1:]}/q/{cell[0]}") for cell in cells}


def test_strict_refuses_a_dataset_with_a_violation(sheet: ox.Store, dataset: str) -> None:
    change = changed("strict", sheet, dataset, "quantities")
    assert (change.accepted, change.conforms, change.added) == (False, False, ())


def test_record_marks_the_faulty_quantities_invalid(sheet: ox.Store, dataset: str) -> None:
    change = changed("record", sheet, dataset, "quantities")
    assert (change.accepted, change.conforms) == (True, False)
    assert change.invalid == marked("F2", "F3", "F4", "F7")
    assert set(change.added) == {
        ox.Quad(node, STATUS, INVALID, ox.NamedNode(dataset)) for node in change.invalid
    }


def test_a_fault_of_a_number_marks_its_quantity(sheet: ox.Store, dataset: str) -> None:
    sheet.update(
        "DELETE { GRAPH ?g { ?v ?p 1.5 } } WHERE { GRAPH ?g { ?v ?p 1.5 } FILTER(CONTAINS(STR(?v), '/G/')) }"
    )
    assert marked("G7") <= changed("record", sheet, dataset, "quantities").invalid


def test_invalid_replaces_another_status(sheet: ox.Store, dataset: str) -> None:
    sheet.update("DELETE { GRAPH ?g { ?v ?p 1.5 } } WHERE { GRAPH ?g { ?v ?p 1.5 } }")
    suspect = ox.NamedNode(PL + "Suspect")
    (node,) = marked("G7")
    removed = changed("record", sheet, dataset, "quantities").removed
    assert removed == (ox.Quad(node, STATUS, suspect, ox.NamedNode(dataset)),)


def test_a_faulty_run_stays_as_it_is(sheet: ox.Store, dataset: str) -> None:
    change = changed("record", sheet, dataset, "runs")
    assert (change.accepted, change.conforms, change.added) == (True, False, ())
    assert change.unmarked == {ox.NamedNode("https://lab.example/l1/run/coating-9")}


def test_a_dataset_that_conforms_is_left_alone(sheet: ox.Store, dataset: str) -> None:
    assert changed("strict", sheet, dataset, "datasets") == Change(accepted=True, conforms=True)


def test_an_unknown_policy_is_refused(sheet: ox.Store, dataset: str) -> None:
    with pytest.raises(PolicyError, match="strict or record, not 'lenient'"):
        changed("lenient", sheet, dataset, "datasets")  # type: ignore[arg-type]
