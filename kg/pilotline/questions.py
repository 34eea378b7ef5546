"""Turns a `.rq` file with a header into a question that can be asked of a store with typed parameters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml
from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple, Variable

from pilotline.errors import PilotlineError
from pilotline.namespaces import PREFIXES, XSD

Term = NamedNode | Literal
_Bound = dict[Variable, NamedNode | BlankNode | Literal | Triple]

_LABELLED = """
SELECT DISTINCT ?node ?wanted WHERE {
  ?node rdfs:label|skos:prefLabel|skos:altLabel ?label .
  FILTER(isIRI(?node) && LCASE(STR(?label)) = ?wanted)
} ORDER BY ?node LIMIT 5
"""


class QuestionError(PilotlineError, ValueError):
    """A question that cannot be asked: unknown, badly written, or with a wrong parameter."""


@dataclass(frozen=True)
class Question:
    """One SPARQL query with its header.

    params: name to type; a type is `iri` (an IRI, CURIE or label), `string`, `integer`, `decimal`, `date`.
        A parameter is a variable that the query also selects; it is bound, never pasted.
    returns: what one row means.
    """

    name: str
    summary: str
    returns: str
    params: Mapping[str, str]
    text: str


@dataclass(frozen=True)
class Answer:
    """The rows of an answer, in the order in which the query gave them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]


def read_question(file: Path) -> Question:
    """Read a query file; a file without a header is a question without parameters."""
    text = file.read_text(encoding="utf-8")
    lines = [line[2:] for line in text.splitlines() if line.startswith("#+")]
    try:
        header = yaml.safe_load("\n".join(line.removeprefix(" ") for line in lines)) or {}
    except yaml.YAMLError as error:
        raise QuestionError(f"{file.name}: the header is not YAML: {' '.join(str(error).split())}") from error
    return Question(
        name=file.stem,
        summary=str(header.get("summary", "")),
        returns=str(header.get("returns", "")),
        params={str(name): str(kind) for name, kind in (header.get("params") or {}).items()},
        text=text,
    )


def find_question(name: str, folder: Path) -> Question:
    """Return a question by the path of its file, or by its name in the folder of questions."""
    if name.endswith(".rq"):
        if not Path(name).is_file():
            raise QuestionError(f"{name}: no such file")
        return read_question(Path(name))
    known = sorted(file.stem for file in folder.glob("*.rq"))
    if name not in known:
        raise QuestionError(f"{name}: no such question; there are {', '.join(known)}")
    return read_question(folder / f"{name}.rq")


def ask(store: Store, question: Question, given: Mapping[str, str]) -> Answer:
    """Ask a SELECT question of the default graph.

    given: a text for each parameter.
    Errors: QuestionError for a parameter that is missing, unknown or of another type, and for bad SPARQL.
    """
    if unknown := sorted(set(given) - set(question.params)):
        raise QuestionError(f"{question.name} takes {_listed(question.params)}, not {', '.join(unknown)}")
    if missing := sorted(set(question.params) - set(given)):
        raise QuestionError(f"{question.name} needs -p {missing[0]}=… ({question.params[missing[0]]})")
    bound: _Bound = {
        Variable(name): parameter(store, name, question.params[name], given[name]) for name in given
    }
    try:
        solutions = store.query(question.text, prefixes=PREFIXES, substitutions=bound)
    except SyntaxError as error:
        raise QuestionError(f"{question.name}: {error}") from error
    if not isinstance(solutions, QuerySolutions):
        raise QuestionError(f"{question.name}: only SELECT queries give a table")
    columns = tuple(v.value for v in solutions.variables if v.value not in question.params)
    rows = tuple(tuple(_plain(solution[name]) for name in columns) for solution in solutions)
    return Answer(columns, rows)


def parameter(store: Store, name: str, kind: str, text: str) -> Term:
    """Return the RDF term that a typed parameter stands for."""
    if kind == "iri":
        return _node(store, name, text)
    try:
        match kind:
            case "string":
                return Literal(text)
            case "integer":
                return Literal(int(text))
            case "decimal":
                return Literal(str(Decimal(text)), datatype=NamedNode(XSD + "decimal"))
            case "date":
                return Literal(date.fromisoformat(text).isoformat(), datatype=NamedNode(XSD + "date"))
    except (ValueError, InvalidOperation) as error:
        raise QuestionError(f"{name} takes {_ARTICLE[kind]}, got {text!r}") from error
    raise QuestionError(f"{name}: a parameter is one of {', '.join(_ARTICLE)}, not {kind!r}")


_ARTICLE = {
    "iri": "an IRI, a CURIE or a label",
    "string": "a text",
    "integer": "a whole number",
    "decimal": "a number with a decimal point",
    "date": "a date such as 2025-03-04",
}


def _node(store: Store, name: str, text: str) -> NamedNode:
    """Return the node with this IRI, CURIE or label."""
    if re.match(r"[a-z][a-z0-9+.-]*://", text):
        return NamedNode(text)
    prefix, colon, local = text.partition(":")
    if colon and prefix in PREFIXES:
        return NamedNode(PREFIXES[prefix] + local)
    wanted: _Bound = {Variable("wanted"): Literal(text.strip().lower())}
    found = store.query(_LABELLED, prefixes=PREFIXES, substitutions=wanted)
    assert isinstance(found, QuerySolutions)
    nodes = [row["node"] for row in found]
    if not nodes:
        raise QuestionError(f"{name}: nothing in the store is called {text!r}; give its IRI or its label")
    if len(nodes) > 1:
        raise QuestionError(
            f"{name}: {text!r} names {' and '.join(str(node) for node in nodes)}; give the IRI"
        )
    assert isinstance(nodes[0], NamedNode)
    return nodes[0]


def _plain(value: Any) -> Term | None:
    return value if isinstance(value, NamedNode | Literal) else None


def _listed(names: Mapping[str, str]) -> str:
    return ", ".join(names) or "no parameter"
