"""A query with terms in the place of its variables answers as one with values beside it."""

import re

import pytest
from pyoxigraph import QuerySolutions

from pilotline.namespaces import PREFIXES
from pilotline.questions.labels import NamingError
from pilotline.questions.question import Question, ask, questions
from pilotline.resources import data_folder
from pilotline.store import Store
from pilotline.store.binding import BindingError, bound_text

# The demo line has no such value; tests/test_questions.py shows it one.
NOTHING_TO_SAY = {"values_beyond_plausible"}
TAKING = [question for question in questions(data_folder("queries")) if question.params]


@pytest.mark.parametrize(
    ("query", "becomes"),
    [
        ("SELECT ?a ?b { ?a ?p ?b }", "SELECT (<urn:x> AS ?a) ?b { <urn:x> ?p ?b }"),
        ("SELECT * { ?a ?p '?a' } # ?a", "SELECT * { <urn:x> ?p '?a' } # ?a"),
        ("SELECT * { <urn:?a> ?p $a }", "SELECT * { <urn:?a> ?p <urn:x> }"),
        ("SELECT * { ?ab ?p ?a }", "SELECT * { ?ab ?p <urn:x> }"),
        (
            "SELECT (COUNT(?a) AS ?n) { ?a ?p ?b } GROUP BY ?a ORDER BY DESC(?a)",
            "SELECT (COUNT(<urn:x>) AS ?n) { <urn:x> ?p ?b } GROUP BY (<urn:x>) ORDER BY DESC(<urn:x>)",
        ),
        (
            "SELECT ?a { { SELECT ?a ?b WHERE { ?a ?p ?b } } }",
            "SELECT (<urn:x> AS ?a) { { SELECT (<urn:x> AS ?a_given2) ?b WHERE { <urn:x> ?p ?b } } }",
        ),
    ],
)  # fmt: skip
def test_a_variable_becomes_the_term_and_nothing_else_does(query: str, becomes: str) -> None:
    assert bound_text(query, {"a": "<urn:x>"}) == becomes


def test_a_text_that_looks_like_a_query_stays_a_text() -> None:
    asked = bound_text("SELECT * { ?s ?p ?a }", {"a": '"} ; DROP ALL #"'})
    assert asked == 'SELECT * { ?s ?p "} ; DROP ALL #" }'


@pytest.mark.parametrize("query", ["SELECT * { BIND(1 AS ?a) }", "SELECT * { VALUES ?a { 1 } }"])
def test_a_query_that_sets_a_given_variable_is_refused(query: str) -> None:
    with pytest.raises(BindingError, match="is given, and the query sets it too"):
        bound_text(query, {"a": "1"})


def parts(term: object) -> list[str]:
    """Return the parts of a value in one order; GROUP_CONCAT has none of its own."""
    return sorted(re.split(r'[", ]+', str(term)))


@pytest.mark.parametrize("question", TAKING, ids=[question.name for question in TAKING])
def test_each_question_answers_the_same_both_ways(demo_store: Store, question: Question) -> None:
    content = demo_store.read()
    try:
        bound = question.bound(content, question.header.example)
    except NamingError:
        pytest.fail(f"the example of {question.name} is not on the demo line")
    text = bound_text(question.text, {variable.value: str(term) for variable, term in bound.items()})
    solutions = content.query(text, prefixes=PREFIXES)
    assert isinstance(solutions, QuerySolutions)
    expected = ask(content, question, question.header.example)
    rows = [tuple(parts(solution[name]) for name in expected.columns) for solution in solutions]
    assert sorted(rows) == sorted(tuple(map(parts, row)) for row in expected.rows)
    assert rows or question.name in NOTHING_TO_SAY
