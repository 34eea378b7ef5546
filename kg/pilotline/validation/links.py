"""Reads triples once into columns of numbers, so that a step of a path is a look into a table."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import numpy as np
import pyoxigraph as ox

from pilotline.validation.edges import Edges, Nodes, distinct, keys_of
from pilotline.validation.model import UnsupportedError
from pilotline.validation.paths import Step
from pilotline.validation.stored import stored_forms
from pilotline.validation.terms import Token

Texts: TypeAlias = tuple[Token, Token, Token]  # a triple

_Pair = tuple[Token, Token]
_Add = Callable[[int], None]
_DEFAULT = ox.DefaultGraph()
_BLOCK = 1 << 20  # characters that are read at once
_END = " .\n"


class Links:
    """Answers what a step leads to; each term has a number.

    tokens: the terms by their numbers.
    """

    def __init__(self, triples: Iterable[Texts] = ()) -> None:
        self.tokens: list[Token] = []
        self._numbers: dict[Token, int] = {}
        self._foreign: list[int] = []
        numbers = partial(array, "i")
        self._subjects: dict[Token, array[int]] = defaultdict(numbers)  # by predicate
        self._values: dict[Token, array[int]] = defaultdict(numbers)
        self._edges: dict[Step, Edges] = {}
        self.keep(triples)

    def keep(self, triples: Iterable[Texts]) -> None:
        """Add triples; those that are there stay once."""
        self._edges.clear()
        numbers, known = self._numbers, dict[Token, tuple[_Add, _Add]]()
        last, number = "", 0
        for subject, predicate, value in triples:
            adds = known.get(predicate)
            if adds is None:
                adds = known[predicate] = (self._subjects[predicate].append, self._values[predicate].append)
            if subject != last:
                last, number = subject, numbers.setdefault(subject, len(numbers))
            adds[0](number)
            adds[1](numbers.setdefault(value, len(numbers)))
        self._use_stored_forms()

    def _use_stored_forms(self) -> None:
        """Put in place of new terms what a store makes of them: it keeps 4.0 as 4."""
        forms = stored_forms(islice(self._numbers, len(self.tokens), None))
        number = self._numbers.setdefault
        changes = {self._numbers[token]: number(form, len(self._numbers)) for token, form in forms.items()}
        self._number_all()
        if changes:
            after = np.arange(len(self.tokens), dtype=np.intc)
            after[list(changes)] = list(changes.values())
            for values in self._values.values():
                view = np.frombuffer(values, dtype=np.intc)
                view[:] = after[view]

    def _number_all(self) -> None:
        for number, token in enumerate(islice(self._numbers, len(self.tokens), None), len(self.tokens)):
            self.tokens.append(token)
            if token.startswith("<<"):
                self._foreign.append(number)

    @property
    def predicates(self) -> list[Token]:
        """Return the predicates of the triples."""
        return list(self._subjects)

    def know(self, tokens: Iterable[Token]) -> None:
        """Give numbers to terms that may be in no triple, as a store gives them back."""
        for token in tokens:
            self._numbers.setdefault(token, len(self._numbers))
        self._number_all()

    def number(self, token: Token) -> int:
        """Return the number of a known term."""
        return self._numbers[token]

    def find(self, token: Token) -> int:
        """Return the number of a term, -1 for one that is not known."""
        return self._numbers.get(token, -1)

    def numbers(self, tokens: Iterable[Token]) -> Nodes:
        """Return the numbers of those of the terms that are known, sorted, each once."""
        found = (self._numbers.get(token, -1) for token in tokens)
        return distinct(np.fromiter((number for number in found if number >= 0), dtype=np.int64))

    def named(self, nodes: Nodes) -> list[Token]:
        """Return the terms with those numbers."""
        return list(map(self.tokens.__getitem__, nodes.tolist()))

    def ends(self, step: Step, start: Token) -> list[Token]:
        """Return what a step leads to from one node."""
        node, edges = self.find(start), self.edges(step)
        low, high = np.searchsorted(edges.starts, (node, node + 1))
        return self.named(edges.ends[low:high])

    def between(self, start: Token, end: Token) -> list[Token]:
        """Return the predicates that lead from a node to a value."""
        steps = (Step(ox.NamedNode(predicate[1:-1])) for predicate in self.predicates)
        return [str(step.predicate) for step in steps if end in self.ends(step, start)]

    def lines(self, predicate: Token, value: Token | None = None) -> list[str]:
        """Return the triples with a predicate, and a value where one is given, as lines of N-Triples."""
        edges = self.edges(Step(ox.NamedNode(predicate[1:-1])))
        if value is not None:
            edges = edges.ending_in(self.numbers([value]))
        pairs = zip(self.named(edges.starts), self.named(edges.ends), strict=True)
        return [f"{start} {predicate} {end} .\n" for start, end in pairs]

    def subjects(self) -> set[Token]:
        """Return what the triples are about."""
        return self._all(self._subjects.values())

    def values(self, without: Collection[Token]) -> set[Token]:
        """Return what the triples say, without those of some predicates."""
        return self._all(values for name, values in self._values.items() if name not in without)

    def _all(self, columns: Iterable["array[int]"]) -> set[Token]:
        used = np.zeros(len(self.tokens), dtype=bool)
        for column in columns:
            used[np.frombuffer(column, dtype=np.intc)] = True
        return set(self.named(np.flatnonzero(used)))

    def all(self, predicate: ox.NamedNode) -> Iterator[_Pair]:
        """Return the subjects of a predicate with their values.

        Errors: UnsupportedError.
        """
        edges = self.edges(Step(predicate))
        return zip(self.named(edges.starts), self.named(edges.ends), strict=True)

    def nodes(self, predicate: ox.NamedNode) -> Iterator[tuple[ox.NamedNode, ox.NamedNode]]:
        """Return the subjects of a predicate with their values, where both have an IRI."""
        for subject, value in self.all(predicate):
            if subject[0] == value[0] == "<":
                yield ox.NamedNode(subject[1:-1]), ox.NamedNode(value[1:-1])

    def count(self, predicate: ox.NamedNode) -> int:
        """Return the number of triples with a predicate."""
        return len(self.edges(Step(predicate)).starts)

    def edges(self, step: Step) -> Edges:
        """Return where a step leads.

        Errors: UnsupportedError for a triple term, which SHACL 1.0 does not know.
        """
        if step not in self._edges:
            name = str(step.predicate)
            if name not in self._subjects:
                nothing = np.zeros(0, dtype=np.int64)
                return Edges(nothing, nothing)
            starts = np.frombuffer(self._subjects[name], dtype=np.intc)
            ends = np.frombuffer(self._values[name], dtype=np.intc)
            if self._foreign and np.isin(ends, self._foreign).any():
                raise UnsupportedError(f"{step.predicate} leads to a triple term, which SHACL does not know")
            if step.backwards:
                starts, ends = ends, starts
            keys = distinct(keys_of(starts.astype(np.int64), ends.astype(np.int64)))
            self._edges[step] = Edges(keys >> 32, keys & 0xFFFFFFFF)
        return self._edges[step]


def texts_of(store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph = _DEFAULT) -> Iterator[Texts]:
    """Yield the triples of a graph of a store."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "triples.nt"
        store.dump(file, ox.RdfFormat.N_TRIPLES, from_graph=graph)
        yield from texts_in(file)


def texts_in(file: Path) -> Iterator[Texts]:
    """Yield the triples of a file of N-Triples, as a store writes them."""
    with file.open(encoding="utf-8", newline="\n") as lines:
        while block := lines.read(_BLOCK) + lines.readline():
            yield from map(split, block.removesuffix(_END).split(_END))


def split(triple: str) -> Texts:
    """Return the terms of a triple that is written as in N-Triples."""
    subject, predicate, value = triple.split(" ", 2)
    return subject, predicate, value
