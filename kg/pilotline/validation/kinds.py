"""Tells which terms conform to a constraint on what they are: their kind, their datatype, one of a list."""

import re
from collections.abc import Callable
from typing import TypeAlias

from rdflib import RDF, RDFS, SH, XSD
from rdflib.term import Node

from pilotline.validation.model import Constraint, Reader, UnsupportedError
from pilotline.validation.stored import named
from pilotline.validation.terms import Token, datatype_of, split_literal, to_pyoxigraph

Test: TypeAlias = Callable[[Token], bool]

# How a term of each kind begins in N-Triples.
_KINDS = {
    SH.IRI: ("<",),
    SH.BlankNode: ("_:",),
    SH.Literal: ('"',),
    SH.BlankNodeOrIRI: ("_:", "<"),
    SH.BlankNodeOrLiteral: ("_:", '"'),
    SH.IRIOrLiteral: ("<", '"'),
}
_FLOATING = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN", re.ASCII)
# What a number looks like, by datatype (XML Schema 1.1, part 2, section 3.3).
_NUMBERS = {
    XSD.integer: re.compile(r"[+-]?\d+", re.ASCII),
    XSD.decimal: re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII),
    XSD.double: _FLOATING,
    XSD.float: _FLOATING,
}
_ANY_TEXT = frozenset((XSD.string, RDF.langString))


def kind_test(constraint: Constraint, reader: Reader) -> Test | None:
    """Return the test of one value, nothing where the constraint is about something else.

    Values are as the store gives them.
    """
    if constraint.parameter == SH.nodeKind:
        return _node_kind(constraint.value)
    if constraint.parameter == SH.datatype:
        return _datatype(constraint.value)
    if constraint.parameter == SH["in"]:
        return named(reader.items(constraint.value)).__contains__
    return None


def _node_kind(kind: Node) -> Test:
    if kind not in _KINDS:
        raise UnsupportedError(f"{kind} is no node kind")
    beginnings = _KINDS[kind]  # type: ignore[index]
    return lambda value: value.startswith(beginnings)


def _datatype(datatype: Node) -> Test | None:
    """Return the test, nothing where only the store can tell whether a text is such a value."""
    wanted = str(to_pyoxigraph(datatype))
    if datatype == RDFS.Literal:
        return lambda value: value.startswith('"')
    if number := _NUMBERS.get(datatype):  # type: ignore[call-overload]
        return lambda value: (
            datatype_of(value) == wanted and number.fullmatch(split_literal(value)[0]) is not None
        )
    if datatype in _ANY_TEXT or not str(datatype).startswith(str(XSD)):
        return lambda value: datatype_of(value) == wanted
    return None
