"""Turns a `.rq` file with a header into a question that can be asked of a store with typed parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from typing import Literal as OneOf

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple, Variable

from pilotline.errors import PilotlineError
from pilotline.namespaces import PREFIXES, XSD
from pilotline.questions.labels import NamingError, node_called
from pilotline.store.binding import BindingError, bound_text

Term = NamedNode | Literal
Bound = dict[Variable, NamedNode | BlankNode | Literal | Triple]


class QuestionError(PilotlineError, ValueError):
    """A question that cannot be asked: unknown, badly written, or with a wrong parameter."""


class Parameter(BaseModel):
    """A variable of the query that the person who asks binds; the query selects it too.

    type: `iri` takes an IRI, a CURIE or a label. of: CURIE of the class that the node is, or is below.
    optional: left out, the question is asked of all. about: what to enter, where the name does not tell.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: OneOf["iri", "string", "integer", "decimal", "date"]
    of: str = ""
    optional: bool = False
    about: str = ""


class Header(BaseModel):
    """The lines of a query file that begin with `#+`, as YAML.

    params: name to parameter; `cell: iri` is short for `cell: {type: iri}`.
    example: values for which the question has an answer on the demo line.
    returns: what one row means. topic: the heading under which the question is listed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    summary: str = ""
    topic: str = ""
    params: dict[str, Parameter] = Field(default_factory=dict)
    example: dict[str, str] = Field(default_factory=dict)
    returns: str = ""

    @field_validator("params", mode="before")
    @classmethod
    def _long_form(cls, params: Any) -> Any:
        if not isinstance(params, dict):
            return params
        return {name: {"type": spec} if isinstance(spec, str) else spec for name, spec in params.items()}

    @field_validator("example", mode="before")
    @classmethod
    def _texts(cls, example: Any) -> Any:
        return {name: str(value) for name, value in example.items()} if isinstance(example, dict) else example


@dataclass(frozen=True)
class Question:
    """One SPARQL SELECT query with its header. A parameter is bound, never pasted into the text."""

    name: str
    header: Header
    text: str

    @property
    def params(self) -> Mapping[str, Parameter]:
        """Return the parameters by name."""
        return self.header.params

    def bound(self, store: Store, given: Mapping[str, str]) -> Bound:
        """Return the terms that stand for the given texts.

        Errors: QuestionError for a parameter that is missing, unknown or of another type.
        """
        if unknown := sorted(set(given) - set(self.params)):
            raise QuestionError(f"{self.name} takes {_listed(self.params)}, not {', '.join(unknown)}")
        for name, param in self.params.items():
            if not param.optional and name not in given:
                raise QuestionError(f"{self.name} needs -p {name}=… ({param.type})")
        return {
            Variable(name): _term(store, name, self.params[name], text)
            for name, text in given.items()
            if text.strip() or not self.params[name].optional
        }

    def written(self, bound: Bound) -> str:
        """Return the query without its header, with the parameters written into it, for any SPARQL client."""
        text, rest = self.filled(bound)
        if rest:
            raise QuestionError(f"{self.name}: its parameters cannot be written into it")
        lines = (line for line in text.splitlines(keepends=True) if not line.startswith("#+"))
        return f"# {self.header.summary or self.name}\n{''.join(lines)}"

    def filled(self, bound: Bound) -> tuple[str, Bound]:
        """Return the query with its parameters in it, and those that are to be given beside it.

        An engine that gets them beside the query joins them at its end, a hundred times slower.
        """
        try:
            return bound_text(self.text, {variable.value: str(term) for variable, term in bound.items()}), {}
        except BindingError:
            return self.text, bound


@dataclass(frozen=True)
class Answer:
    """The rows of an answer, in the order in which the query gave them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]


def read_question(file: Path) -> Question:
    """Read a query file; a file without a header is a question without parameters."""
    return read_text(file.stem, file.read_text(encoding="utf-8"))


def read_text(name: str, text: str) -> Question:
    """Read a query with its header; QuestionError for a header that is not one."""
    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    try:
        header = Header.model_validate(yaml.safe_load("\n".join(lines)) or {})
    except yaml.YAMLError as error:
        raise QuestionError(f"{name}: the header is not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise QuestionError(f"{name}: header, {where}: {first['msg']}") from error
    return Question(name, header, text)


def questions(folder: Path) -> list[Question]:
    """Return the questions of a folder, ordered by name."""
    return [read_question(file) for file in sorted(folder.glob("*.rq"))]


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
    Errors: QuestionError for a wrong parameter and for bad SPARQL.
    """
    text, beside = question.filled(question.bound(store, given))
    try:
        solutions = store.query(text, prefixes=PREFIXES, substitutions=beside)
    except SyntaxError as error:
        raise QuestionError(f"{question.name}: {error}") from error
    return answered(question, solutions)


def answered(question: Question, solutions: object) -> Answer:
    """Return what a query gave, without its parameters; QuestionError where it gave no table."""
    if not isinstance(solutions, QuerySolutions):
        raise QuestionError(f"{question.name}: only SELECT queries give a table")
    columns = tuple(v.value for v in solutions.variables if v.value not in question.params)
    rows = tuple(tuple(_plain(solution[name]) for name in columns) for solution in solutions)
    return Answer(columns, rows)


_ARTICLE = {
    "string": "a text",
    "integer": "a whole number",
    "decimal": "a number with a decimal point",
    "date": "a date such as 2025-03-04",
}


def _term(store: Store, name: str, param: Parameter, text: str) -> Term:
    """Return the RDF term that a typed parameter stands for."""
    if param.type == "iri":
        try:
            return node_called(store, text, below=_expanded(param.of))
        except NamingError as error:
            raise QuestionError(f"{name}: {error}") from error
    try:
        match param.type:
            case "string":
                return Literal(text)
            case "integer":
                return Literal(int(text))
            case "decimal":
                return Literal(str(Decimal(text)), datatype=NamedNode(XSD + "decimal"))
            case "date":
                return Literal(date.fromisoformat(text).isoformat(), datatype=NamedNode(XSD + "date"))
    except (ValueError, InvalidOperation) as error:
        raise QuestionError(f"{name} takes {_ARTICLE[param.type]}, got {text!r}") from error


def _expanded(curie: str) -> NamedNode | None:
    prefix, _, local = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + local) if curie else None


def _plain(value: Any) -> Term | None:
    return value if isinstance(value, NamedNode | Literal) else None


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(names) or "no parameter"
