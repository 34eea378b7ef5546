"""Keeps sets of focus nodes; a query finds those that it asks about inside the store."""

from collections.abc import Set
from dataclasses import dataclass, field
from threading import Lock

import pyoxigraph as ox
from rdflib import RDF, RDFS, SH
from rdflib.term import Node

from pilotline.validation.kinds import stored
from pilotline.validation.links import Links
from pilotline.validation.model import TARGETS, Reader, Shape, UnsupportedError
from pilotline.validation.narrowing import narrowed
from pilotline.validation.paths import Step
from pilotline.validation.terms import Token, to_pyoxigraph, to_term

_FOCUS = "urn:pilotline:focus"
_GRAPH = ox.NamedNode(_FOCUS)
_INSTANCE = Step(ox.NamedNode(str(RDF.type)), backwards=True)
_SUBCLASS = Step(ox.NamedNode(str(RDFS.subClassOf)), backwards=True)


@dataclass(frozen=True, eq=False)
class Focus:
    """A set of focus nodes.

    pattern: binds `{0}` to each of them once, where the data have such a pattern.
    """

    nodes: Set[Token] = field(repr=False)
    pattern: str = ""


class FocusNodes:
    """Focus nodes of one store, and their values.

    store: in memory and ours alone, since focus nodes are written into it; links: its triples.
    """

    def __init__(self, store: ox.Store, links: Links) -> None:
        self._store = store
        self._links = links
        self._targets: dict[tuple[tuple[Node, Node], ...], Focus] = {}
        self._classes: dict[Node, Focus] = {}
        self._written: dict[Focus, ox.NamedNode] = {}
        self._writing = Lock()

    def targets(self, reader: Reader, shape: Node) -> Focus:
        """Return the nodes that a shape targets by itself; shapes with like targets share them."""
        declared = {(kind, value) for kind in TARGETS for value in reader.graph.objects(shape, kind)}
        if reader.implies_class(shape):
            declared.add((SH.targetClass, shape))
        key = tuple(sorted(declared, key=str))
        if key not in self._targets:
            found = [self._targeted(kind, value) for kind, value in key]
            nodes = set[Token]().union(*(focus.nodes for focus in found))
            self._targets[key] = found[0] if len(found) == 1 else Focus(nodes)
        return self._targets[key]

    def _targeted(self, kind: Node, value: Node) -> Focus:
        if kind == SH.targetNode:
            return Focus(stored([value]))
        if kind == SH.targetClass:
            return self.instances(value)
        return self._starts(Step(ox.NamedNode(str(value)), backwards=kind == SH.targetObjectsOf))

    def _starts(self, step: Step) -> Focus:
        """Return the nodes that a step leads from."""
        nodes, pattern = self._links.table(step).keys(), f"[] {step.predicate} {{0}} ."
        if not step.backwards:
            pattern = f"{{0}} {step.predicate} [] ."
        return Focus(nodes, pattern if self._links.count(step.predicate) == len(nodes) else "")

    def instances(self, class_: Node) -> Focus:
        """Return the instances of a class and of those below it."""
        if class_ not in self._classes:
            self._classes[class_] = self._instances(class_)
        return self._classes[class_]

    def _instances(self, class_: Node) -> Focus:
        seen, edge = set[Token](), {str(to_pyoxigraph(class_))}
        while edge:
            seen |= edge
            edge = {below for _, below in self._links.pairs(_SUBCLASS, edge)} - seen
        found = self._links.pairs(_INSTANCE, seen)
        nodes, used = {node for _, node in found}, sorted({class_ for class_, _ in found})
        if len(found) > len(nodes) or any(name.startswith("_:") for name in used):
            return Focus(nodes)
        if len(used) == 1:
            return Focus(nodes, f"{{0}} a {used[0]} .")
        return Focus(nodes, f"VALUES ?pilotline_class {{{{ {' '.join(used)} }}}} {{0}} a ?pilotline_class .")

    def pairs(self, shape: Shape, focus: Focus) -> list[tuple[Token, Token]]:
        """Return the focus nodes with their values; a node shape's values are the nodes themselves."""
        if not shape.path:
            return [(node, node) for node in focus.nodes]
        if shape.steps:
            found = [pair for step in shape.steps for pair in self._links.pairs(step, focus.nodes)]
            return list(dict.fromkeys(found)) if len(shape.steps) > 1 else found
        distinct = "DISTINCT " if shape.distinct else ""
        rows = self.select(f"SELECT {distinct}?this ?value WHERE {{ {self.reached(shape, focus)} }}")
        return [(str(row[0]), str(row[1])) for row in rows]

    def reached(self, shape: Shape, focus: Focus) -> str:
        """Return the pattern that binds ?this and ?value; a value may come several times."""
        this = self.binding(focus, "?this")
        itself = f"{this} BIND(?this AS ?value)"
        if not shape.path:
            return itself
        along = f"{this} ?this {shape.path} ?value"
        # The store does not go in no step from a node that is in none of its triples.
        return f"{{ {along} }} UNION {{ {itself} }}" if shape.stays else f"{along} ."

    def linked(self, predicate: Node, focus: Focus) -> list[tuple[Token, Token]]:
        """Return the focus nodes with the values of a property."""
        return self._links.pairs(Step(ox.NamedNode(str(predicate))), focus.nodes)

    def binding(self, focus: Focus, variable: str) -> str:
        """Return the pattern that binds a variable to each of the nodes."""
        if focus.pattern:
            return focus.pattern.format(variable)
        with self._writing:
            if focus not in self._written:
                self._written[focus] = self._write(focus, f"{_FOCUS}:{len(self._written)}")
        return f"GRAPH {_GRAPH} {{ {self._written[focus]} {_GRAPH} {variable} }}"

    def _write(self, focus: Focus, name: str) -> ox.NamedNode:
        """Write the nodes into the store and return the key that they stand under."""
        key = ox.NamedNode(name)
        self._store.bulk_extend(ox.Quad(key, _GRAPH, to_term(node), _GRAPH) for node in focus.nodes)
        return key

    def narrowed(self, focus: Focus, query: str, prefixes: str) -> Focus:
        """Return those of the nodes for which a SPARQL constraint may find something."""
        left = narrowed(focus.nodes, query, prefixes, self._links)
        return Focus(left) if 2 * len(left) < len(focus.nodes) else focus

    def failing(self, focus: Focus, expression: str) -> set[Token]:
        """Return the nodes for which a SPARQL expression on ?value does not hold."""
        broken = f"{self.binding(focus, '?value')} FILTER(!COALESCE({expression}, false))"
        return {str(row[0]) for row in self.select(f"SELECT ?value WHERE {{ {broken} }}")}

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
