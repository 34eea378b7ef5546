"""Turns the expression of a FILTER into a test of rows, as far as it compares variables and terms."""

import operator
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from rdflib import XSD

from pilotline.validation.patterns import alternatives
from pilotline.validation.terms import Token

Row: TypeAlias = tuple[Token, ...]
# True, False, or nothing where it is not certain.
RowTest: TypeAlias = Callable[[Row], bool | None]

_COMPARED = re.compile(r'(\?\w+)(<=|>=|!=|=|<|>)(\?\w+|-?\d+(?:\.\d+)?(?:[eE]-?\d+)?|"[^"\\]*"|<[^<>"]*>)')
_TEXTS_COMPARED = re.compile(r"STR\((\?\w+)\)(<|>|!=|=)STR\((\?\w+)\)")
_CONTAINED = re.compile(r'CONTAINS\(STR\((\?\w+)\),"([^"\\]*)"\)')
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}
_TIME = re.compile(rf'"(\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d)(Z|[+-]\d\d:\d\d)?"\^\^<{XSD}dateTime>')
_NUMBER = re.compile(rf'"([^"]*)"\^\^<{XSD}(?:double|decimal|integer)>')


def row_test(words: list[str], columns: Sequence[str]) -> RowTest | None:
    """Return the test of an expression on rows with those columns, nothing where it says nothing of them."""
    parts = [
        [_comparison(each, columns) for each in alternatives(part, "&")] for part in alternatives(words, "|")
    ]
    if any(not any(part) for part in parts):
        return None
    if len(parts) == 1 and len(parts[0]) == 1:
        return parts[0][0]
    return lambda row: _any([_all([test and test(row) for test in part]) for part in parts])


def names_left(words: list[str]) -> tuple[str, frozenset[Token]] | None:
    """Return a variable with the IRIs that an expression such as `?x IN (<a>, <b>)` leaves it."""
    if len(words) < 5 or words[1].upper() != "IN" or (words[2], words[-1]) != ("(", ")"):
        return None
    names = words[3:-1:2]
    return (words[0], frozenset(names)) if all(name[0] == "<" for name in names) else None


def _any(parts: list[bool | None]) -> bool | None:
    return True if True in parts else None if None in parts else False


def _all(parts: list[bool | None]) -> bool | None:
    return False if False in parts else None if None in parts else True


def _comparison(words: list[str], columns: Sequence[str]) -> RowTest | None:
    if (limited := names_left(words)) and limited[0] in columns:
        at, names = columns.index(limited[0]), limited[1]
        return lambda row: row[at] in names
    text = "".join(words)
    if (part := _CONTAINED.fullmatch(text)) and part[1] in columns:
        within, at = part[2], columns.index(part[1])
        return lambda row: within in row[at] if row[at][0] == "<" else None
    compared: Callable[[Token, str, Token], bool | None] = _compared
    found = _COMPARED.fullmatch(text)
    if not found:
        compared, found = _texts_compared, _TEXTS_COMPARED.fullmatch(text)
    if not found or found[1] not in columns:
        return None
    left, sign, right = columns.index(found[1]), found[2], found[3]
    if not right.startswith("?"):
        return lambda row: compared(row[left], sign, right)
    if right not in columns:
        return None
    other = columns.index(right)
    return lambda row: compared(row[left], sign, row[other])


def _texts_compared(left: Token, sign: str, right: Token) -> bool | None:
    """Compare names; other terms are not certain."""
    return _SIGNS[sign](left[:-1], right[:-1]) if left[0] == right[0] == "<" else None


@lru_cache(maxsize=100_000)
def _compared(left: Token, sign: str, right: Token) -> bool | None:
    if times := _times(left, right):
        return _SIGNS[sign](*times)
    one, other = _number(left), _number(right)
    if one is None or other is None:
        return (left == right) == (sign == "=") if sign in ("=", "!=") and _are_plain(left, right) else None
    if one == other and left != right:
        return None  # too close for binary numbers
    return _SIGNS[sign](one, other)


def _times(left: Token, right: Token) -> tuple[str, str] | None:
    """Return two times in whole seconds that are written alike, nothing for other terms."""
    one, other = _TIME.fullmatch(left), _TIME.fullmatch(right)
    return (one[1], other[1]) if one and other and one[2] == other[2] else None


def _are_plain(left: Token, right: Token) -> bool:
    """Say whether two terms are the same only where they are written so: both IRIs, or both texts."""
    return left[0] == right[0] == "<" or left[-1] == right[-1] == '"'


def _number(token: Token) -> float | None:
    """Return the number that a literal, or a number in a query, is."""
    found = _NUMBER.fullmatch(token)
    if not found and not token[0].isdecimal() and token[0] != "-":
        return None
    try:
        number = float(found[1] if found else token)
    except ValueError:
        return None
    return None if number != number else number  # NaN is less than nothing
