"""Finds who breaks a constraint on a set of values: how many, which ones, as those of another property."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from rdflib import SH, URIRef
from rdflib.term import Node

from pilotline.validation.filters import sparql_term
from pilotline.validation.focus import Focus, FocusNodes
from pilotline.validation.kinds import named
from pilotline.validation.model import Reader, Shape, UnsupportedError
from pilotline.validation.terms import Token, split_literal


class Violation(NamedTuple):
    """Who breaks a constraint.

    value: nothing where the fault is in the number of values.
    path, component: only where they are not those of the shape and the constraint.
    """

    focus: Token
    value: Token | None = None
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
    def pairs(self) -> list[tuple[Token, Token]]:
        """Return the focus nodes with their values."""
        return self.nodes.pairs(self.shape, self.focus)

    @cached_property
    def values(self) -> Focus:
        """Return the values as focus nodes; those of a node shape are the focus nodes themselves."""
        return Focus({value for _, value in self.pairs}) if self.shape.path else self.focus

    @cached_property
    def counts(self) -> Counter[Token]:
        """Return how many values each focus node has."""
        return Counter(this for this, _ in self.pairs)


def set_violations(context: Context, parameter: URIRef, value: Node) -> Iterator[Violation] | None:
    """Return who breaks the constraint, nothing where it is not about a set of values."""
    find = _FINDERS.get(parameter)
    return None if find is None else find(context, value)


def _min_count(context: Context, value: Node) -> Iterator[Violation]:
    least, counts = int(str(value)), context.counts
    yield from (Violation(this) for this in context.focus.nodes if counts[this] < least)


def _max_count(context: Context, value: Node) -> Iterator[Violation]:
    most = int(str(value))
    yield from (Violation(this) for this, number in context.counts.items() if number > most)


def _has_value(context: Context, value: Node) -> Iterator[Violation]:
    wanted = named([value])
    having = {this for this, found in context.pairs if found in wanted}
    yield from map(Violation, context.focus.nodes - having)


def _class(context: Context, value: Node) -> Iterator[Violation]:
    known = context.nodes.instances(value).nodes
    yield from (Violation(this, found) for this, found in context.pairs if found not in known)


def _unique_lang(context: Context, value: Node) -> Iterator[Violation]:
    if str(value) != "true":  # the recommendation asks for this very literal, not for 1
        return
    tagged = Counter(
        (this, kind.lower())
        for this, found in context.pairs
        if found.startswith('"') and (kind := split_literal(found)[1]).startswith("@")
    )
    yield from (Violation(this) for (this, _), number in tagged.items() if number > 1)


def _equals(context: Context, value: Node) -> Iterator[Violation]:
    own, others = _own_and_others(context, value)
    for this in context.focus.nodes:
        yield from (Violation(this, odd) for odd in own[this] ^ others[this])


def _disjoint(context: Context, value: Node) -> Iterator[Violation]:
    own, others = _own_and_others(context, value)
    for this, values in own.items():
        yield from (Violation(this, shared) for shared in values & others[this])


def _own_and_others(context: Context, other: Node) -> tuple[dict[Token, set[Token]], dict[Token, set[Token]]]:
    return _by_focus(context.pairs), _by_focus(context.nodes.linked(other, context.focus))


def _by_focus(pairs: Iterable[tuple[Token, Token]]) -> dict[Token, set[Token]]:
    found: dict[Token, set[Token]] = defaultdict(set)
    for this, value in pairs:
        found[this].add(value)
    return found


def _less(operator: str) -> Callable[[Context, Node], Iterator[Violation]]:
    def find(context: Context, value: Node) -> Iterator[Violation]:
        """One for each pair that is not in order."""
        both = Focus(context.counts.keys() & {this for this, _ in context.nodes.linked(value, context.focus)})
        if not both.nodes:
            return
        pattern = f"{context.nodes.reached(context.shape, both)} ?this {sparql_term(value)} ?other"
        broken = f"FILTER(!COALESCE(?value {operator} ?other, false))"
        query = f"SELECT DISTINCT ?this ?value ?other WHERE {{ {pattern} {broken} }}"
        for this, found, _ in context.nodes.select(query):
            yield Violation(str(this), str(found))

    return find


def _closed(context: Context, value: Node) -> Iterator[Violation]:
    if str(value) not in ("true", "1"):
        return
    if context.shape.path:
        raise UnsupportedError("a closed property shape is not compiled")
    allowed = ", ".join(sparql_term(node) for node in _allowed(context))
    narrowed = f"FILTER(?path NOT IN ({allowed}))" if allowed else ""
    where = f"{context.nodes.binding(context.focus, '?this')} ?this ?path ?value {narrowed}"
    for this, found, path in context.nodes.select(f"SELECT ?this ?value ?path WHERE {{ {where} }}"):
        yield Violation(str(this), str(found), str(path))


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
