"""Gives each page the SPARQL that gives what it shows, with what was asked written into it."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Variable

from pilotline.questions.question import Bound, Header, Question, read_question
from pilotline.resources import data_folder

Terms = Mapping[str, NamedNode | Literal]
"""A term for each variable that stands for what was asked."""


class Behind(NamedTuple):
    """One query. summary: what it gives."""

    summary: str
    text: str


def shipped(name: str, terms: Terms | None = None, **patterns: str) -> Behind:
    """Return a query of `queries/pages`, or a question.

    patterns: what stands for each comment such as `#chosen`, where a single term does not do.
    """
    question = _read(name)
    text = question.text
    for mark, pattern in patterns.items():
        text = text.replace(f"#{mark}\n", f"{pattern}\n")
    return _written(Question(name, question.header, text), terms or {})


def own(summary: str, text: str, terms: Terms | None = None) -> Behind:
    """Return a query that a page asks itself."""
    return _written(Question("", Header(summary=summary), text), terms or {})


def listed(nodes: list[NamedNode]) -> str:
    """Return nodes as VALUES takes them."""
    return " ".join(map(str, nodes))


def _written(question: Question, terms: Terms) -> Behind:
    bound: Bound = {Variable(name): term for name, term in terms.items()}
    return Behind(question.header.summary, question.written(bound))


@cache
def _read(name: str) -> Question:
    folder = data_folder("queries")
    own_file = folder / "pages" / f"{name}.rq"
    return read_question(own_file if own_file.is_file() else folder / f"{name}.rq")
