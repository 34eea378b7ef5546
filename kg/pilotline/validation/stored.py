"""Tells what a store makes of literals: it keeps numbers and times by value, so that 4.0 comes back as 4."""

import re
from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import XSD
from rdflib.term import Node

from pilotline.validation.model import UnsupportedError, is_blank
from pilotline.validation.terms import Token, to_pyoxigraph

_XSD = re.escape(str(XSD))
# Literals that surely come back as they are. A double of 15 digits is the shortest text of its value.
_KEPT = re.compile(
    rf"""
    "(-?[1-9]\d{{0,17}}|0)"\^\^<{_XSD}integer>
    |"(?!-0")(?=-?[\d.]{{1,16}}")-?(0|[1-9]\d*)(\.\d*[1-9])?"\^\^<{_XSD}(?:decimal|double)>
    |"\d{{4}}-\d\d-\d\d"\^\^<{_XSD}date>
    |"\d{{4}}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d*[1-9])?(Z|[+-](?!00:00)\d\d:\d\d)?"\^\^<{_XSD}dateTime>
    |"(true|false)"\^\^<{_XSD}boolean>
    |"[^"\\]*"\^\^<(?!{_XSD})[^<>]*>
    """,
    re.VERBOSE | re.ASCII,
)
_NAME = "urn:pilotline:stored:"


def stored_forms(tokens: Iterable[Token]) -> dict[Token, Token]:
    """Return those of the terms that a store gives back otherwise, with what it makes of them."""
    typed = [token for token in tokens if token[0] == '"' and token[-1] == ">" and not _KEPT.fullmatch(token)]
    if not typed:
        return {}
    store, given = ox.Store(), dict(enumerate(typed))
    lines = "".join(f"<{_NAME}{number}> <{_NAME}> {token} .\n" for number, token in given.items())
    store.bulk_load(lines, ox.RdfFormat.N_TRIPLES, lenient=True)
    found = ((given[int(str(quad.subject)[len(_NAME) + 1 : -1])], str(quad.object)) for quad in store)
    return {token: form for token, form in found if token != form}


def stored(nodes: Iterable[Node]) -> frozenset[Token]:
    """Return terms of the shapes as a store gives them back."""
    tokens = [str(to_pyoxigraph(node)) for node in nodes]
    forms = stored_forms(tokens)
    return frozenset(forms.get(token, token) for token in tokens)


def named(nodes: Iterable[Node]) -> frozenset[Token]:
    """Return terms that values are compared with, as the store gives them back.

    Errors: UnsupportedError where one is a blank node.
    """
    terms = list(nodes)
    if any(is_blank(node) for node in terms):
        raise UnsupportedError("a constraint names a blank node")
    return stored(terms)
