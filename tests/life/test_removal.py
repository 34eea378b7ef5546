"""Removing a dataset says who depends on it, and brings them in step; checking again says what changed."""

from dataclasses import replace

import pytest
from life.lab import COATING, LAB, MIXING, HandIn
from pyoxigraph import DefaultGraph, NamedNode

from pilotline.datasets import catalogue
from pilotline.datasets.life import DatasetError, find_dataset, outdated, remove, revalidate, what_goes
from pilotline.ingest.rules import Policy, Rules
from pilotline.store import Store
from pilotline.validation import load_shapes

ROLL = "1;S-17;R1;1,50;120"


@pytest.fixture
def both(hand_in: HandIn, store: Store) -> Store:
    hand_in("mixing", "17;S-17;M1;30")
    hand_in("coating", ROLL)
    return store


def test_a_dataset_is_found_by_identifier_title_and_iri(both: Store) -> None:
    assert {find_dataset(both, name).iri for name in ("coating", "Coating runs", COATING)} == {COATING}


def test_an_unknown_dataset_is_named_with_those_that_are_there(both: Store) -> None:
    with pytest.raises(
        DatasetError, match="'coat': no such dataset; there are specification, coating, mixing"
    ):
        find_dataset(both, "coat")


def test_who_depends_on_a_dataset_is_said(both: Store) -> None:
    assert set(what_goes(both, find_dataset(both, "mixing")).dependents) == {COATING}
    assert what_goes(both, find_dataset(both, "coating")).dependents == {}


def test_what_is_removed_is_gone_from_all_graphs(both: Store, rules: Rules, hand_in: HandIn) -> None:
    hand_in("coating", ROLL.replace("1,50", "1,60"))
    remove(both, find_dataset(both, "coating"), rules)
    content = both.read()
    assert [graph for graph in content.named_graphs() if graph.value.startswith(COATING)] == []
    assert not any(content.quads_for_pattern(NamedNode(f"{LAB}/run/coating-1"), None, None, None))
    assert COATING not in {entry.iri for entry in catalogue.entries(content)}


def test_who_depended_on_what_was_removed_is_warned(both: Store, rules: Rules) -> None:
    (again,) = remove(both, find_dataset(both, "mixing"), rules).rechecked
    assert (again.dataset, again.conforms, again.newly_failing) == (COATING, True, ("Link-unknown-lot",))
    assert not any(both.read().quads_for_pattern(NamedNode(f"{MIXING}"), None, None, DefaultGraph()))


STRICTER = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix pl: <https://w3id.org/pilotline/ontology#> .
<urn:lab#Slow> a sh:NodeShape ; sh:targetClass pl:CoatingSpeed ; sh:property <urn:lab#Slow-si> .
<urn:lab#Slow-si> sh:path pl:siValue ; sh:maxInclusive 1.0E-3 ; sh:severity sh:Violation ;
    sh:message "Our line is slower than that."@en .
"""


@pytest.fixture
def stricter(rules: Rules, tmp_path_factory: pytest.TempPathFactory) -> Rules:
    """The shapes that ship and one that no coating of these tests keeps."""
    file = tmp_path_factory.mktemp("shapes") / "slow.ttl"
    file.write_text(STRICTER, encoding="utf-8")
    return replace(rules, shapes=load_shapes(file))


def test_revalidation_by_the_same_rules_changes_no_judgement(both: Store, rules: Rules) -> None:
    assert [each.changed for each in revalidate(both, rules)] == [False] * 3


def test_revalidation_says_which_rules_fail_and_pass_since(
    both: Store, rules: Rules, stricter: Rules
) -> None:
    failing = {each.dataset: each for each in revalidate(both, stricter) if each.newly_failing}
    assert (set(failing), failing[COATING].newly_failing) == ({COATING}, ("Slow-si",))
    assert not catalogue.entry(both.read(), COATING).conforms
    passing = {each.dataset: each.newly_passing for each in revalidate(both, rules)}
    assert "Slow-si" in passing[COATING]
    assert catalogue.entry(both.read(), COATING).conforms


def test_revalidation_marks_and_unmarks_recorded_values(
    store: Store, hand_in: HandIn, rules: Rules, stricter: Rules
) -> None:
    hand_in("coating", ROLL, policy=Policy.RECORD)
    speed = NamedNode(f"{LAB}/run/coating-1/q/CoatingSpeed/set")

    def shown() -> bool:
        return any(store.read().quads_for_pattern(speed, None, None, DefaultGraph()))

    revalidate(store, stricter)
    assert (shown(), catalogue.entry(store.read(), COATING).hidden) == (False, 1)
    revalidate(store, rules)
    assert (shown(), catalogue.entry(store.read(), COATING).hidden) == (True, 0)


def test_another_ontology_flags_the_datasets_until_they_are_checked_again(both: Store, rules: Rules) -> None:
    assert outdated(both) == []
    ontology = NamedNode("https://w3id.org/pilotline/ontology")
    digest = NamedNode("https://w3id.org/pilotline/ontology#sha256")
    with both.write() as draft:
        (old,) = draft.store.quads_for_pattern(ontology, digest, None, ontology)
        draft.change_graph(ontology.value, removed=[old], added=[])
    assert {entry.iri for entry in outdated(both)} > {COATING, MIXING}
    revalidate(both, rules)
    assert outdated(both) == []
