"""A header that is only the end of a parameter's name is drafted as the step's own, or marked doubtful."""

from pathlib import Path

import pytest

from pilotline.quantities.units import Units
from pilotline.tabular.guesses import DOUBT, SURE, Drafter
from pilotline.tabular.suggestion import suggest
from pilotline.vocabulary.terms import Vocabulary


def guessed(step: str, header: str, vocabulary: Vocabulary, units: Units) -> tuple[str, bool]:
    guess = Drafter(vocabulary, units, vocabulary.step(step)).guess(header, ["1.2", "1.3"])
    return (guess.parameter.name if guess.parameter else ""), guess.score >= SURE


@pytest.mark.parametrize(
    ("step", "header", "parameter"),
    [
        ("Coating", "Speed (m/min)", "CoatingSpeed"),
        ("Calendering", "Temperatur (°C)", "CalenderingTemperature"),
        ("Calendering", "Dicke (µm)", "ElectrodeThickness"),
        ("Stacking", "Thickness (mm)", "StackThickness"),
        ("EndOfLineTesting", "Thickness (mm)", "CellThickness"),
        ("CellAssembly", "Coating thickness (µm)", "CoatingThickness"),
    ],
)
def test_the_end_of_a_name_is_the_parameter_of_the_step(
    step: str, header: str, parameter: str, vocabulary: Vocabulary, units: Units
) -> None:
    assert guessed(step, header, vocabulary, units) == (parameter, True)


@pytest.mark.parametrize(
    ("step", "header"),
    [
        ("CellAssembly", "Thickness (µm)"),
        ("Formation", "Thickness (µm)"),
        ("Coating", "Thickness (µm)"),
        ("Coating", "Temperature (°C)"),
    ],
)
def test_what_the_header_leaves_out_makes_it_doubtful(
    step: str, header: str, vocabulary: Vocabulary, units: Units
) -> None:
    assert not guessed(step, header, vocabulary, units)[1]


def test_a_draft_marks_a_bare_thickness(tmp_path: Path, vocabulary: Vocabulary, units: Units) -> None:
    path = tmp_path / "cell_assembly.csv"
    path.write_text("Cell;Thickness (µm);Mass (g)\nZ1;5.2;21.3\nZ2;5.3;21.4\n", encoding="utf-8")
    line = next(line for line in suggest(path, vocabulary, units).splitlines() if "Thickness (µm)" in line)
    assert DOUBT in line
