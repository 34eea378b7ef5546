"""Reads the triples of a store once, so that a step of a path is a look into a table."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from pilotline.validation.model import UnsupportedError
from pilotline.validation.paths import Step
from pilotline.validation.terms import Token

_Pair = tuple[Token, Token]
_Add = Callable[[Token], None]


class Links:
    """Answers what a step leads to in the default graph of a store, as it was when it was read."""

    def __init__(self, store: ox.Store) -> None:
        self._subjects: dict[Token, list[Token]] = defaultdict(list)  # by predicate
        self._values: dict[Token, list[Token]] = defaultdict(list)
        self._same: dict[Token, Token] = {}
        self._tables: dict[Step, Mapping[Token, Sequence[Token]]] = {}
        self.keep(lines_of(store))

    def keep(self, lines: Iterable[str]) -> None:
        """Add triples that are not there, a line of N-Triples each; equal terms are one object in memory."""
        self._tables.clear()
        same, known = self._same.setdefault, dict[Token, tuple[_Add, _Add]]()
        for line in lines:
            subject, predicate, value = line.split(" ", 2)
            adds = known.get(predicate)
            if adds is None:
                adds = known[predicate] = (self._subjects[predicate].append, self._values[predicate].append)
            value = value[:-3]  # without the full stop and the end of the line
            adds[0](same(subject, subject))
            adds[1](same(value, value))

    def subjects(self) -> set[Token]:
        """Return what the triples are about."""
        return set[Token]().union(*self._subjects.values())

    def values(self, without: Collection[Token]) -> set[Token]:
        """Return what the triples say, without those of some predicates."""
        return set[Token]().union(*(each for name, each in self._values.items() if name not in without))

    def all(self, predicate: ox.NamedNode) -> Iterator[_Pair]:
        """Return the subjects of a predicate with their values.

        Errors: UnsupportedError.
        """
        return zip(*self._ends(predicate), strict=True)

    def _ends(self, predicate: ox.NamedNode) -> tuple[list[Token], list[Token]]:
        """Return the subjects of a predicate and, in the same order, their values.

        Errors: UnsupportedError for a triple term, which SHACL 1.0 does not know.
        """
        name = str(predicate)
        values = self._values.get(name, [])
        if foreign := next((value for value in values if value.startswith("<<")), None):
            raise UnsupportedError(f"{foreign} is not a term that SHACL knows")
        return self._subjects.get(name, []), values

    def pairs(self, step: Step, nodes: Set[Token]) -> list[_Pair]:
        """Return each of the nodes with each that a step leads to."""
        table = self.table(step)
        if len(table) < len(nodes):
            return [(node, value) for node, values in table.items() if node in nodes for value in values]
        return [(node, value) for node in nodes for value in table.get(node, ())]

    def count(self, predicate: ox.NamedNode) -> int:
        """Return the number of triples with a predicate."""
        return len(self._subjects.get(str(predicate), ()))

    def table(self, step: Step) -> Mapping[Token, Sequence[Token]]:
        """Return each node that the step leads from, with each that it leads to.

        Errors: UnsupportedError.
        """
        if step not in self._tables:
            starts, ends = self._ends(step.predicate)
            self._tables[step] = _table(ends, starts) if step.backwards else _table(starts, ends)
        return self._tables[step]


def _table(starts: list[Token], ends: list[Token]) -> Mapping[Token, Sequence[Token]]:
    single = dict(zip(starts, zip(ends, strict=True), strict=True))
    if len(single) == len(starts):
        return single
    table: dict[Token, list[Token]] = defaultdict(list)
    for start, end in zip(starts, ends, strict=True):
        table[start].append(end)
    return dict(table)


def lines_of(store: ox.Store) -> Iterator[str]:
    """Yield the triples of the default graph as N-Triples, a line each."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "triples.nt"
        store.dump(file, ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        with file.open(encoding="utf-8", newline="\n") as lines:
            yield from lines
