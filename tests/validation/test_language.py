"""Reports speak German and English: each sentence that the code can say has its German."""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import DCTERMS, SH, Literal

import pilotline
from pilotline.findings import Finding, Severity
from pilotline.validation import load_shapes
from pilotline.validation.language import german, in_words, place_in, plain
from pilotline.vocabulary.tables import Tables

PACKAGE = Path(pilotline.__file__).parent
FOLDERS = ("construct", "datasets", "ingest", "quantities", "rdf", "readiness", "rml", "series", "tabular")
FILES = [path for folder in FOLDERS for path in sorted((PACKAGE / folder).glob("*.py"))]
# What reports a finding, and the errors whose words become one.
CALLS = {"problem", "add", "Finding", "ValueTextError", "UnitError", "UnknownTermError"}
NAMES = {"message", "hint"}
# Languages share numbers, units and names of works.
SAME = re.compile(r"[\W\d]*(\w{1,3}[\W\d]*)*|https?://\S+")


def template(node: ast.expr) -> str:
    """Return a text of the code, `X` in place of what is filled in; empty where it is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(template(part) if isinstance(part, ast.Constant) else "X" for part in node.values)
    return ""


def texts(node: ast.expr) -> Iterator[str]:
    branches = (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,)
    yield from (text for branch in branches if " " in (text := template(branch)))


def said_in(function: ast.FunctionDef) -> Iterator[str]:
    """Yield what a function reports: in the calls that do so, or by way of `message` and `hint`."""
    inside = list(ast.walk(function))
    calls = [each for each in inside if isinstance(each, ast.Call) and name_of(each.func) in CALLS]
    for call in calls:
        given = [*call.args, *(each.value for each in call.keywords if each.arg in NAMES)]
        yield from (text for node in given for text in texts(node))
    for node in inside if calls else ():
        if isinstance(node, ast.Assign) and any(name_of(target) in NAMES for target in node.targets):
            yield from texts(node.value)


def name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def sentences() -> list[str]:
    trees = [ast.parse(path.read_text("utf-8")) for path in FILES]
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return sorted({text for function in functions for text in said_in(function)})


def test_there_are_sentences_to_check() -> None:
    assert len(sentences()) > 100


@pytest.mark.parametrize("sentence", sentences())
def test_each_sentence_has_its_german(sentence: str) -> None:
    assert german(sentence) != sentence or SAME.fullmatch(sentence)


def test_what_a_shape_expects_and_where_it_comes_from_has_its_german() -> None:
    graph = load_shapes().graph
    told = {
        str(text)
        for predicate in (SH.description, DCTERMS.source)
        for text in graph.objects(None, predicate)
        if isinstance(text, Literal)
    }
    assert sorted(text for text in told if german(text) == text and not SAME.fullmatch(text)) == []


def test_scope_and_source_of_each_limit_are_told_in_german() -> None:
    english = re.compile(r"\b(and|any|of|the|or|section|widened|use|one|whole)\b")
    for row in Tables.shipped().rows("limits"):
        message = (
            f"Kaum möglich: plausibel ist höchstens 1–2 m ({row['scope']}; {row['source']}); "
            "Zahl, Einheit und Komma prüfen."
        )
        told = german(message)
        assert not english.search(told), told
        assert german(row["scope"]) != row["scope"]


def test_each_question_about_a_convention_has_its_german() -> None:
    rows = Tables.shipped().rows("individuals")
    asked = {question for row in rows for question in row.values("answers")}
    assert [question for question in sorted(asked) if german(question) == question] == []


def test_no_sentence_stands_twice_and_each_fills_in_what_the_other_does() -> None:
    with (PACKAGE / "validation" / "german.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len({row["english"] for row in rows}) == len(rows)
    holes = [
        (row["english"], row["english"].count("{}"), len(set(re.findall(r"\{\d\}", row["german"]))))
        for row in rows
    ]
    assert [english for english, wanted, found in holes if wanted != found] == []


def test_finding_is_told_in_german_with_plain_names() -> None:
    finding = Finding(
        "Cell-unit",
        Severity.VIOLATION,
        "'kg' is a unit of mass; ElectrodeThickness is stated in a unit of length, such as µm "
        "(3 cells, the last is row 9, column 8)",
        "did you mean 'µm'?",
        expected="at least 0",
    )
    told = in_words(finding, "de")
    assert told.message == (
        "'kg' ist eine Einheit für Masse; Elektrodendicke steht in einer Einheit für Länge, etwa in µm "
        "(3 Zellen, die letzte ist Zeile 9, Spalte 8)"
    )
    assert (told.hint, told.expected) == ("war 'µm' gemeint?", "mindestens 0")


def test_header_that_looks_like_a_term_stays() -> None:
    assert (
        plain("'CoatingSpeed' has no unit; PeelTest has", "en") == "'CoatingSpeed' has no unit; peel test has"
    )


def test_places_are_called_as_a_reader_does() -> None:
    assert place_in("a.csv!rows 3 to 5, column 2", "de") == "a.csv!Zeilen 3 bis 5, Spalte 2"
