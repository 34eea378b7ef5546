"""The terms that a mapping may name are found by a word, English or German, or by their step."""

import json

import pytest
from click.testing import CliRunner

from pilotline.cli import main
from pilotline.tabular.glossary import entries
from pilotline.vocabulary.terms import Vocabulary


@pytest.mark.parametrize(
    ("word", "sort", "name"),
    [
        ("film thickness", "parameter", "WetFilmThickness"),
        ("Haftfestigkeit", "parameter", "AdhesionStrength"),
        ("Calendering", "parameter", "CalenderingLineLoad"),
        ("peel", "technique", "PeelTest"),
        ("slot die", "equipment", "SlotDieCoater"),
        ("cathode", "choice", "Cathode"),
    ],
)
def test_a_term_is_found_by_a_word(word: str, sort: str, name: str, vocabulary: Vocabulary) -> None:
    assert (sort, name) in {(each.sort, each.name) for each in entries(vocabulary, word)}


def test_a_parameter_says_its_unit_and_what_is_asked_of_it(vocabulary: Vocabulary) -> None:
    (found,) = (each for each in entries(vocabulary, "Drying") if each.name == "WebTemperature")
    assert (found.unit, found.asks) == ("°C", "")
    (found,) = (each for each in entries(vocabulary, "wet film") if each.name == "WetFilmThickness")
    assert found.asks == "PerSide or BothSidesTogether"


def test_the_command_prints_them_and_says_what_is_near() -> None:
    shown = CliRunner().invoke(main, ["mapping", "terms", "porosity", "--format", "json"])
    assert "Porosity" in {each["name"] for each in json.loads(shown.output)}
    wrong = CliRunner().invoke(main, ["mapping", "terms", "porrosity"])
    assert wrong.exit_code == 2
    assert "no term has 'porrosity' in a name; near it: Porosity" in wrong.output
