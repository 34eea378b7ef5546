"""Holds the statements of one dataset, and reads identities and quantities off their IRIs."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TypeGuard
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from pilotline.iris import segment
from pilotline.namespaces import (
    HAS_MEASUREMENT_UNIT,
    HAS_NUMBER_VALUE,
    HAS_NUMERICAL_PART,
    HAS_PROPERTY,
    PL,
    RDF,
    RDFS,
)
from pilotline.quantities.values import EITHER, Scalar, ValueTextError, parse_value
from pilotline.workbooks.rows import PARTS, SPLIT

_CELL = PL + "cell"
_KEPT = 10_000  # things whose statements are at hand


class Data:
    """The statements of a dataset, cell pointers left out; prefix: what its IRIs begin with.

    They stay in the store and are looked up thing by thing.
    """

    def __init__(self, store: Store, dataset: str) -> None:
        self.dataset = dataset
        self.prefix = dataset.rpartition("dataset/")[0]
        self._store, self._graph = store, NamedNode(dataset)
        self._said = lru_cache(maxsize=_KEPT)(self._look_up)
        self._subjects = sorted(_subjects(store, dataset))

    @property
    def blank(self) -> bool:
        """Say whether a statement is about a node without IRI, or names one."""
        blank = "FILTER(ISBLANK(?subject) || ISBLANK(?value))"
        query = f"ASK {{ GRAPH {self._graph} {{ ?subject ?predicate ?value }} {blank} }}"
        return bool(self._store.query(query))

    def _look_up(self, subject: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Return predicate and object of what is said of a thing: IRIs, and literals."""
        iris: list[tuple[str, str]] = []
        texts: list[tuple[str, str]] = []
        for quad in self._store.quads_for_pattern(NamedNode(subject), None, None, self._graph):
            term = quad.object
            if is_named(term) and quad.predicate.value != _CELL:
                (texts if isinstance(term, Literal) else iris).append((quad.predicate.value, term.value))
        return iris, texts

    def subjects(self, folder: str) -> Iterator[tuple[str, str]]:
        """Yield the IRIs directly below a folder, such as `run/`, each with its last part."""
        start = self.prefix + folder
        for subject in self._subjects:
            name = subject.removeprefix(start)
            if subject.startswith(start) and "/" not in name:
                yield subject, name

    def below(self, part: str) -> Iterator[tuple[str, str, str]]:
        """Yield the IRIs of parts of things, such as `…/component/3`: IRI, whole, last part."""
        for subject in self._subjects:
            whole, found, name = subject.rpartition(part)
            if found and "/" not in name and subject.startswith(self.prefix):
                yield subject, whole, name

    def iris(self, subject: str, *predicates: str) -> list[str]:
        """Return the IRIs that a thing is related to."""
        return sorted(value for name, value in self._said(subject)[0] if name in predicates)

    def text(self, subject: str, predicate: str) -> str:
        """Return the one literal of a property; empty where there is none or several."""
        found = self.texts(subject, predicate)
        return found[0] if len(found) == 1 else ""

    def texts(self, subject: str, predicate: str) -> list[str]:
        """Return the literals of a property."""
        return sorted(value for name, value in self._said(subject)[1] if name == predicate)

    def term(self, subject: str, name: str) -> str:
        """Return the local name of the one term of ours that a property of ours points to."""
        found = self.iris(subject, PL + name)
        return found[0].removeprefix(PL) if len(found) == 1 and found[0].startswith(PL) else ""

    def classes(self, subject: str) -> list[str]:
        """Return the local names of the classes of ours that a thing is an instance of."""
        return [each.removeprefix(PL) for each in self.iris(subject, RDF + "type") if each.startswith(PL)]

    def predicates(self, subject: str) -> set[str]:
        """Return what is said of a thing."""
        return {name for of in self._said(subject) for name, _ in of}

    def notes(self, subject: str) -> dict[str, str]:
        """Return the remarks on a thing by the header of the column that they stood in."""
        pairs = (text.partition(": ") for text in self.texts(subject, RDFS + "comment"))
        return {f"note:{header}": text for header, sign, text in pairs if sign}

    def thing(self, iri: str, folder: str) -> str:
        """Return the identity of a thing in a folder, as a cell holds it; empty where it has none."""
        start = self.prefix + folder + "/"
        return identity_of(iri.removeprefix(start)) if iri.startswith(start) else ""

    def lot(self, iri: str) -> tuple[str, str]:
        """Return kind and identity of a lot; empty for what is none."""
        name = iri.removeprefix(self.prefix + "lot/")
        if name == iri or "/" in name:
            return "", ""
        kind, _, rest = name.partition("-")
        return kind, identity_of(rest)

    def quantities(self) -> Iterator["Quantity"]:
        """Yield the quantities, ordered by IRI."""
        for subject in self._subjects:
            for iri in self.iris(subject, HAS_PROPERTY):
                if iri.startswith(subject + "/q/"):
                    yield Quantity.read(self, subject, iri)


@dataclass(frozen=True)
class Quantity:
    """One value. keys: of its IRI. typed: its text; number: where it is one. unit: IRI."""

    iri: str
    bearer: str
    parameter: str
    kind: str
    keys: dict[str, str]
    typed: str
    number: Decimal | None
    unit: str
    conventions: tuple[str, ...]
    predicates: frozenset[str]

    @classmethod
    def read(cls, data: Data, bearer: str, iri: str) -> "Quantity":
        """Return a quantity of the data."""
        parameter, kind, *keys = iri.removeprefix(bearer + "/q/").split("/")
        parts = data.iris(iri, HAS_NUMERICAL_PART)
        holder = parts[0] if len(parts) == 1 else iri
        number = data.text(holder, HAS_NUMBER_VALUE)
        conventions = data.iris(iri, PL + "convention")
        return cls(
            iri,
            bearer,
            parameter,
            kind,
            {name: unquote(value) for name, _, value in (key.partition("=") for key in keys)},
            data.text(holder, PL + "asTyped"),
            Decimal(number) if number else None,
            next(iter(data.iris(iri, HAS_MEASUREMENT_UNIT)), ""),
            tuple(each.removeprefix(PL) for each in conventions),
            frozenset(data.predicates(iri)),
        )

    @property
    def reads_back(self) -> bool:
        """Say whether its text alone gives its number."""
        if self.number is None:
            return True
        try:
            value = parse_value(self.typed, EITHER)
        except ValueTextError:
            return False
        return isinstance(value, Scalar) and value.number == self.number


def _subjects(store: Store, graph: str) -> Iterator[str]:
    """Yield the IRIs of what a graph speaks of."""
    about = f"?subject ?predicate ?value FILTER(?predicate != <{_CELL}>)"
    solutions = store.query(f"SELECT DISTINCT ?subject WHERE {{ GRAPH <{graph}> {{ {about} }} }}")
    assert isinstance(solutions, QuerySolutions)
    return (subject.value for row in solutions if isinstance(subject := row["subject"], NamedNode))


def identity_of(name: str) -> str:
    """Return the identity that a part of an IRI was made from, empty where a cell cannot hold it.

    >>> identity_of("L1:2025:Zelle%2017"), identity_of("a%3Bb")
    ('L1:2025:Zelle 17', '')
    """
    text = unquote(name)
    parts = text.split(PARTS)
    whole = all(parts) and SPLIT not in text and segment(*parts) == name
    # A number with a point reads as a number: 17.0 is 17.
    return text if whole and not (text.endswith(".0") and text[:-2].isdecimal()) else ""


def is_named(term: object) -> TypeGuard[NamedNode | Literal]:
    """Say whether a term is its value: an IRI or a literal, no blank node."""
    return isinstance(term, NamedNode | Literal)
