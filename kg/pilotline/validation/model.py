"""Reads shapes from their graph into values that the compiler can walk."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox
from rdflib import RDF, RDFS, SH, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from pilotline.validation.paths import PathError, Step, may_stay, sparql_path, steps
from pilotline.validation.terms import Term, to_pyoxigraph

TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)

# Parameters of constraint components; the component of each is its name in upper case.
PARAMETERS = (
    SH["class"], SH.datatype, SH.nodeKind, SH.minCount, SH.maxCount, SH.minExclusive, SH.minInclusive,
    SH.maxExclusive, SH.maxInclusive, SH.minLength, SH.maxLength, SH.pattern, SH.languageIn, SH.uniqueLang,
    SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals, SH["not"], SH["and"], SH["or"], SH.xone,
    SH.node, SH.qualifiedValueShape, SH.closed, SH.hasValue, SH["in"],
)  # fmt: skip
_COMPANIONS = (
    SH.flags, SH.ignoredProperties, SH.qualifiedMinCount, SH.qualifiedMaxCount,
    SH.qualifiedValueShapesDisjoint, SH.path, SH.property, SH.sparql, SH.severity, SH.message,
    SH.deactivated, SH.name, SH.description, SH.order, SH.group, SH.defaultValue, SH.target, SH.rule,
)  # fmt: skip
_KNOWN = frozenset((*TARGETS, *PARAMETERS, *_COMPANIONS))


class UnsupportedError(Exception):
    """A shape that uses what the compiler does not know; the reference engine takes it."""


@dataclass(frozen=True)
class Constraint:
    """One constraint of a shape: a parameter with its value."""

    parameter: URIRef
    value: Node

    @property
    def component(self) -> str:
        """Return the IRI of the constraint component."""
        name = self.parameter.removeprefix(str(SH))
        return f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent"


@dataclass(frozen=True)
class Shape:
    """A node shape or, with a path, a property shape.

    path: in SPARQL; steps: those of which it takes one, empty where it may take another number of them.
    distinct: the path may reach a value in several ways; stays: also in no step at all.
    properties: its property shapes, by node; queries: its SPARQL constraints, by node.
    """

    node: Node
    path: str
    steps: tuple[Step, ...]
    distinct: bool
    stays: bool
    severity: str
    messages: tuple[ox.Literal, ...]
    constraints: tuple[Constraint, ...] = field(repr=False)
    properties: tuple[Node, ...] = field(repr=False)
    queries: tuple[Node, ...] = field(repr=False)

    @property
    def term(self) -> Term:
        """Return the node as results name it."""
        return to_pyoxigraph(self.node)


class Reader:
    """Reads shapes from a graph, each once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._shapes: dict[Node, Shape] = {}
        self._own_parameters = frozenset(
            path
            for parameter in graph.objects(None, SH.parameter)
            for path in graph.objects(parameter, SH.path)
        )

    def targeted(self) -> list[Node]:
        """Return the shapes with targets of their own, in a stable order."""
        found = {shape for target in TARGETS for shape in self.graph.subjects(target, None)}
        return sorted(found | set(self._class_shapes()), key=str)

    def shape(self, node: Node) -> Shape | None:
        """Return a shape, nothing where it is deactivated.

        Errors: UnsupportedError.
        """
        if self._is_true(node, SH.deactivated):
            return None
        if node not in self._shapes:
            self._shapes[node] = self._read(node)
        return self._shapes[node]

    def items(self, head: Node) -> list[Node]:
        """Return the items of a list."""
        return list(Collection(self.graph, head))

    def implies_class(self, node: Node) -> bool:
        """Say whether a shape is a class too, whose instances are its targets."""
        return node in set(self._class_shapes())

    def _class_shapes(self) -> Iterator[Node]:
        kinds = {RDFS.Class, *self.graph.subjects(RDFS.subClassOf, RDFS.Class)}
        for kind in kinds:
            for node in self.graph.subjects(RDF.type, kind):
                if self._is_shape(node):
                    yield node

    def _is_shape(self, node: Node) -> bool:
        kinds = set(self.graph.objects(node, RDF.type))
        return bool(kinds & {SH.NodeShape, SH.PropertyShape}) or any(
            (node, parameter, None) in self.graph for parameter in (*PARAMETERS, SH.property, SH.sparql)
        )

    def _read(self, node: Node) -> Shape:
        self._refuse_unknown(node)
        path = self.graph.value(node, SH.path)
        severity = self.graph.value(node, SH.severity) or SH.Violation
        return Shape(
            node=node,
            path="" if path is None else self._path(path),
            steps=() if path is None else steps(self.graph, path),
            distinct=path is not None and not isinstance(path, URIRef),
            stays=path is not None and may_stay(self.graph, path),
            severity=str(severity),
            messages=self.messages(node),
            constraints=tuple(self._constraints(node)),
            properties=tuple(sorted(self.graph.objects(node, SH.property), key=str)),
            queries=tuple(sorted(self.graph.objects(node, SH.sparql), key=str)),
        )

    def messages(self, node: Node) -> tuple[ox.Literal, ...]:
        """Return what a shape or a SPARQL constraint says, ordered by language."""
        texts = [text for text in self.graph.objects(node, SH.message) if isinstance(text, Literal)]
        texts.sort(key=lambda text: (text.language or "", str(text)))
        return tuple(
            ox.Literal(str(text), language=text.language) if text.language else ox.Literal(str(text))
            for text in texts
        )

    def _path(self, node: Node) -> str:
        try:
            return sparql_path(self.graph, node)
        except (PathError, RecursionError) as error:
            raise UnsupportedError(f"the path of a shape cannot be read: {error}") from error

    def _refuse_unknown(self, node: Node) -> None:
        for predicate in self.graph.predicates(node):
            foreign = predicate in self._own_parameters
            if foreign or (str(predicate).startswith(str(SH)) and predicate not in _KNOWN):
                raise UnsupportedError(f"{predicate} is not compiled")

    def _constraints(self, node: Node) -> Iterator[Constraint]:
        for parameter in PARAMETERS:
            for value in sorted(self.graph.objects(node, parameter), key=str):
                yield Constraint(parameter, value)

    def number(self, node: Node, parameter: URIRef) -> int | None:
        """Return a whole number that a shape gives, such as its sh:qualifiedMinCount."""
        value = self.graph.value(node, parameter)
        return None if value is None else int(str(value))

    def is_true(self, node: Node, parameter: URIRef) -> bool:
        """Say whether a shape has `true` for a parameter."""
        return self._is_true(node, parameter)

    def _is_true(self, node: Node, parameter: URIRef) -> bool:
        return any(
            isinstance(value, Literal) and str(value) in ("true", "1")
            for value in self.graph.objects(node, parameter)
        )


def is_blank(node: Node) -> bool:
    """Say whether a node has no name, so that no query can name it."""
    return isinstance(node, BNode)
