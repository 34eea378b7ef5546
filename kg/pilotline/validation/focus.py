"""Keeps sets of focus nodes; a query finds those that it asks about inside the store."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

import numpy as np
import pyoxigraph as ox
from rdflib import RDF, RDFS, SH
from rdflib.term import Node

from pilotline.validation.edges import Marks, Nodes, among, distinct, keys_of
from pilotline.validation.links import Links
from pilotline.validation.model import TARGETS, Reader, Shape, UnsupportedError
from pilotline.validation.narrowing import narrowed
from pilotline.validation.paths import Step
from pilotline.validation.scope import Scope
from pilotline.validation.stored import stored
from pilotline.validation.terms import Token, to_pyoxigraph, to_term

_FOCUS = "urn:pilotline:focus"
_GRAPH = ox.NamedNode(_FOCUS)
_INSTANCE = Step(ox.NamedNode(str(RDF.type)), backwards=True)
_SUBCLASS = Step(ox.NamedNode(str(RDFS.subClassOf)), backwards=True)


@dataclass(frozen=True, eq=False)
class Focus:
    """A set of focus nodes. nodes: their numbers, sorted."""

    nodes: Nodes = field(repr=False)
    links: Links = field(repr=False)

    @cached_property
    def tokens(self) -> list[Token]:
        """Return the nodes as terms."""
        return self.links.named(self.nodes)


@dataclass(frozen=True)
class Pairs:
    """Focus nodes, sorted, each with one of its values."""

    focus: Nodes
    values: Nodes

    def where(self, kept: Marks) -> "Pairs":
        """Return some of the pairs."""
        return Pairs(self.focus[kept], self.values[kept])

    def keys(self) -> Nodes:
        """Return for each pair a number that no other pair has."""
        return keys_of(self.focus, self.values)


class FocusNodes:
    """Focus nodes of what is in scope, and their values."""

    def __init__(self, scope: Scope, reader: Reader) -> None:
        self._scope = scope
        self._links = scope.links
        self._links.know(stored(reader.graph.objects(None, SH.targetNode)))
        self._targets: dict[tuple[tuple[Node, Node], ...], Focus] = {}
        self._classes: dict[Node, Focus] = {}
        self._written: dict[Focus, ox.NamedNode] = {}
        self._writing = Lock()

    def of(self, nodes: Nodes) -> Focus:
        """Return nodes as focus nodes."""
        return Focus(nodes, self._links)

    def targets(self, reader: Reader, shape: Node) -> Focus:
        """Return the nodes that a shape targets by itself; shapes with like targets share them."""
        declared = {(kind, value) for kind in TARGETS for value in reader.graph.objects(shape, kind)}
        if reader.implies_class(shape):
            declared.add((SH.targetClass, shape))
        key = tuple(sorted(declared, key=str))
        if key not in self._targets:
            found = [self._targeted(kind, value) for kind, value in key]
            self._targets[key] = found[0] if len(found) == 1 else self.of(_united(found))
        return self._targets[key]

    def _targeted(self, kind: Node, value: Node) -> Focus:
        if kind == SH.targetNode:
            return self.of(self._links.numbers(stored([value])))
        if kind == SH.targetClass:
            return self.instances(value)
        step = Step(ox.NamedNode(str(value)), backwards=kind == SH.targetObjectsOf)
        return self.of(self._links.edges(step).nodes)

    def instances(self, class_: Node) -> Focus:
        """Return the instances of a class and of those below it."""
        if class_ not in self._classes:
            self._classes[class_] = self.of(self._instances(class_))
        return self._classes[class_]

    def _instances(self, class_: Node) -> Nodes:
        seen = edge = self._links.numbers([str(to_pyoxigraph(class_))])
        while len(edge):
            _, below = self._links.edges(_SUBCLASS).of(edge)
            edge = distinct(below[~among(below, seen)])
            seen = distinct(np.concatenate([seen, edge]))
        return distinct(self._links.edges(_INSTANCE).of(seen)[1])

    def pairs(self, shape: Shape, focus: Focus) -> Pairs:
        """Return the focus nodes with their values; a node shape's values are the nodes themselves."""
        if not shape.path:
            return Pairs(focus.nodes, focus.nodes)
        if shape.steps:
            return self._along(shape.steps, focus)
        distinct_ = "DISTINCT " if shape.distinct else ""
        rows = self.select(f"SELECT {distinct_}?this ?value WHERE {{ {self.reached(shape, focus)} }}", focus)
        found = [(self._links.number(str(row[0])), self._links.number(str(row[1]))) for row in rows]
        nodes = np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
        return Pairs(nodes[:, 0], nodes[:, 1])

    def _along(self, steps: Iterable[Step], focus: Focus) -> Pairs:
        """Return the focus nodes with each that one of some steps leads to."""
        parts = [self._links.edges(step).of(focus.nodes) for step in steps]
        if len(parts) == 1:
            ((places, values),) = parts
            return Pairs(focus.nodes[places], values)
        places, values = map(np.concatenate, zip(*parts, strict=True))
        keys = distinct(Pairs(focus.nodes[places], values).keys())
        return Pairs(keys >> 32, keys & 0xFFFFFFFF)

    def reached(self, shape: Shape, focus: Focus) -> str:
        """Return the pattern that binds ?this and ?value; a value may come several times."""
        this = self.binding(focus, "?this")
        itself = f"{this} BIND(?this AS ?value)"
        if not shape.path:
            return itself
        along = f"{this} ?this {shape.path} ?value"
        # The store does not go in no step from a node that is in none of its triples.
        return f"{{ {along} }} UNION {{ {itself} }}" if shape.stays else f"{along} ."

    def linked(self, predicate: Node, focus: Focus) -> Pairs:
        """Return the focus nodes with the values of a property."""
        return self._along([Step(ox.NamedNode(str(predicate)))], focus)

    def binding(self, focus: Focus, variable: str) -> str:
        """Return the pattern that binds a variable to each of the nodes."""
        with self._writing:
            if focus not in self._written:
                self._written[focus] = self._write(focus, f"{_FOCUS}:{len(self._written)}")
        return f"GRAPH {_GRAPH} {{ {self._written[focus]} {_GRAPH} {variable} }}"

    def _write(self, focus: Focus, name: str) -> ox.NamedNode:
        """Write the nodes into the store and return the key that they stand under."""
        key = ox.NamedNode(name)
        self._scope.mark(ox.Quad(key, _GRAPH, to_term(token), _GRAPH) for token in focus.tokens)
        return key

    def narrowed(self, focus: Focus, query: str, prefixes: str) -> Focus:
        """Return those of the nodes for which a SPARQL constraint may find something."""
        left = narrowed(focus.nodes, query, prefixes, self._links)
        return focus if len(left) == len(focus.nodes) else self.of(left)

    def failing(self, focus: Focus, expression: str) -> Nodes:
        """Return the nodes for which a SPARQL expression on ?value does not hold."""
        broken = f"{self.binding(focus, '?value')} FILTER(!COALESCE({expression}, false))"
        rows = self.select(f"SELECT ?value WHERE {{ {broken} }}", focus)
        return self._links.numbers([str(row[0]) for row in rows])

    def select(self, query: str, focus: Focus) -> ox.QuerySolutions:
        """Return the rows of a SELECT query over focus nodes."""
        try:
            # Over no node it finds nothing, and is only read.
            found = (self._scope.holding(query) if len(focus.nodes) else ox.Store()).query(query)
        except SyntaxError as error:
            raise UnsupportedError(f"a query that the store does not read: {error}") from error
        if not isinstance(found, ox.QuerySolutions):
            raise UnsupportedError("a SPARQL constraint is not a SELECT query")
        return found

    def number(self, token: Token) -> int:
        """Return the number of a term."""
        return self._links.number(token)


def _united(parts: Iterable[Focus]) -> Nodes:
    return distinct(np.concatenate([np.zeros(0, dtype=np.int64), *(part.nodes for part in parts)]))
