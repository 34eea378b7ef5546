"""Keeps sets of focus nodes inside the store, so that one query asks something of all of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

import pyoxigraph as ox
from rdflib import RDF, RDFS, SH
from rdflib.term import Node

from pilotline.validation.model import Reader, Shape, UnsupportedError
from pilotline.validation.terms import Term, to_pyoxigraph

_FOCUS = "urn:pilotline:focus"
_GRAPH = ox.NamedNode(_FOCUS)
_DEFAULT = ox.DefaultGraph()
_TYPE = ox.NamedNode(str(RDF.type))
_SUBCLASS = ox.NamedNode(str(RDFS.subClassOf))


@dataclass(frozen=True)
class Focus:
    """A set of focus nodes: the objects of one subject in the focus graph."""

    key: ox.NamedNode

    @property
    def pattern(self) -> str:
        """Return the pattern that binds ?this to each of them."""
        return self.binding("?this")

    def values(self, shape: Shape) -> str:
        """Return the pattern that binds ?this and ?value; a value may come several times."""
        self_ = f"{self.pattern} BIND(?this AS ?value)"
        if not shape.path:
            return self_
        reached = f"{self.pattern} ?this {shape.path} ?value"
        # The store does not go in no step from a node that is in none of its triples.
        return f"{{ {reached} }} UNION {{ {self_} }}" if shape.stays else f"{reached} ."

    def binding(self, variable: str) -> str:
        """Return the pattern that binds a variable to each of them."""
        return f"GRAPH {_GRAPH} {{ {self.key} {_GRAPH} {variable} }}"


class FocusNodes:
    """Focus nodes of one store, and their values.

    store: in memory and ours alone, since focus nodes are written into it.
    """

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._numbers = count(1)
        self._classes: dict[Node, Focus] = {}

    def keep(self, nodes: Iterable[Term]) -> Focus:
        """Return a set of nodes as focus nodes."""
        focus = Focus(ox.NamedNode(f"{_FOCUS}:{next(self._numbers)}"))
        self._store.bulk_extend(ox.Quad(focus.key, _GRAPH, node, _GRAPH) for node in nodes)
        return focus

    def members(self, focus: Focus) -> set[Term]:
        """Return the focus nodes."""
        return {_term(quad.object) for quad in self._store.quads_for_pattern(focus.key, _GRAPH, None, _GRAPH)}

    def targets(self, reader: Reader, shape: Node) -> Focus:
        """Return the nodes that a shape targets by itself."""
        found = {to_pyoxigraph(target) for target in reader.graph.objects(shape, SH.targetNode)}
        classes = set(reader.graph.objects(shape, SH.targetClass))
        for class_ in classes | ({shape} if reader.implies_class(shape) else set()):
            found |= self._instances(class_)
        for predicate in reader.graph.objects(shape, SH.targetSubjectsOf):
            found |= {_term(quad.subject) for quad in self._with_predicate(predicate)}
        for predicate in reader.graph.objects(shape, SH.targetObjectsOf):
            found |= {_term(quad.object) for quad in self._with_predicate(predicate)}
        return self.keep(found)

    def instances(self, class_: Node) -> Focus:
        """Return the instances of a class and of those below it."""
        if class_ not in self._classes:
            self._classes[class_] = self.keep(self._instances(class_))
        return self._classes[class_]

    def _with_predicate(self, predicate: Node) -> Iterator[ox.Quad]:
        return self._store.quads_for_pattern(None, ox.NamedNode(str(predicate)), None, _DEFAULT)

    def _instances(self, class_: Node) -> set[Term]:
        seen, edge = set[ox.NamedNode | ox.BlankNode](), {_resource(to_pyoxigraph(class_))}
        while edge:
            seen |= edge
            below = [self._store.quads_for_pattern(None, _SUBCLASS, known, _DEFAULT) for known in edge]
            edge = {_resource(quad.subject) for quads in below for quad in quads} - seen
        found = [self._store.quads_for_pattern(None, _TYPE, known, _DEFAULT) for known in seen]
        return {_term(quad.subject) for quads in found for quad in quads}

    def values(self, shape: Shape, focus: Focus) -> Focus:
        """Return the values of the focus nodes as focus nodes; those of a node shape are themselves."""
        return self.keep({value for _, value in self.pairs(shape, focus)}) if shape.path else focus

    def pairs(self, shape: Shape, focus: Focus, narrowed: str = "") -> list[tuple[Term, Term]]:
        """Return the focus nodes with their values.

        narrowed: a SPARQL filter on ?this and ?value.
        """
        distinct = "DISTINCT " if shape.distinct else ""
        rows = self.select(f"SELECT {distinct}?this ?value WHERE {{ {focus.values(shape)} {narrowed} }}")
        return [(_term(row[0]), _term(row[1])) for row in rows]

    def nodes(self, query: str) -> Iterator[Term]:
        """Yield the first column of a query."""
        return (_term(row[0]) for row in self.select(query))

    def select(self, query: str) -> ox.QuerySolutions:
        """Return the rows of a SELECT query."""
        try:
            found = self._store.query(query)
        except SyntaxError as error:
            raise UnsupportedError(f"a query that the store does not read: {error}") from error
        if not isinstance(found, ox.QuerySolutions):
            raise UnsupportedError("a SPARQL constraint is not a SELECT query")
        return found

    def ask(self, query: str) -> bool:
        """Return the answer to an ASK query."""
        return bool(self._store.query(query))


def _term(term: object) -> Term:
    if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal):
        return term
    raise UnsupportedError(f"{term} is not a term that SHACL knows")


def _resource(term: object) -> ox.NamedNode | ox.BlankNode:
    if isinstance(term, ox.NamedNode | ox.BlankNode):
        return term
    raise UnsupportedError(f"{term} cannot be a class")
