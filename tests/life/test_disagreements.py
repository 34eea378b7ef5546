"""Two datasets that say different things of one value are shown, and both are kept."""

from life.lab import HandIn

from pilotline.datasets.disagreement import CODE
from pilotline.findings import Finding
from pilotline.ingest.publishing import Outcome
from pilotline.questions.question import ask, find_question
from pilotline.resources import data_folder
from pilotline.store import Store


def said(outcome: Outcome) -> list[Finding]:
    return [each for each in outcome.findings if each.code == CODE]


def test_two_datasets_that_agree_are_not_mentioned(hand_in: HandIn) -> None:
    hand_in("mixing", "17;S-17;M1;30")
    hand_in("viscosity", "S-17;17;1,5")
    assert said(hand_in("rheology", "S-17;17;1,50")) == []


def test_a_disagreement_names_both_cells(hand_in: HandIn) -> None:
    hand_in("mixing", "17;S-17;M1;30")
    hand_in("viscosity", "S-17;17;1,5")
    outcome = hand_in("rheology", "S-17;17;1,7")
    (finding,) = said(outcome)
    assert outcome.published
    assert (finding.place, finding.value, finding.expected) == ("rheology.csv!row 2, column 3", "1,7", "1,5")
    assert "in viscosity.csv!row 2, column 3; both are kept" in finding.message


def test_the_question_shows_the_pair(hand_in: HandIn, store: Store) -> None:
    hand_in("mixing", "17;S-17;M1;30")
    hand_in("viscosity", "S-17;17;1,5")
    hand_in("rheology", "S-17;17;1,7")
    answer = ask(store.read(), find_question("disagreements", data_folder("queries")), {})
    texts = [
        ["" if value is None else value.value.rsplit("/", 1)[-1] for value in row] for row in answer.rows
    ]
    assert texts == [
        ["slurry S-17", "Viscosity", "1,7", "rheology.csv#cell=2,3", "1,5", "viscosity.csv#cell=2,3"]
    ]


def test_a_correction_heals_the_other_dataset_too(hand_in: HandIn) -> None:
    hand_in("mixing", "17;S-17;M1;30")
    hand_in("viscosity", "S-17;17;1,5")
    hand_in("rheology", "S-17;17;1,7")
    assert said(hand_in("rheology", "S-17;17;1,5")) == []
