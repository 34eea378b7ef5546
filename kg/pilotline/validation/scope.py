"""Gathers what a validation looks at: the data with the hierarchy and neighbours it leans on, in memory."""

from collections.abc import Iterable
from functools import lru_cache
from threading import Lock

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from pilotline.namespaces import HAS_NUMERICAL_PART, HAS_PROPERTY, PL
from pilotline.validation.links import Links, Texts, split, texts_of
from pilotline.validation.needs import Need, needs_of
from pilotline.validation.terms import Token


class Scope:
    """Triples in tables, and a store of those that a query can look at, in its default graph."""

    def __init__(self, triples: Iterable[Texts] = ()) -> None:
        self.links = Links(triples)
        self._store, self._held = Store(), set[Need]()
        self._filling = Lock()

    def load(self, triples: bytes) -> None:
        """Add many triples, as N-Triples; those that it has stay once. What queries found before is void."""
        self._keep(stored_texts(triples))

    def extend(self, quads: Iterable[Quad]) -> None:
        """Add triples; those that it has stay once. What queries found before is void."""
        self._keep(split(str(quad.triple)) for quad in quads)

    def _keep(self, triples: Iterable[Texts]) -> None:
        self.links.keep(triples)
        self._store, self._held = Store(), set()

    def mark(self, quads: Iterable[Quad]) -> None:
        """Write quads of a named graph into the store."""
        with self._filling:
            self._store.bulk_extend(quads)

    def holding(self, query: str) -> Store:
        """Return the store with all that a query can look at."""
        needs = needs_of(query)
        return self.store if needs is None else self._filled(needs)

    @property
    def store(self) -> Store:
        """Return the store with all triples."""
        return self._filled({(predicate, None) for predicate in self.links.predicates})

    def _filled(self, needs: Iterable[Need]) -> Store:
        with self._filling:
            for predicate, value in needs:
                if not self._held.isdisjoint(((predicate, None), (predicate, value))):
                    continue
                texts = self.links.lines(predicate, value)
                named = "".join(line for line in texts if "_:" not in line)
                self._store.bulk_load(named, RdfFormat.N_TRIPLES, lenient=True)
                # Blank nodes keep their names where the store does not read them itself.
                blank = "".join(line for line in texts if "_:" in line)
                self._store.extend(parse(blank, RdfFormat.N_QUADS))
                self._held.add((predicate, value))
        return self._store


def merged(store: Store, graphs: Iterable[str]) -> Scope:
    """Return the set union of named graphs of a store."""
    return Scope(triple for graph in graphs for triple in texts_of(store, NamedNode(graph)))


@lru_cache(maxsize=2)
def stored_texts(triples: bytes) -> tuple[Texts, ...]:
    """Return the triples of N-Triples; the ontology is the same for many checks."""
    return tuple(split(str(quad.triple)) for quad in parse(triples, RdfFormat.N_TRIPLES))


# What these lead to is described where they are stated: places in sources, quantities and their numbers.
_PARTS = frozenset(f"<{each}>" for each in (PL + "cell", HAS_PROPERTY, HAS_NUMERICAL_PART))


def outside(links: Links) -> set[Token]:
    """Return what triples name and do not describe."""
    return {value for value in links.values(_PARTS) if value[0] == "<"} - links.subjects()
