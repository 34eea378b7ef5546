"""Finds who breaks a constraint on a set of values: how many, which ones, as those of another property."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import pyoxigraph as ox
from rdflib import SH, URIRef
from rdflib.term import Node

from pilotline.validation.filters import sparql_term
from pilotline.validation.focus import Focus, FocusNodes
from pilotline.validation.model import Reader, Shape, UnsupportedError
from pilotline.validation.terms import Term


class Violation(NamedTuple):
    """Who breaks a constraint.

    value: nothing where the fault is in the number of values.
    path, component: only where they are not those of the shape and the constraint.
    """

    focus: Term
    value: Term | None = None
    path: str = ""
    component: str = ""


class Context(NamedTuple):
    """What a constraint is checked on."""

    nodes: FocusNodes
    reader: Reader
    shape: Shape
    focus: Focus


def set_violations(context: Context, parameter: URIRef, value: Node) -> Iterator[Violation] | None:
    """Return who breaks the constraint, nothing where it is not about a set of values."""
    find = _FINDERS.get(parameter)
    return None if find is None else find(context, value)


def _min_count(context: Context, value: Node) -> Iterator[Violation]:
    wanted = int(str(value))
    if wanted == 1 and not context.shape.distinct:
        missing = f"{context.focus.pattern} FILTER NOT EXISTS {{ ?this {context.shape.path} ?value }}"
        yield from map(Violation, context.nodes.nodes(f"SELECT ?this WHERE {{ {missing} }}"))
        return
    counts = _counts(context)
    yield from (Violation(this) for this in context.nodes.members(context.focus) if counts[this] < wanted)


def _max_count(context: Context, value: Node) -> Iterator[Violation]:
    most = int(str(value))
    yield from (Violation(this) for this, number in _counts(context, most).items() if number > most)


def _counts(context: Context, more_than: int = 0) -> Counter[Term]:
    """Return how many values each focus node has, of those that have more than a number."""
    pattern = context.focus.values(context.shape)
    having = f"HAVING (COUNT(DISTINCT ?value) > {more_than})"
    query = f"SELECT ?this (COUNT(DISTINCT ?value) AS ?n) WHERE {{ {pattern} }} GROUP BY ?this {having}"
    counts: Counter[Term] = Counter()
    for this, number in context.nodes.select(query):
        if isinstance(number, ox.Literal) and isinstance(this, ox.NamedNode | ox.BlankNode | ox.Literal):
            counts[this] = int(number.value)
    return counts


def _has_value(context: Context, value: Node) -> Iterator[Violation]:
    same = f"FILTER(sameTerm(?value, {sparql_term(value)}))"
    having = {this for this, _ in context.nodes.pairs(context.shape, context.focus, same)}
    yield from map(Violation, context.nodes.members(context.focus) - having)


def _class(context: Context, value: Node) -> Iterator[Violation]:
    known = context.nodes.instances(value).binding("?value")
    pairs = context.nodes.pairs(context.shape, context.focus, f"FILTER NOT EXISTS {{ {known} }}")
    yield from (Violation(this, found) for this, found in pairs)


def _unique_lang(context: Context, value: Node) -> Iterator[Violation]:
    if str(value) != "true":  # the recommendation asks for this very literal, not for 1
        return
    tagged = Counter(
        (this, found.language.lower())
        for this, found in context.nodes.pairs(context.shape, context.focus)
        if isinstance(found, ox.Literal) and found.language
    )
    yield from (Violation(this) for (this, _), number in tagged.items() if number > 1)


def _equals(context: Context, value: Node) -> Iterator[Violation]:
    own, others = _own_and_others(context, value)
    for this in context.nodes.members(context.focus):
        yield from (Violation(this, odd) for odd in own[this] ^ others[this])


def _disjoint(context: Context, value: Node) -> Iterator[Violation]:
    own, others = _own_and_others(context, value)
    for this, values in own.items():
        yield from (Violation(this, shared) for shared in values & others[this])


def _own_and_others(context: Context, other: Node) -> tuple[dict[Term, set[Term]], dict[Term, set[Term]]]:
    pattern = f"?this {sparql_term(other)} ?other"
    query = f"SELECT ?this ?other WHERE {{ {context.focus.pattern} {pattern} }}"
    others = [(this, value) for this, value in context.nodes.select(query)]
    return _by_focus(context.nodes.pairs(context.shape, context.focus)), _by_focus(others)


def _by_focus(pairs: Iterable[tuple[Term, Term]]) -> dict[Term, set[Term]]:
    found: dict[Term, set[Term]] = defaultdict(set)
    for this, value in pairs:
        found[this].add(value)
    return found


def _less(operator: str) -> Callable[[Context, Node], Iterator[Violation]]:
    def find(context: Context, value: Node) -> Iterator[Violation]:
        """One for each pair that is not in order."""
        pattern = f"{context.focus.values(context.shape)} ?this {sparql_term(value)} ?other"
        broken = f"FILTER(!COALESCE(?value {operator} ?other, false))"
        where = f"{pattern} {broken}"
        for this, found, _ in context.nodes.select(
            f"SELECT DISTINCT ?this ?value ?other WHERE {{ {where} }}"
        ):
            yield Violation(this, found)

    return find


def _closed(context: Context, value: Node) -> Iterator[Violation]:
    if str(value) not in ("true", "1"):
        return
    if context.shape.path:
        raise UnsupportedError("a closed property shape is not compiled")
    allowed = ", ".join(sparql_term(node) for node in _allowed(context))
    narrowed = f"FILTER(?path NOT IN ({allowed}))" if allowed else ""
    where = f"{context.focus.pattern} ?this ?path ?value {narrowed}"
    for this, found, path in context.nodes.select(f"SELECT ?this ?value ?path WHERE {{ {where} }}"):
        yield Violation(this, found, str(path))


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
