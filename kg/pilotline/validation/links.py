"""Reads from a store what one step leads to: for many nodes the whole property, once for all shapes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set

import pyoxigraph as ox

from pilotline.validation.model import shacl_term
from pilotline.validation.paths import Step
from pilotline.validation.terms import Term

# For fewer nodes each is looked up; for more it is cheaper to read the property as a whole.
_MANY = 1000
_DEFAULT = ox.DefaultGraph()
_Pair = tuple[Term, Term]


class Links:
    """Answers what a step leads to in the default graph of a store, which stays as it is."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._read: dict[Step, Mapping[Term, list[Term]]] = {}
        self._same: dict[Term, Term] = {}

    def pairs(self, step: Step, nodes: Set[Term]) -> list[_Pair]:
        """Return each of the nodes with each that a step leads to."""
        if step not in self._read and len(nodes) < _MANY:
            return [(node, value) for node in nodes for value in self._looked_up(step, node)]
        table = self._table(step)
        if len(table) < len(nodes):
            return [(node, value) for node, values in table.items() if node in nodes for value in values]
        return [(node, value) for node in nodes for value in table.get(node, ())]

    def starts(self, step: Step) -> Iterable[Term]:
        """Return the nodes that a step leads from."""
        return self._table(step).keys()

    def _looked_up(self, step: Step, node: Term) -> list[Term]:
        if step.backwards:
            quads = self._store.quads_for_pattern(None, step.predicate, node, _DEFAULT)
            return [shacl_term(quad.subject) for quad in quads]
        if isinstance(node, ox.Literal):
            return []
        quads = self._store.quads_for_pattern(node, step.predicate, None, _DEFAULT)
        return [shacl_term(quad.object) for quad in quads]

    def _table(self, step: Step) -> Mapping[Term, list[Term]]:
        if step not in self._read:
            table: dict[Term, list[Term]] = defaultdict(list)
            for quad in self._store.quads_for_pattern(None, step.predicate, None, _DEFAULT):
                subject, value = self._one(quad.subject), self._one(quad.object)
                if step.backwards:
                    table[value].append(subject)
                else:
                    table[subject].append(value)
            self._read[step] = dict(table)
        return self._read[step]

    def _one(self, term: object) -> Term:
        """Return the term, the same object for equal terms, so that each is in memory once."""
        found = shacl_term(term)
        return self._same.setdefault(found, found)
