"""Gathers what a validation looks at: the data with the hierarchy and neighbours it leans on, in memory."""

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from tempfile import NamedTemporaryFile

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store

from pilotline.namespaces import HAS_NUMERICAL_PART, HAS_PROPERTY, PL
from pilotline.validation.links import Links
from pilotline.validation.results import Result


class Scope:
    """A store in memory, whose default graph is looked at, and its triples as text.

    store: ours alone, since focus nodes are written into it.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.links = Links(store)

    def extend(self, quads: Iterable[Quad]) -> None:
        """Add triples to the default graph; those that it has stay once."""
        triples = {Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in quads}
        new = [triple for triple in triples if triple not in self.store]
        self.store.extend(new)
        self.links.add(new)


def merged(store: Store, graphs: Iterable[str]) -> Store:
    """Return a store in memory whose default graph is the set union of the named graphs."""
    merged_ = Store()
    for graph in graphs:
        _add(merged_, store, NamedNode(graph))
    return merged_


def loaded(lines: Iterator[bytes]) -> Store:
    """Return a store in memory whose default graph is what lines of N-Triples say."""
    store = Store()
    with NamedTemporaryFile(suffix=".nt") as file:
        file.writelines(lines)
        file.flush()
        store.bulk_load(path=file.name, format=RdfFormat.N_TRIPLES)
    return store


# What these lead to is described where they are stated: places in sources, quantities and their numbers.
_PARTS = ", ".join(f"<{each}>" for each in (PL + "cell", HAS_PROPERTY, HAS_NUMERICAL_PART))
_OUTSIDE = f"""
SELECT ?node WHERE {{
  {{ SELECT DISTINCT ?node WHERE {{ ?subject ?predicate ?node FILTER(?predicate NOT IN ({_PARTS})) }} }}
  FILTER(isIRI(?node))
  FILTER NOT EXISTS {{ ?node ?any ?value }}
}}
"""


def outside(store: Store) -> list[NamedNode]:
    """Return what the default graph names and does not describe."""
    solutions = store.query(_OUTSIDE)
    assert isinstance(solutions, QuerySolutions)
    return [node for (node,) in solutions if isinstance(node, NamedNode)]


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


def described_in(store: Store, graphs: Iterable[str]) -> Callable[[Result], bool]:
    """Return a test that says whether one of the graphs describes the node of a result.

    A literal is described by nothing and always belongs.
    """
    names = [NamedNode(graph) for graph in graphs]

    def described(result: Result) -> bool:
        focus = result.focus
        return isinstance(focus, Literal) or any(
            _first(store.quads_for_pattern(focus, None, None, name)) for name in names
        )

    return described


def _first(quads: Iterable[Quad]) -> Quad | None:
    return next(iter(quads), None)
