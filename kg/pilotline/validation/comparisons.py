"""Turns the expression of a FILTER into a test of columns, as far as it compares variables and terms."""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pilotline.validation.edges import Marks, Nodes, among
from pilotline.validation.links import Links
from pilotline.validation.literals import Known, Literals
from pilotline.validation.patterns import alternatives
from pilotline.validation.terms import Token

# For each row whether it fits, may fit or does not.
Verdicts: TypeAlias = NDArray[np.int8]
FITS, MAY_FIT, DOES_NOT = 2, 1, 0

_COMPARED = re.compile(r'(\?\w+)(<=|>=|!=|=|<|>)(\?\w+|-?\d+(?:\.\d+)?(?:[eE]-?\d+)?|"[^"\\]*"|<[^<>"]*>)')
_TEXTS_COMPARED = re.compile(r"STR\((\?\w+)\)(<|>|!=|=)STR\((\?\w+)\)")
_CONTAINED = re.compile(r'CONTAINS\(STR\((\?\w+)\),"([^"\\]*)"\)')
_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


def names_left(words: list[str]) -> tuple[str, frozenset[Token]] | None:
    """Return a variable with the IRIs that an expression such as `?x IN (<a>, <b>)` leaves it."""
    if len(words) < 5 or words[1].upper() != "IN" or (words[2], words[-1]) != ("(", ")"):
        return None
    names = words[3:-1:2]
    return (words[0], frozenset(names)) if all(name[0] == "<" for name in names) else None


class Comparisons:
    """Answers which rows fit an expression; links: whose terms the rows name."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._literals = Literals(links.tokens)

    def verdicts(self, words: list[str], columns: Mapping[str, Nodes]) -> Verdicts | None:
        """Return for each row whether it fits, nothing where the expression says nothing of the columns."""
        branches = list[Verdicts]()
        for branch in alternatives(words, "|"):
            parts = [self._comparison(each, columns) for each in alternatives(branch, "&")]
            told = [part for part in parts if part is not None]
            if not told:
                return None
            if len(told) < len(parts):
                told.append(np.full(len(told[0]), MAY_FIT, dtype=np.int8))
            branches.append(np.minimum.reduce(told))
        verdicts: Verdicts = np.maximum.reduce(branches)
        return verdicts

    def _comparison(self, words: list[str], columns: Mapping[str, Nodes]) -> Verdicts | None:
        if (limited := names_left(words)) and limited[0] in columns:
            return _certain(among(columns[limited[0]], self._links.numbers(limited[1])))
        text = "".join(words)
        if (part := _CONTAINED.fullmatch(text)) and part[1] in columns:
            return self._containing(columns[part[1]], part[2])
        if (found := _TEXTS_COMPARED.fullmatch(text)) and found[1] in columns and found[3] in columns:
            return self._texts_compared(columns[found[1]], found[2], columns[found[3]])
        if not (found := _COMPARED.fullmatch(text)) or found[1] not in columns:
            return None
        left, sign, right = self._literals.of(columns[found[1]]), found[2], found[3]
        if not right.startswith("?"):
            return _compared(left, sign, self._literals.named(right, self._links.find(right)))
        return _compared(left, sign, self._literals.of(columns[right])) if right in columns else None

    def _containing(self, nodes: Nodes, part: str) -> Verdicts:
        """Look for a part in names; other terms are not certain."""
        different, places = np.unique(nodes, return_inverse=True)
        tokens = self._links.named(different)
        told = [(FITS if part in token else DOES_NOT) if token[0] == "<" else MAY_FIT for token in tokens]
        return np.array(told, dtype=np.int8)[places]

    def _texts_compared(self, left: Nodes, sign: str, right: Nodes) -> Verdicts:
        """Compare names; other terms are not certain."""
        compare = _SIGNS[sign]
        pairs = zip(self._links.named(left), self._links.named(right), strict=True)
        told = [
            (FITS if compare(one[:-1], other[:-1]) else DOES_NOT) if one[0] == other[0] == "<" else MAY_FIT
            for one, other in pairs
        ]
        return np.array(told, dtype=np.int8)


def _compared(left: Known, sign: str, right: Known) -> Verdicts:
    """Compare two columns: numbers with numbers, times of one zone, and what is the same as it is written."""
    compare, same = _SIGNS[sign], left.node == right.node
    verdicts = np.full(len(left.node), MAY_FIT, dtype=np.int8)
    if sign in ("=", "!="):
        plain = (left.kind == right.kind) & (left.kind > 0)
        verdicts[plain] = _certain(same == (sign == "="))[plain]
    # Equal numbers that are not written alike are too close for binary numbers.
    numbers = ~(np.isnan(left.number) | np.isnan(right.number)) & (same | (left.number != right.number))
    verdicts[numbers] = _certain(compare(left.number, right.number))[numbers]
    times = (left.time >= 0) & (right.time >= 0) & (left.zone == right.zone)
    verdicts[times] = _certain(compare(left.time, right.time))[times]
    return verdicts


def _certain(fits: Marks) -> Verdicts:
    return np.where(fits, FITS, DOES_NOT).astype(np.int8)
