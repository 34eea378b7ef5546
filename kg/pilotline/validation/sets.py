"""Finds who breaks a constraint on a set of values: how many, which ones, as those of another property."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from rdflib import SH, URIRef
from rdflib.term import Node

from pilotline.validation.edges import Nodes, among, distinct
from pilotline.validation.filters import sparql_term
from pilotline.validation.focus import Focus, FocusNodes, Pairs
from pilotline.validation.model import Reader, Shape, UnsupportedError
from pilotline.validation.stored import named
from pilotline.validation.terms import split_literal


class Violation(NamedTuple):
    """Who breaks a constraint, as numbers of terms.

    value: nothing where the fault is in the number of values.
    path, component: only where they are not those of the shape and the constraint.
    """

    focus: int
    value: int | None = None
    path: str = ""
    component: str = ""


@dataclass(frozen=True)
class Context:
    """A shape with the focus nodes that it is checked on, and what its path leads to from them."""

    nodes: FocusNodes
    reader: Reader
    shape: Shape
    focus: Focus

    @cached_property
    def pairs(self) -> Pairs:
        """Return the focus nodes with their values."""
        return self.nodes.pairs(self.shape, self.focus)

    @cached_property
    def values(self) -> Focus:
        """Return the values as focus nodes; those of a node shape are the focus nodes themselves."""
        return self.nodes.of(distinct(self.pairs.values)) if self.shape.path else self.focus

    @cached_property
    def counts(self) -> Nodes:
        """Return how many values each focus node has."""
        return self.count(self.pairs)

    def count(self, pairs: Pairs) -> Nodes:
        """Return how many of some pairs each focus node has."""
        return np.bincount(np.searchsorted(self.focus.nodes, pairs.focus), minlength=len(self.focus.nodes))

    def having(self, nodes: Nodes) -> Pairs:
        """Return the pairs whose value is one of the nodes, which are sorted."""
        return self.pairs.where(among(self.pairs.values, nodes))


def set_violations(context: Context, parameter: URIRef, value: Node) -> Iterator[Violation] | None:
    """Return who breaks the constraint, nothing where it is not about a set of values."""
    find = _FINDERS.get(parameter)
    return None if find is None else find(context, value)


def alone(nodes: Nodes, component: str = "") -> Iterator[Violation]:
    """Yield violations that are in the number of values."""
    return (Violation(node, component=component) for node in nodes.tolist())


def paired(pairs: Pairs) -> Iterator[Violation]:
    """Yield violations of focus nodes with their values."""
    return map(Violation, pairs.focus.tolist(), pairs.values.tolist())


def _min_count(context: Context, value: Node) -> Iterator[Violation]:
    return alone(context.focus.nodes[context.counts < int(str(value))])


def _max_count(context: Context, value: Node) -> Iterator[Violation]:
    return alone(context.focus.nodes[context.counts > int(str(value))])


def _has_value(context: Context, value: Node) -> Iterator[Violation]:
    having = context.having(context.focus.links.numbers(named([value])))
    return alone(context.focus.nodes[context.count(having) == 0])


def _class(context: Context, value: Node) -> Iterator[Violation]:
    known = context.nodes.instances(value).nodes
    return paired(context.pairs.where(~among(context.pairs.values, known)))


def _unique_lang(context: Context, value: Node) -> Iterator[Violation]:
    if str(value) != "true":  # the recommendation asks for this very literal, not for 1
        return
    tokens = context.focus.links.tokens
    tagged = Counter(
        (this, kind.lower())
        for this, found in zip(context.pairs.focus.tolist(), context.pairs.values.tolist(), strict=True)
        if tokens[found].startswith('"') and (kind := split_literal(tokens[found])[1]).startswith("@")
    )
    yield from (Violation(this) for (this, _), number in tagged.items() if number > 1)


def _equals(context: Context, value: Node) -> Iterator[Violation]:
    own, others = context.pairs, context.nodes.linked(value, context.focus)
    yield from paired(own.where(~among(own.keys(), distinct(others.keys()))))
    yield from paired(others.where(~among(others.keys(), distinct(own.keys()))))


def _disjoint(context: Context, value: Node) -> Iterator[Violation]:
    others = context.nodes.linked(value, context.focus)
    return paired(context.pairs.where(among(context.pairs.keys(), distinct(others.keys()))))


def _less(operator: str) -> Callable[[Context, Node], Iterator[Violation]]:
    def find(context: Context, value: Node) -> Iterator[Violation]:
        """One for each pair that is not in order."""
        others = distinct(context.nodes.linked(value, context.focus).focus)
        both = context.nodes.of(others[among(others, distinct(context.pairs.focus))])
        if not len(both.nodes):
            return
        pattern = f"{context.nodes.reached(context.shape, both)} ?this {sparql_term(value)} ?other"
        broken = f"FILTER(!COALESCE(?value {operator} ?other, false))"
        query = f"SELECT DISTINCT ?this ?value ?other WHERE {{ {pattern} {broken} }}"
        for this, found, _ in context.nodes.select(query, both):
            yield Violation(context.nodes.number(str(this)), context.nodes.number(str(found)))

    return find


def _closed(context: Context, value: Node) -> Iterator[Violation]:
    if str(value) not in ("true", "1"):
        return
    if context.shape.path:
        raise UnsupportedError("a closed property shape is not compiled")
    links, allowed = context.focus.links, {sparql_term(node) for node in _allowed(context)}
    for predicate in links.predicates:
        if predicate not in allowed:
            found = context.nodes.linked(URIRef(predicate[1:-1]), context.focus)
            yield from (each._replace(path=predicate) for each in paired(found))


def _allowed(context: Context) -> list[Node]:
    graph, shape = context.reader.graph, context.shape
    paths = [graph.value(node, SH.path) for node in shape.properties]
    ignored = graph.value(shape.node, SH.ignoredProperties)
    listed = [] if ignored is None else context.reader.items(ignored)
    return [path for path in paths if isinstance(path, URIRef)] + listed


_FINDERS: dict[URIRef, Callable[[Context, Node], Iterator[Violation]]] = {
    SH.minCount: _min_count,
    SH.maxCount: _max_count,
    SH.hasValue: _has_value,
    SH["class"]: _class,
    SH.uniqueLang: _unique_lang,
    SH.equals: _equals,
    SH.disjoint: _disjoint,
    SH.lessThan: _less("<"),
    SH.lessThanOrEquals: _less("<="),
    SH.closed: _closed,
}
