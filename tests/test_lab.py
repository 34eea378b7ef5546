"""A notebook opens a store and gets data frames."""

from pathlib import Path

import pytest

from pilotline.lab import Lab
from pilotline.questions.question import QuestionError
from pilotline.store import Store


@pytest.fixture(scope="module")
def lab(demo_store: Store) -> Lab:
    return Lab(demo_store.path)


def test_a_question_is_a_frame(lab: Lab) -> None:
    frame = lab.query("cells_of_lot", lot="slurry S-17")
    assert list(frame.columns) == ["cell", "link", "node"]
    assert frame["link"].value_counts().to_dict() == {"sure": 89, "possible": 12}


def test_sparql_is_a_frame_with_numbers(lab: Lab) -> None:
    frame = lab.query("SELECT (COUNT(*) AS ?n) WHERE { ?cell a pl:Cell }")
    assert frame["n"].tolist() == [237]


def test_an_unknown_question_is_one_clear_line(lab: Lab) -> None:
    with pytest.raises(QuestionError, match="no_such: no such question"):
        lab.query("no_such")


def test_questions_are_listed(lab: Lab) -> None:
    assert "behind_cell" in lab.questions()["name"].tolist()


def test_a_file_is_validated_and_nothing_is_stored(lab: Lab, demo_store: Store, tmp_path: Path) -> None:
    mapping = tmp_path / "coating.yaml"
    mapping.write_text(
        "mapping: m\nversion: 1\ndataset: {id: c, title: Coatings, licence: CC-BY-4.0, simulated: true}\n"
        "tables:\n  - file: c.csv\n    row: {run: {step: Coating, id: [Run]}}\n"
        "    columns:\n      Speed (m/min): {parameter: CoatingSpeed, kind: set}\n",
        encoding="utf-8",
    )
    (tmp_path / "c.csv").write_text("Run,Speed (m/min)\n1,fast\n", encoding="utf-8")
    before = demo_store.generation
    report = lab.validate(tmp_path / "c.csv", mapping=mapping, scope="lab")
    assert not report.conforms
    assert "c.csv" in lab.findings(report)["file"].tolist()
    assert demo_store.generation == before


def test_gaps_are_a_frame(lab: Lab) -> None:
    frame = lab.gaps("machine learning", "drying")
    missing = frame[frame["kind"] == "needed, and not recorded"]
    assert missing["parameter"].tolist() == ["DryCoatingThickness"]
