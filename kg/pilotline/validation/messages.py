"""Makes the message of a result: the shape's own with the values filled in, or a plain one."""

import re
from collections.abc import Iterable, Mapping

import pyoxigraph as ox
from rdflib import SH, URIRef
from rdflib.term import Node

_VARIABLE = re.compile(r"\{[?$](\w+)\}")
_PLAIN = {
    SH["class"]: "is not of the class {}",
    SH.datatype: "is not of the datatype {}",
    SH.nodeKind: "is not of the kind {}",
    SH.minCount: "has fewer values than {}",
    SH.maxCount: "has more values than {}",
    SH.minExclusive: "is not above {}",
    SH.minInclusive: "is below {}",
    SH.maxExclusive: "is not below {}",
    SH.maxInclusive: "is above {}",
    SH.minLength: "has fewer characters than {}",
    SH.maxLength: "has more characters than {}",
    SH.pattern: "does not match {}",
    SH.uniqueLang: "says the same in one language twice",
    SH.equals: "differs from {}",
    SH.disjoint: "has a value in common with {}",
    SH.lessThan: "is not less than {}",
    SH.lessThanOrEquals: "is more than {}",
    SH.node: "does not conform to {}",
    SH["not"]: "conforms to what it must not",
    SH.closed: "has a property that is not allowed",
    SH.hasValue: "does not have the value {}",
    SH["in"]: "is none of the allowed values",
}


def plain_message(parameter: URIRef, value: Node) -> ox.Literal:
    """Return what to say where the shape says nothing."""
    text = _PLAIN.get(parameter, "does not conform").format(value)
    return ox.Literal(text, language="en")


def filled(templates: Iterable[ox.Literal], values: Mapping[str, object]) -> tuple[ox.Literal, ...]:
    """Return messages with the values of a solution in place of {?name}; an unbound name stays."""

    def fill(match: re.Match[str]) -> str:
        value = values.get(match[1])
        return match[0] if value is None else str(getattr(value, "value", value))

    return tuple(_with_text(template, _VARIABLE.sub(fill, template.value)) for template in templates)


def _with_text(template: ox.Literal, text: str) -> ox.Literal:
    return ox.Literal(text, language=template.language) if template.language else ox.Literal(text)
