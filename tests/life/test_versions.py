"""A file that comes again: what differs is said by rows, removals are asked for, old versions stay."""

from life.lab import COATING, LAB, MIXING, HandIn
from pyoxigraph import DefaultGraph, NamedNode

from pilotline.datasets import catalogue
from pilotline.datasets.difference import Kind, described
from pilotline.datasets.life import find_dataset
from pilotline.ingest.rules import Policy, Rules
from pilotline.store import Store

TWO = "1;S-17;R1;1,50;120  2;S-17;R2;1,50;120"


def lines(hand_in: HandIn, rows: str, **terms: object) -> list[str]:
    return list(described(hand_in("coating", rows, **terms).difference))


def test_the_first_version_differs_from_nothing(hand_in: HandIn) -> None:
    assert lines(hand_in, TWO) == []


def test_a_grown_file_names_the_rows_that_came(hand_in: HandIn) -> None:
    hand_in("coating", TWO)
    assert lines(hand_in, TWO + " 3;S-17;R3;1,60;120") == ["+ coating.csv!row 4: 2 values"]


def test_a_corrected_cell_is_named_with_both_texts(hand_in: HandIn) -> None:
    hand_in("coating", TWO)
    assert lines(hand_in, TWO.replace("R2;1,50", "R2;1,70")) == ["~ coating.csv!row 3: column 4: 1,50 → 1,70"]


def test_a_row_put_in_between_moves_the_others_and_changes_none(hand_in: HandIn) -> None:
    hand_in("coating", TWO)
    moved = "1;S-17;R1;1,50;120 9;S-17;R9;1,50;120 2;S-17;R2;1,50;120"
    assert lines(hand_in, moved) == ["+ coating.csv!row 3: 2 values"]


def test_a_removed_row_is_not_let_go_unasked(hand_in: HandIn, store: Store) -> None:
    hand_in("coating", TWO)
    before = store.generation
    outcome = hand_in("coating", "1;S-17;R1;1,50;120")
    assert list(described(outcome.difference)) == ["- coating.csv!row 3: 2 values"]
    assert (outcome.held, outcome.published, store.generation) == (True, False, before)


def test_an_emptied_cell_is_a_removal_too(hand_in: HandIn) -> None:
    hand_in("coating", TWO)
    outcome = hand_in("coating", TWO.replace("R2;1,50", "R2;"))
    assert list(described(outcome.difference)) == ["~ coating.csv!row 3: column 4: 1,50 → empty"]
    assert outcome.held


def test_a_removal_that_is_allowed_goes_through(hand_in: HandIn, store: Store) -> None:
    hand_in("coating", TWO)
    outcome = hand_in("coating", "1;S-17;R1;1,50;120", allow_removals=True)
    assert (outcome.version, len(outcome.difference.of(Kind.REMOVED))) == (2, 1)
    assert catalogue.versions(store.read(), COATING) == [1]
    run = NamedNode(f"{LAB}/run/coating-2")
    assert not any(store.read().quads_for_pattern(run, None, None, DefaultGraph()))


def test_a_dry_run_says_what_would_be_and_writes_nothing(hand_in: HandIn, store: Store) -> None:
    hand_in("coating", TWO)
    before = store.generation
    outcome = hand_in("coating", TWO + " 3;S-17;R3;1,60;120", dry_run=True)
    assert (outcome.dry_run, outcome.published, outcome.version) == (True, False, 2)
    assert (len(outcome.difference.rows), store.generation) == (1, before)


def test_a_dry_run_of_what_would_be_refused_leaves_no_report(hand_in: HandIn, store: Store) -> None:
    before = store.generation
    assert not hand_in("coating", "1;S-17;R1;fast;120", dry_run=True).conforms
    assert store.generation == before


def test_other_bytes_that_say_the_same_are_no_new_version(hand_in: HandIn, store: Store) -> None:
    hand_in("coating", TWO)
    outcome = hand_in("coating", TWO + " ;;;;")
    assert (outcome.published, outcome.version, outcome.difference.rows) == (True, 1, ())
    assert catalogue.versions(store.read(), COATING) == []


def test_each_version_before_stays_reachable_with_its_provenance(hand_in: HandIn, store: Store) -> None:
    for speed in ("1,50", "1,60", "1,70"):
        hand_in("coating", f"1;S-17;R1;{speed};120")
    content = store.read()
    assert catalogue.versions(content, COATING) == [1, 2]
    typed = [
        bool(content.query(f"ASK {{ GRAPH <{COATING}/version/{n}> {{ ?v ?p '1,{n + 4}0' }} }}"))
        for n in (1, 2)
    ]
    assert typed == [True, True]
    assert any(content.quads_for_pattern(None, None, None, NamedNode(f"{COATING}/version/1/provenance")))


def test_recorded_faults_do_not_show_as_changes(hand_in: HandIn) -> None:
    faulty = "1;S-17;R1;fast;120"
    hand_in("coating", faulty, policy=Policy.RECORD)
    outcome = hand_in("coating", faulty + " 2;S-17;R2;1,50;120", policy=Policy.RECORD)
    assert list(described(outcome.difference)) == ["+ coating.csv!row 3: 2 values"]
    assert outcome.hidden == 1


def test_a_lot_that_arrives_late_heals_the_warning_of_who_named_it(hand_in: HandIn, store: Store) -> None:
    hand_in("coating", TWO)
    (again,) = hand_in("mixing", "17;S-17;M1;30").rechecked
    assert (again.dataset, again.newly_passing) == (COATING, ("Link-unknown-lot",))


def test_a_lot_misspelt_is_named_with_the_one_that_is_near(hand_in: HandIn) -> None:
    hand_in("mixing", "17;S-17;M1;30")
    outcome = hand_in("coating", "1;S17;R1;1,50;120")
    (finding,) = [each for each in outcome.findings if each.code == "Link-unknown-lot"]
    assert (finding.message, finding.hint) == (
        "S17: no such slurry",
        "did you mean S-17 (mixing.csv!row 2, column 1)?",
    )


def test_a_dataset_that_takes_a_lot_away_warns_who_used_it(hand_in: HandIn, store: Store) -> None:
    hand_in("mixing", "17;S-17;M1;30 18;S-18;M1;30")
    hand_in("coating", TWO)
    (again,) = hand_in("mixing", "18;S-18;M1;30", allow_removals=True).rechecked
    assert (again.dataset, again.newly_failing) == (COATING, ("Link-unknown-lot",))
    assert find_dataset(store, "mixing").iri == MIXING


def test_shapes_by_another_name_are_loaded_once(rules: Rules) -> None:
    assert rules.with_shapes() is rules
