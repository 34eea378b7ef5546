"""Keeps sets of focus nodes; a query finds those that it asks about inside the store."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field

import pyoxigraph as ox
from rdflib import RDF, RDFS, SH
from rdflib.term import Node

from pilotline.validation.kinds import stored
from pilotline.validation.links import Links
from pilotline.validation.model import TARGETS, Reader, Shape, UnsupportedError, shacl_term
from pilotline.validation.paths import Step
from pilotline.validation.terms import Term, to_pyoxigraph

_FOCUS = "urn:pilotline:focus"
_GRAPH = ox.NamedNode(_FOCUS)
_DEFAULT = ox.DefaultGraph()
_TYPE = ox.NamedNode(str(RDF.type))
_SUBCLASS = ox.NamedNode(str(RDFS.subClassOf))


@dataclass(frozen=True, eq=False)
class Focus:
    """A set of focus nodes."""

    nodes: Set[Term] = field(repr=False)


class FocusNodes:
    """Focus nodes of one store, and their values.

    store: in memory and ours alone, since focus nodes are written into it.
    """

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._links = Links(store)
        self._targets: dict[tuple[tuple[Node, Node], ...], Focus] = {}
        self._classes: dict[Node, Focus] = {}
        self._written: dict[Focus, ox.NamedNode] = {}

    def targets(self, reader: Reader, shape: Node) -> Focus:
        """Return the nodes that a shape targets by itself; shapes with like targets share them."""
        declared = {(kind, value) for kind in TARGETS for value in reader.graph.objects(shape, kind)}
        if reader.implies_class(shape):
            declared.add((SH.targetClass, shape))
        key = tuple(sorted(declared, key=str))
        if key not in self._targets:
            self._targets[key] = Focus({node for kind, value in key for node in self._targeted(kind, value)})
        return self._targets[key]

    def _targeted(self, kind: Node, value: Node) -> Iterable[Term]:
        if kind == SH.targetNode:
            return stored([value])
        if kind == SH.targetClass:
            return self.instances(value).nodes
        return self._links.starts(Step(ox.NamedNode(str(value)), backwards=kind == SH.targetObjectsOf))

    def instances(self, class_: Node) -> Focus:
        """Return the instances of a class and of those below it."""
        if class_ not in self._classes:
            self._classes[class_] = Focus(self._instances(class_))
        return self._classes[class_]

    def _instances(self, class_: Node) -> set[Term]:
        seen, edge = set[ox.NamedNode | ox.BlankNode](), {_resource(to_pyoxigraph(class_))}
        while edge:
            seen |= edge
            below = [self._store.quads_for_pattern(None, _SUBCLASS, known, _DEFAULT) for known in edge]
            edge = {_resource(quad.subject) for quads in below for quad in quads} - seen
        found = [self._store.quads_for_pattern(None, _TYPE, known, _DEFAULT) for known in seen]
        return {shacl_term(quad.subject) for quads in found for quad in quads}

    def pairs(self, shape: Shape, focus: Focus) -> list[tuple[Term, Term]]:
        """Return the focus nodes with their values; a node shape's values are the nodes themselves."""
        if not shape.path:
            return [(node, node) for node in focus.nodes]
        if shape.steps:
            found = [pair for step in shape.steps for pair in self._links.pairs(step, focus.nodes)]
            return list(dict.fromkeys(found)) if len(shape.steps) > 1 else found
        distinct = "DISTINCT " if shape.distinct else ""
        rows = self.select(f"SELECT {distinct}?this ?value WHERE {{ {self.reached(shape, focus)} }}")
        return [(shacl_term(row[0]), shacl_term(row[1])) for row in rows]

    def reached(self, shape: Shape, focus: Focus) -> str:
        """Return the pattern that binds ?this and ?value; a value may come several times."""
        this = self.binding(focus, "?this")
        itself = f"{this} BIND(?this AS ?value)"
        if not shape.path:
            return itself
        along = f"{this} ?this {shape.path} ?value"
        # The store does not go in no step from a node that is in none of its triples.
        return f"{{ {along} }} UNION {{ {itself} }}" if shape.stays else f"{along} ."

    def linked(self, predicate: Node, focus: Focus) -> list[tuple[Term, Term]]:
        """Return the focus nodes with the values of a property."""
        return self._links.pairs(Step(ox.NamedNode(str(predicate))), focus.nodes)

    def binding(self, focus: Focus, variable: str) -> str:
        """Return the pattern that binds a variable to each of the nodes."""
        if focus not in self._written:
            key = ox.NamedNode(f"{_FOCUS}:{len(self._written)}")
            self._store.bulk_extend(ox.Quad(key, _GRAPH, node, _GRAPH) for node in focus.nodes)
            self._written[focus] = key
        return f"GRAPH {_GRAPH} {{ {self._written[focus]} {_GRAPH} {variable} }}"

    def failing(self, focus: Focus, expression: str) -> set[Term]:
        """Return the nodes for which a SPARQL expression on ?value does not hold."""
        broken = f"{self.binding(focus, '?value')} FILTER(!COALESCE({expression}, false))"
        return {shacl_term(row[0]) for row in self.select(f"SELECT ?value WHERE {{ {broken} }}")}

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


def _resource(term: object) -> ox.NamedNode | ox.BlankNode:
    if isinstance(term, ox.NamedNode | ox.BlankNode):
        return term
    raise UnsupportedError(f"{term} cannot be a class")
