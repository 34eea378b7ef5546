"""Gathers what a validation looks at: the data with the hierarchy and neighbours it leans on, in memory."""

from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from pilotline.namespaces import HAS_NUMERICAL_PART, HAS_PROPERTY, PL
from pilotline.validation.links import Links, lines_of
from pilotline.validation.terms import Token


class Scope:
    """A store in memory, whose default graph is looked at, and its triples as text.

    store: ours alone, since focus nodes are written into it.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.links = Links(store)

    def load(self, triples: bytes) -> None:
        """Add many triples, as N-Triples; those that it has stay once."""
        subjects = self.links.subjects()
        lines = stored_lines(triples)
        known = [line for line in lines if line.split(" ", 1)[0] in subjects]
        held = {line for line in known if all(quad in self.store for quad in parse(line, RdfFormat.N_QUADS))}
        self.store.bulk_load(triples, RdfFormat.N_TRIPLES, lenient=True)
        self.links.keep(line for line in lines if line not in held)

    def extend(self, quads: Iterable[Quad]) -> None:
        """Add triples to the default graph; those that it has stay once."""
        triples = {Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in quads}
        if new := [quad for quad in triples if quad not in self.store]:
            self.store.extend(new)
            self.links.keep(f"{quad.triple} .\n" for quad in new)


def merged(store: Store, graphs: Iterable[str]) -> Store:
    """Return a store in memory whose default graph is the set union of the named graphs."""
    merged_ = Store()
    for graph in graphs:
        _add(merged_, store, NamedNode(graph))
    return merged_


def loaded(file: Path) -> Store:
    """Return a store in memory whose default graph is what a file of N-Triples says."""
    store = Store()
    store.bulk_load(path=file, format=RdfFormat.N_TRIPLES)
    return store


@lru_cache(maxsize=2)
def stored_lines(triples: bytes) -> tuple[str, ...]:
    """Return the lines of N-Triples as a store gives them back; the ontology is the same for many checks."""
    store = Store()
    store.bulk_load(triples, RdfFormat.N_TRIPLES)
    return tuple(lines_of(store))


# What these lead to is described where they are stated: places in sources, quantities and their numbers.
_PARTS = frozenset(f"<{each}>" for each in (PL + "cell", HAS_PROPERTY, HAS_NUMERICAL_PART))


def outside(links: Links) -> set[Token]:
    """Return what triples name and do not describe."""
    return {value for value in links.values(_PARTS) if value[0] == "<"} - links.subjects()


def copied(store: Store) -> Store:
    """Return the default graph of a store as a store in memory."""
    copy = Store()
    _add(copy, store, DefaultGraph())
    return copy


def _add(target: Store, store: Store, graph: NamedNode | DefaultGraph) -> None:
    dumped = BytesIO()
    store.dump(dumped, RdfFormat.N_TRIPLES, from_graph=graph)
    dumped.seek(0)
    target.bulk_load(dumped, RdfFormat.N_TRIPLES, lenient=True)  # checked when it came in
