"""Validates a store with shapes compiled to SPARQL: one query for each constraint, over all focus nodes.

Shapes in shapes (sh:node, sh:not, …) are evaluated as sets too: which values fail, then who has such a value.
"""

import operator
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import repeat

import numpy as np
import pyoxigraph as ox
from rdflib import SH, URIRef
from rdflib.term import Node

from pilotline.validation.edges import Marks, Nodes, among, distinct
from pilotline.validation.filters import sparql_term, value_filter
from pilotline.validation.focus import Focus, FocusNodes
from pilotline.validation.kinds import kind_test
from pilotline.validation.messages import filled, plain_message
from pilotline.validation.model import Constraint, Reader, Shape, UnsupportedError
from pilotline.validation.results import Result
from pilotline.validation.scope import Scope
from pilotline.validation.select import prefix_lines, select_over
from pilotline.validation.sets import Context, Violation, alone, paired, set_violations
from pilotline.validation.terms import Token, to_term

_SPARQL = str(SH.SPARQLConstraintComponent)
_LISTS = (SH["and"], SH["or"], SH.xone)
# By how many of the shapes each value conforms to, and how many there are.
_HOLDS: dict[URIRef, Callable[[Nodes, int], Marks]] = {
    SH.node: operator.eq,
    SH["not"]: lambda conforming, _: conforming == 0,
    SH["and"]: operator.eq,
    SH["or"]: lambda conforming, _: conforming > 0,
    SH.xone: lambda conforming, _: conforming == 1,
}


class Compiled:
    """Validates what is in scope."""

    def __init__(self, scope: Scope, reader: Reader) -> None:
        self._nodes = FocusNodes(scope, reader)
        self._reader = reader

    def validate(self, node: Node) -> list[Result]:
        """Return the results of one shape on its own targets.

        Errors: UnsupportedError where the reference engine is needed.
        """
        shape = self._reader.shape(node)
        if shape is None:
            return []
        focus = self._nodes.targets(self._reader, node)
        return list(self._results(shape, focus, lambda _: 1, ()))

    def _results(
        self, shape: Shape, focus: Focus, times: Callable[[int], int], above: tuple[Node, ...]
    ) -> Iterator[Result]:
        """Yield the results of a shape.

        times: how often each focus node was reached, and so how often its results are given.
        """
        above, context = _deeper(shape, above), Context(self._nodes, self._reader, shape, focus)
        for constraint in shape.constraints:
            for violation in self._violations(context, constraint, above):
                result = _result(shape, constraint, violation, focus.links.tokens)
                yield from repeat(result, times(violation.focus))
        for query in shape.queries:
            for result in self._query_results(shape, query, focus):
                yield from repeat(result, times(self._nodes.number(str(result.focus))))
        for child in self._children(shape):
            reached = _reached(context, times) if shape.path else times
            yield from self._results(child, context.values, reached, above)

    def _failing(self, shape: Shape, focus: Focus, above: tuple[Node, ...]) -> Nodes:
        """Return the focus nodes that do not conform to a shape."""
        above, context = _deeper(shape, above), Context(self._nodes, self._reader, shape, focus)
        found = list[int]()
        for constraint in shape.constraints:
            found += (violation.focus for violation in self._violations(context, constraint, above))
        for query in shape.queries:
            results = self._query_results(shape, query, focus)
            found += (self._nodes.number(str(result.focus)) for result in results)
        below = [
            context.having(self._failing(child, context.values, above)).focus
            for child in self._children(shape)
        ]
        return distinct(np.concatenate([np.array(found, dtype=np.int64), *below]))

    def _children(self, shape: Shape) -> Iterator[Shape]:
        return (child for node in shape.properties if (child := self._reader.shape(node)))

    def _violations(
        self, context: Context, constraint: Constraint, above: tuple[Node, ...]
    ) -> Iterator[Violation]:
        failing = self._failing_values(context, constraint)
        if failing is not None:
            return paired(context.having(failing))
        found = set_violations(context, constraint.parameter, constraint.value)
        if found is not None:
            return found
        if constraint.parameter == SH.qualifiedValueShape:
            return self._qualified(context, constraint.value, above)
        return self._logical(context, constraint, above)

    def _failing_values(self, context: Context, constraint: Constraint) -> Nodes | None:
        """Return the values that break the constraint, nothing where it is not on single values."""
        values = context.values
        if test := kind_test(constraint, self._reader):
            return values.nodes[[not test(token) for token in values.tokens]]
        expression = value_filter(context.shape, constraint, self._reader)
        if expression is None:
            return None
        if constraint.parameter == SH.pattern:
            _refuse_foreign_regex(constraint)
        return self._nodes.failing(values, expression)

    def _logical(
        self, context: Context, constraint: Constraint, above: tuple[Node, ...]
    ) -> Iterator[Violation]:
        holds, several = _HOLDS[constraint.parameter], constraint.parameter in _LISTS
        nodes = self._reader.items(constraint.value) if several else [constraint.value]
        values = context.pairs.values
        conforming = np.zeros(len(values), dtype=np.int64)
        for node in nodes:
            conforming += ~among(values, self._failing_node(node, context.values, above))
        return paired(context.pairs.where(~holds(conforming, len(nodes))))

    def _failing_node(self, node: Node, focus: Focus, above: tuple[Node, ...]) -> Nodes:
        shape = self._reader.shape(node)
        return focus.nodes[:0] if shape is None else self._failing(shape, focus, above)

    def _qualified(self, context: Context, value: Node, above: tuple[Node, ...]) -> Iterator[Violation]:
        """Yield who has too few or too many values that conform to the shape and to none of its siblings."""
        shape, values = context.shape, context.pairs.values
        if not shape.path:
            return
        counted = ~among(values, self._failing_node(value, context.values, above))
        for node in self._siblings(shape, value):
            counted &= among(values, self._failing_node(node, context.values, above))
        counts = context.count(context.pairs.where(counted))
        least = self._reader.number(shape.node, SH.qualifiedMinCount)
        most = self._reader.number(shape.node, SH.qualifiedMaxCount)
        if least is not None:
            few = context.focus.nodes[counts < least]
            yield from alone(few, str(SH.QualifiedMinCountConstraintComponent))
        if most is not None:
            many = context.focus.nodes[counts > most]
            yield from alone(many, str(SH.QualifiedMaxCountConstraintComponent))

    def _siblings(self, shape: Shape, value: Node) -> list[Node]:
        if not self._reader.is_true(shape.node, SH.qualifiedValueShapesDisjoint):
            return []
        graph = self._reader.graph
        near = {
            sibling
            for parent in graph.subjects(SH.property, shape.node)
            for other in graph.objects(parent, SH.property)
            for sibling in graph.objects(other, SH.qualifiedValueShape)
        }
        return sorted(near - {value}, key=str)

    def _query_results(self, shape: Shape, query: Node, focus: Focus) -> Iterator[Result]:
        if self._reader.is_true(query, SH.deactivated):
            return
        select = self._reader.graph.value(query, SH.select)
        if select is None:
            raise UnsupportedError("a SPARQL constraint has no SELECT query")
        prefixes = prefix_lines(self._reader.graph, query)
        left = self._nodes.narrowed(focus, str(select), prefixes)
        query_over = select_over(str(select), self._nodes.binding(left, "?this"), prefixes, shape.path)
        solutions = self._nodes.select(query_over, left)
        names = [variable.value for variable in solutions.variables]
        texts = (*shape.messages, *self._reader.messages(query))
        for solution in solutions:
            yield _query_result(shape, dict(zip(names, solution, strict=True)), texts)


def _deeper(shape: Shape, above: tuple[Node, ...]) -> tuple[Node, ...]:
    if shape.node in above:
        raise UnsupportedError("a shape that uses itself is not compiled")
    return (*above, shape.node)


def _reached(context: Context, times: Callable[[int], int]) -> Callable[[int], int]:
    """Return how often the values of a shape are reached; that is only asked of those that break a rule."""

    @cache
    def counts() -> Counter[int]:
        found = Counter[int]()
        for this, value in zip(context.pairs.focus.tolist(), context.pairs.values.tolist(), strict=True):
            found[value] += times(this)
        return found

    return lambda node: counts()[node]


def _refuse_foreign_regex(constraint: Constraint) -> None:
    """A regular expression that the store does not know (one that looks ahead) would match nothing."""
    pattern = sparql_term(constraint.value)
    if not ox.Store().query(f"ASK {{ BIND(REGEX('', {pattern}) AS ?known) FILTER(BOUND(?known)) }}"):
        raise UnsupportedError(f"the store does not know the regular expression {constraint.value}")


def _result(shape: Shape, constraint: Constraint, violation: Violation, tokens: Sequence[Token]) -> Result:
    return Result(
        shape=shape.term,
        focus=to_term(tokens[violation.focus]),
        severity_iri=shape.severity,
        component=violation.component or constraint.component,
        path=violation.path or shape.path,
        value=None if violation.value is None else to_term(tokens[violation.value]),
        messages=shape.messages or (plain_message(constraint.parameter, constraint.value),),
    )


def _query_result(shape: Shape, row: dict[str, object], texts: tuple[ox.Literal, ...]) -> Result:
    this, value, path = row.get("this"), row.get("value"), row.get("path")
    if not isinstance(this, ox.NamedNode | ox.BlankNode | ox.Literal):
        raise UnsupportedError("a SPARQL constraint does not select $this")
    if value is None and not shape.path:
        value = this
    return Result(
        shape=shape.term,
        focus=this,
        severity_iri=shape.severity,
        component=_SPARQL,
        path=shape.path if path is None else str(path),
        value=value if isinstance(value, ox.NamedNode | ox.BlankNode | ox.Literal) else None,
        messages=filled(texts, row),
    )
