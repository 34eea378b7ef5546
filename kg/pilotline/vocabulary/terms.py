"""Finds our terms by the words of the line: name, label or synonym, English or German."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Generic, TypeAlias, TypeVar

from pilotline.namespaces import PL
from pilotline.vocabulary.tables import Row, Tables
from pilotline.vocabulary.upstream import UnknownTermError, Upstream, read_name, read_upstream


@dataclass(frozen=True)
class Term:
    """A class of ours.

    name: local name, such as `CoatingSpeed`.
    labels: the words people use, English first, then German.
    parents: IRIs of the classes above it.
    equivalents: IRIs of the upstream classes that equal it.
    also: IRIs of further upstream classes that its instances are given as types.
    """

    name: str
    labels: tuple[str, ...]
    parents: tuple[str, ...]
    equivalents: tuple[str, ...]
    also: tuple[str, ...]

    @property
    def iri(self) -> str:
        """Return the IRI of the class."""
        return PL + self.name

    @property
    def types(self) -> tuple[str, ...]:
        """Return the IRIs to give an instance as its types, so that upstream queries find it."""
        return tuple(dict.fromkeys((self.iri, *self.equivalents, *self.also)))


@dataclass(frozen=True)
class Parameter(Term):
    """A parameter class.

    forms: what its value may be, the usual one first: scalar, distribution, curve, stages, category, text, …
    dimension: as in the column of the same name of the table of units, such as `length`.
    unit: usual unit, a symbol of the table of units; empty where the parameter is no number.
    other_units: symbols of units that are common beside it.
    convention: what must be said for the number to mean something, such as per side or both.
    """

    forms: tuple[str, ...]
    dimension: str
    unit: str
    other_units: tuple[str, ...]
    convention: str


@dataclass(frozen=True)
class Step(Term):
    """A step class; slug: the part of a run's IRI that names the step."""

    slug: str


@dataclass(frozen=True)
class Lot(Term):
    """A class of physical things; kind: the part of a lot's IRI that names it, see LOT_KINDS."""

    kind: str


@dataclass(frozen=True)
class Entry(Term):
    """An individual of a closed list, such as `Cathode` or `SlotDie`; its parents are the classes it is of.

    parameters: local names of the parameters of which it is a category.
    answers: the questions that a convention answers. implied_by: what else in a mapping says it: a unit, a
        statistic, a side.
    """

    parameters: tuple[str, ...]
    answers: tuple[str, ...] = ()
    implied_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Specification:
    """What the paper's tables say of one parameter at one step.

    name: local name of the individual.
    parameter, step: local names.
    role: local name of the role: MachineParameter, ProcessParameter or StructureParameter.
    bearer: what carries the value at this step: `run`, `room`, `equipment`, or `input:` and `output:`
        with the kind of the lot, such as `input:slurry`.
    bearer_class: local name of the class of the bearer.
    """

    name: str
    parameter: str
    step: str
    role: str
    bearer: str
    bearer_class: str

    @property
    def iri(self) -> str:
        """Return the IRI of the individual."""
        return PL + self.name


T = TypeVar("T", bound=Term)
_Strings: TypeAlias = tuple[str, ...]
_Fields: TypeAlias = tuple[str, _Strings, _Strings, _Strings, _Strings]


class Index(Generic[T]):
    """Terms of one sort, found by any of their names."""

    def __init__(self, sort: str, terms: Iterable[T]) -> None:
        self._sort = sort
        self.by_name: Mapping[str, T] = {term.name: term for term in terms}
        self._own = {folded(name): name for name in self.by_name}
        self._labels: dict[str, set[str]] = defaultdict(set)
        for term in self.by_name.values():
            for label in term.labels:
                self._labels[folded(label)].add(term.name)

    def find(self, text: str) -> T | None:
        """Return the term of a name or label, nothing where none or several have it."""
        names = self._names(text)
        return self.by_name[names[0]] if len(names) == 1 else None

    def get(self, text: str) -> T:
        """Return the term of a name or label.

        Errors: UnknownTermError, which names near matches, or the terms that share the label.
        """
        names = self._names(text)
        if len(names) == 1:
            return self.by_name[names[0]]
        if names:
            raise UnknownTermError(f"{text!r} may be {' or '.join(names)}; write the one that is meant")
        near = ", ".join(self.near(text))
        hint = f"; did you mean {near}?" if near else ""
        raise UnknownTermError(f"no {self._sort} is called {text!r}{hint}")

    def near(self, text: str, count: int = 3) -> list[str]:
        """Return the local names of the terms whose names resemble the text most."""
        known = {**self._labels, **{key: {name} for key, name in self._own.items()}}
        keys = get_close_matches(folded(text), known, n=count)
        return list(dict.fromkeys(name for key in keys for name in sorted(known[key])))[:count]

    def _names(self, text: str) -> list[str]:
        key = folded(text.removeprefix("pl:").removeprefix(PL))
        return [self._own[key]] if key in self._own else sorted(self._labels.get(key, ()))


@dataclass(frozen=True)
class Vocabulary:
    """The terms that a mapping or a shape needs; pass it in, never keep it in a global.

    products: what a state is an instance of, such as `CoatedElectrode`.
    roles: what a component of a formulation or of a cell serves as, such as `Binder`.
    entries: what the closed lists hold, such as `Cathode`, `SideA` and `SlotDie`.
    lots: what keeps its identity, such as `ElectrodeRoll`.
    equipment, techniques: such as `SlotDieCoater` and `PeelTest`.
    """

    parameters: Index[Parameter]
    steps: Index[Step]
    products: Index[Term]
    roles: Index[Term]
    lots: Index[Lot]
    entries: Index[Entry]
    equipment: Index[Term]
    techniques: Index[Term]
    specifications: tuple[Specification, ...]
    upstream: Upstream = field(repr=False)

    def parameter(self, text: str) -> Parameter:
        """Return the parameter of a name or label; UnknownTermError says what is near."""
        return self.parameters.get(text)

    def step(self, text: str) -> Step:
        """Return the step of a name, label or slug."""
        slugs = (step for step in self.steps.by_name.values() if step.slug == text)
        return next(slugs, None) or self.steps.get(text)

    def product(self, text: str) -> Term:
        """Return the product class of a name or label; products are what a state is an instance of."""
        return self.products.get(text)

    def lot(self, kind: str) -> Lot:
        """Return the class of the lots of a kind, such as `roll`."""
        for lot in self.lots.by_name.values():
            if lot.kind == kind:
                return lot
        raise UnknownTermError(f"no class of lots has the kind {kind!r}")

    def category(self, parameter: str, text: str) -> Entry | None:
        """Return the entry by which a category of a parameter is recorded, such as "slot die".

        parameter: local name.
        """
        entries = (entry for entry in self.entries.by_name.values() if parameter in entry.parameters)
        return Index("category", entries).find(text)

    def entry(self, kind: str, text: str) -> Entry:
        """Return the entry of one closed list, such as `CellFormat`, by its name or a label.

        Errors: UnknownTermError.
        """
        of_kind = (entry for entry in self.entries.by_name.values() if PL + kind in entry.parents)
        return Index(kind, of_kind).get(text)

    def thing(self, text: str) -> Term:
        """Return the class or entry of a name or label, whatever it is a class of.

        Errors: UnknownTermError, with near matches.
        """
        indexes: tuple[Index[Any], ...] = (
            self.products, self.lots, self.roles, self.equipment, self.techniques, self.entries,
        )  # fmt: skip
        found: list[Term] = [term for index in indexes if (term := index.find(text))]
        if not found:
            near = dict.fromkeys(name for index in indexes for name in index.near(text, 2))
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            raise UnknownTermError(f"no term is called {text!r}{hint}")
        return next((term for term in found if term.name == text.removeprefix("pl:")), found[0])

    def questions(self, parameter: Parameter) -> dict[str, list[Entry]]:
        """Return what must be said for a number of a parameter to mean something, with the answers."""
        asked = [question.strip() + "?" for question in parameter.convention.split("?") if question.strip()]
        entries = self.entries.by_name.values()
        return {question: [entry for entry in entries if question in entry.answers] for question in asked}

    def specification(self, parameter: str, step: str) -> Specification | None:
        """Return what is specified for a parameter at a step, both by local name."""
        pairs = (spec for spec in self.specifications if (spec.parameter, spec.step) == (parameter, step))
        return next(pairs, None)

    def specified(self, step: str) -> list[Specification]:
        """Return what is specified for a step, in the order of the tables."""
        return [spec for spec in self.specifications if spec.step == step]


def load_vocabulary(tables: Tables | None = None) -> Vocabulary:
    """Read the vocabulary from the tables, by default the shipped ones."""
    tables = tables or Tables.shipped()
    upstream = read_upstream(tables)
    read = _Reader(upstream)
    lots = tables.rows("lots")
    return Vocabulary(
        Index("parameter", (read.parameter(row) for row in tables.rows("parameters"))),
        Index("step", (read.step(row) for row in tables.rows("steps"))),
        Index("product", (Term(*read.term(row)) for row in lots if row["family"] == "product")),
        Index("role", (Term(*read.term(row)) for row in lots if row["family"] == "role")),
        Index("lot", (read.lot(row) for row in lots if row["family"] == "lot")),
        Index("entry", (read.entry(row) for row in tables.rows("individuals"))),
        Index("kind of equipment", (Term(*read.term(row)) for row in tables.rows("equipment"))),
        Index("technique", (Term(*read.term(row)) for row in tables.rows("techniques"))),
        tuple(_specification(row) for row in tables.rows("specifications")),
        upstream,
    )


@dataclass(frozen=True)
class _Reader:
    """Reads rows of term tables."""

    upstream: Upstream

    def term(self, row: Row) -> _Fields:
        name = row["term"].removeprefix("pl:")
        labels = row.values("alt_en") + row.values("alt_de")
        parents, equivalents = self.iris(row, "parent"), self.iris(row, "equivalent")
        return name, labels, parents, equivalents, self.iris(row, "also_type")

    def iris(self, row: Row, column: str) -> tuple[str, ...]:
        return tuple(read_name(row, column, name, self.upstream) for name in row.values(column))

    def parameter(self, row: Row) -> Parameter:
        return Parameter(
            *self.term(row),
            row.values("form"),
            row["dimension"],
            row["unit"],
            row.values("unit_alternatives"),
            row["convention"],
        )

    def step(self, row: Row) -> Step:
        return Step(*self.term(row), row["slug"])

    def lot(self, row: Row) -> Lot:
        return Lot(*self.term(row), row["kind"])

    def entry(self, row: Row) -> Entry:
        name, labels, *_ = self.term(row)
        of = tuple(value.removeprefix("pl:") for value in row.values("category_of"))
        classes = self.iris(row, "class")
        return Entry(name, labels, classes, (), (), of, row.values("answers"), row.values("implied_by"))


def _specification(row: Row) -> Specification:
    columns = ("term", "parameter", "step", "role", "bearer", "bearer_class")
    return Specification(*(row[column].removeprefix("pl:") for column in columns))


def spaced(name: str) -> str:
    """Return a name in plain words.

    >>> spaced("DryCoatingThickness")
    'dry coating thickness'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def folded(text: str) -> str:
    """Return what two spellings of a name have in common: case, blanks, hyphens and underscores are dropped.

    >>> folded("Coating speed") == folded("coating_speed") == folded("CoatingSpeed")
    True
    """
    return re.sub(r"[\s_‐‑–-]+", "", text).casefold()
