"""What a number means is asked once per column; terms that a mapping names must exist."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pilotline.datasets.dataset import SourceError, Staged
from pilotline.vocabulary.terms import Vocabulary

Stage = Callable[[str, Sequence[Path]], Staged]
MAPPING = """\
mapping: m
version: 1
dataset: {id: d, title: D}
tables:
  - file: a.csv
    row: {measurement: {lot: {kind: roll, id: [Roll]}}}
    columns:
      Loading (mg/cm²): {parameter: MassLoading, kind: measured%s}
"""


def asked(staged: Stage, folder: Path, further: str) -> list[str]:
    (folder / "a.csv").write_text("Roll,Loading (mg/cm²)\nR1,20\nR2,21\n", encoding="utf-8")
    findings = staged(MAPPING % further, [folder / "a.csv"]).findings
    return [f"{each.place}: {each.message}" for each in findings if each.code == "Column-convention"]


@pytest.mark.parametrize(
    ("further", "questions"),
    [
        ("", "Per side or both sides together? Dry or wet? Active material or whole coating?"),
        (", side: A, convention: [DryState]", "Active material or whole coating?"),
        (", side: both, convention: [dry, whole coating]", ""),
        (", convention: [PerSide, DryState, WholeCoating]", ""),
    ],
)
def test_what_is_not_said_is_asked_once(staged: Stage, tmp_path: Path, further: str, questions: str) -> None:
    place = "a.csv!row 1, column 2: 'Loading (mg/cm²)' (MassLoading): "
    assert asked(staged, tmp_path, further) == ([place + questions] if questions else [])


def test_every_question_has_answers(vocabulary: Vocabulary) -> None:
    alone = {
        question
        for parameter in vocabulary.parameters.by_name.values()
        for question, answers in vocabulary.questions(parameter).items()
        if len(answers) < 2
    }
    assert alone == set()


@pytest.mark.parametrize(
    ("further", "message"),
    [
        (", convention: [PerSides]", "no Convention is called 'PerSides'; did you mean PerSide"),
        (", technique: Weighting", "the mapping says technique: no term is called 'Weighting'"),
        (', values: {"20": SlotDies}', "no term is called 'SlotDies'; did you mean "),
    ],
)
def test_a_term_that_does_not_exist_stops_the_mapping(
    staged: Stage, tmp_path: Path, further: str, message: str
) -> None:
    with pytest.raises(SourceError) as raised:
        asked(staged, tmp_path, further)
    assert message in str(raised.value)


def test_format_and_kind_of_a_cell_are_entries_of_their_lists(staged: Stage, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Cell,Type\n1,Pouchzelle\n2,bag\n", encoding="utf-8")
    row = "{lot: {kind: cell, id: [Cell], format: Type, cell_kind: {value: HalfCell}}}"
    result = staged(
        f"mapping: m\nversion: 1\ndataset: {{id: d, title: D}}\ntables: [{{file: a.csv, row: {row}}}]\n",
        [tmp_path / "a.csv"],
    )
    text = result.quads.read_text(encoding="utf-8")
    assert (
        text.count("#cellFormat> <https://w3id.org/pilotline/ontology#PouchFormat>"),
        text.count("HalfCell"),
    ) == (1, 2)
    assert [f"{each.code} {each.place}" for each in result.findings] == [
        "Row-cellFormat a.csv!row 3, column 2"
    ]
