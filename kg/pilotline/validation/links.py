"""Reads the triples of a store once, so that a step of a path is a look into a table."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from pilotline.validation.model import UnsupportedError
from pilotline.validation.paths import Step
from pilotline.validation.terms import Token

_Pair = tuple[Token, Token]


class Links:
    """Answers what a step leads to in the default graph of a store, as it is now."""

    def __init__(self, store: ox.Store) -> None:
        self._triples: dict[Token, list[_Pair]] = defaultdict(list)
        self._tables: dict[Step, Mapping[Token, list[Token]]] = {}
        self._read(store)

    def _read(self, store: ox.Store) -> None:
        """Keep subjects with objects by predicate; equal terms are one object, each in memory once."""
        same: dict[Token, Token] = {}
        for line in _lines(store):
            subject, predicate, value = line.split(" ", 2)
            value = value.removesuffix(" .\n")
            pair = same.setdefault(subject, subject), same.setdefault(value, value)
            self._triples[predicate].append(pair)

    def pairs(self, step: Step, nodes: Set[Token]) -> list[_Pair]:
        """Return each of the nodes with each that a step leads to."""
        table = self.table(step)
        if len(table) < len(nodes):
            return [(node, value) for node, values in table.items() if node in nodes for value in values]
        return [(node, value) for node in nodes for value in table.get(node, ())]

    def count(self, step: Step) -> int:
        """Return how often the step can be taken."""
        return len(self._triples.get(str(step.predicate), ()))

    def table(self, step: Step) -> Mapping[Token, list[Token]]:
        """Return each node that the step leads from, with each that it leads to.

        Errors: UnsupportedError for a triple term, which SHACL 1.0 does not know.
        """
        if step not in self._tables:
            table: dict[Token, list[Token]] = defaultdict(list)
            for subject, value in self._triples.get(str(step.predicate), ()):
                if value.startswith("<<"):
                    raise UnsupportedError(f"{value} is not a term that SHACL knows")
                if step.backwards:
                    table[value].append(subject)
                else:
                    table[subject].append(value)
            self._tables[step] = dict(table)
        return self._tables[step]


def _lines(store: ox.Store) -> Iterable[str]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "triples.nt"
        store.dump(file, ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        with file.open(encoding="utf-8", newline="\n") as lines:
            yield from lines
