"""Each question gives its expected table on the demo line; the README shows what the store answers."""

import csv
import io
import re
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from pilotline.namespaces import EMMO, HAS_MEASUREMENT_UNIT, HAS_NUMERICAL_PART, HAS_PROPERTY, PL
from pilotline.questions.question import (
    Answer,
    QuestionError,
    answered,
    ask,
    find_question,
    questions,
    read_question,
)
from pilotline.resources import data_folder
from pilotline.store import Store

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
NAMES = [question.name for question in questions(data_folder("queries"))]
# What the demo line does not have; tests/life shows the first with an answer, the test below the other.
NOTHING_TO_SAY = {"disagreements", "values_beyond_plausible"}
TOPICS = [
    "Data",
    "Gaps",
    "Influences",
    "Models",
    "Parameters",
    "Ranges",
    "Ratings",
    "Readiness",
    "Techniques",
    "Trace",
]


def as_csv(answer: Answer) -> str:
    text = io.StringIO()
    rows = [["" if value is None else value.value for value in row] for row in answer.rows]
    csv.writer(text, lineterminator="\n").writerows([list(answer.columns), *rows])
    return text.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_a_question_says_what_it_answers(name: str) -> None:
    header = find_question(name, data_folder("queries")).header
    assert header.summary.endswith("?")
    assert header.returns.startswith("one ")
    assert header.topic in TOPICS


@pytest.mark.parametrize("name", NAMES)
def test_a_question_gives_its_table(name: str, demo_store: Store) -> None:
    question = find_question(name, data_folder("queries"))
    answer = ask(demo_store.read(), question, question.header.example)
    assert answer.rows or name in NOTHING_TO_SAY
    assert as_csv(answer) == (HERE / "expected" / f"{name}.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_question_with_its_parameters_written_in_answers_the_same(name: str, demo_store: Store) -> None:
    question, store = find_question(name, data_folder("queries")), demo_store.read()
    expected = ask(store, question, question.header.example)
    text = question.written(question.bound(store, question.header.example))
    assert "#+" not in text
    answer = answered(question, store.query(text))
    assert (answer.columns, listed(answer)) == (expected.columns, listed(expected))


# The one orders the rows; the other leaves those that hold for every step.
LEAVES_ROWS = {("missing_parameters", "model"), ("techniques_for_parameter", "step")}


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        (question.name, parameter)
        for question in questions(data_folder("queries"))
        for parameter, told in question.params.items()
        if told.optional and told.type == "iri" and (question.name, parameter) not in LEAVES_ROWS
    ],
)
def test_an_optional_parameter_narrows_the_answer(name: str, parameter: str, demo_store: Store) -> None:
    question = find_question(name, data_folder("queries"))
    given = {key: text for key, text in question.header.example.items() if key != parameter}
    assert not ask(demo_store.read(), question, given | {parameter: "pl:NothingIsCalledSo"}).rows


def listed(answer: Answer) -> list[list[list[str]]]:
    """Return the rows; what a cell lists, in any order, is sorted."""
    return [[sorted(value.value.split(", ")) if value else [] for value in row] for row in answer.rows]


def test_each_competency_question_has_its_query() -> None:
    text = (HERE.parent / "docs" / "questions.md").read_text(encoding="utf-8")
    assert sorted(set(re.findall(r"`([a-z_]+)`", text))) == sorted(NAMES)


def test_the_readme_shows_what_the_store_answers(demo_store: Store, tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8")
    query, answer = (re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL) for kind in ("sparql", "csv"))
    assert query is not None
    assert answer is not None
    file = tmp_path / "readme.rq"
    file.write_text(query[1], encoding="utf-8")
    assert as_csv(ask(demo_store.read(), read_question(file), {})) == answer[1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "behind_cell needs -p cell=… (iri)"),
        ({"cell": "cell 117", "roll": "x"}, "behind_cell takes cell, not roll"),
        (
            {"cell": "cell 9999"},
            "cell: no Lot is called 'cell 9999'; give its IRI or its label",
        ),
    ],
)
def test_a_wrong_parameter_is_one_clear_line(given: dict[str, str], message: str, demo_store: Store) -> None:
    question = find_question("behind_cell", data_folder("queries"))
    with pytest.raises(QuestionError, match=re.escape(message)):
        ask(demo_store.read(), question, given)


def test_a_value_beyond_what_is_plausible_is_found(store: Store) -> None:
    gap = "https://example.org/run/1/q/CalenderingGap/set"
    facts = f"""
        <https://example.org/run/1> <{HAS_PROPERTY}> <{gap}> .
        <{gap}> a <{PL}CalenderingGap> ; <{PL}siValue> 9.0E1 ; <{HAS_MEASUREMENT_UNIT}> <{EMMO}Metre> ;
            <{HAS_NUMERICAL_PART}> <{gap}/value> .
        <{gap}/value> <{PL}asTyped> "90" .
    """
    with store.write() as draft:
        draft.replace_graph("urn:x", (quad.triple for quad in parse(facts, RdfFormat.TURTLE)), in_scope=True)
    question = find_question("values_beyond_plausible", data_folder("queries"))
    (row,) = ask(store.read(), question, {}).rows
    assert [value.value for value in row if value] == [
        "CalenderingGap", "https://example.org/run/1", "90", "Metre", "2–1000 µm",
    ]  # fmt: skip
