"""Turns constraints on single values into SPARQL expressions that hold for the values that conform."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from rdflib import SH, XSD, URIRef
from rdflib.term import Node

from pilotline.validation.model import Constraint, Reader, Shape, UnsupportedError, is_blank
from pilotline.validation.terms import to_pyoxigraph

_ORDER = {
    SH.minInclusive: ">=",
    SH.minExclusive: ">",
    SH.maxInclusive: "<=",
    SH.maxExclusive: "<",
}
_CAST = frozenset((XSD.boolean, XSD.dateTime, XSD.date, XSD.time))


class Given(NamedTuple):
    """A constraint, with the shape that it stands in."""

    shape: Shape
    value: Node
    reader: Reader


def value_filter(shape: Shape, constraint: Constraint, reader: Reader) -> str | None:
    """Return the expression on ?value, nothing where the constraint is not about single values."""
    if constraint.parameter in _ORDER:
        return _compared(_ORDER[constraint.parameter], constraint.value)
    make = _FILTERS.get(constraint.parameter)
    return make(Given(shape, constraint.value, reader)) if make else None


def sparql_term(node: Node) -> str:
    """Return a term of the shapes as SPARQL."""
    if is_blank(node):
        raise UnsupportedError("a constraint names a blank node")
    return str(to_pyoxigraph(node))


def any_of(expressions: Iterable[str]) -> str:
    """Return an expression that holds where one of them does."""
    return "(" + (" || ".join(expressions) or "false") + ")"


def _compared(operator: str, bound: Node) -> str:
    return f"?value {operator} {sparql_term(bound)}"


def _datatype(given: Given) -> str:
    same = f"datatype(?value) = {sparql_term(given.value)}"
    if given.value in _CAST:
        return f"{same} && BOUND(?value) && COALESCE({sparql_term(given.value)}(STR(?value)) = ?value, false)"
    raise UnsupportedError(f"the store cannot tell {given.value} from its relatives")


def _length(operator: str) -> Callable[[Given], str]:
    def expression(given: Given) -> str:
        return f"!isBlank(?value) && STRLEN(STR(?value)) {operator} {int(str(given.value))}"

    return expression


def _pattern(given: Given) -> str:
    flags = given.reader.graph.value(given.shape.node, SH.flags)
    arguments = [sparql_term(given.value)] + ([sparql_term(flags)] if flags is not None else [])
    return f"!isBlank(?value) && REGEX(STR(?value), {', '.join(arguments)})"


def _language_in(given: Given) -> str:
    ranges = [f"langMatches(lang(?value), {sparql_term(item)})" for item in given.reader.items(given.value)]
    return f"isLiteral(?value) && {any_of(ranges)}"


_FILTERS: dict[URIRef, Callable[[Given], str]] = {
    SH.datatype: _datatype,
    SH.minLength: _length(">="),
    SH.maxLength: _length("<="),
    SH.pattern: _pattern,
    SH.languageIn: _language_in,
}
