"""Reads terms into numbers, times and kinds, so that a FILTER is a comparison of columns."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rdflib import XSD

from pilotline.validation.edges import Nodes, distinct
from pilotline.validation.terms import Token

_TIME = re.compile(rf'"(\d{{4}})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(Z|[+-]\d\d:\d\d)?"\^\^<{XSD}dateTime>')
_NUMBER = re.compile(rf'"([^"]*)"\^\^<{XSD}(?:double|decimal|integer)>')
_IRI, _TEXT, _OTHER = 1, 2, 0


class Known(NamedTuple):
    """What is known of terms, a place in each column for each of them.

    number: NaN for what is none. time: its digits, in whole seconds, -1 for what is none; zone: as written.
    kind: _IRI or _TEXT for what is the same only where it is written so.
    """

    node: Nodes
    number: NDArray[np.float64]
    time: NDArray[np.int64]
    zone: NDArray[np.int64]
    kind: NDArray[np.int64]


class Literals:
    """Answers what is known of terms; each is read once. tokens: the terms by their numbers."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        size = len(tokens)
        self._tokens = tokens
        self._read = np.zeros(size, dtype=bool)
        self._number = np.full(size, np.nan)
        self._time = np.full(size, -1)
        self._zone, self._kind = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)

    def of(self, nodes: Nodes) -> Known:
        """Return what is known of terms."""
        for node in distinct(nodes[~self._read[nodes]]).tolist():
            found = _read(self._tokens[node])
            self._number[node], self._time[node], self._zone[node], self._kind[node] = found
            self._read[node] = True
        return Known(nodes, self._number[nodes], self._time[nodes], self._zone[nodes], self._kind[nodes])

    def named(self, token: Token, node: int) -> Known:
        """Return what is known of one term, which may be a number as a query writes it; node: its number."""
        number, time, zone, kind = _read(token)
        return Known(
            np.array([node]), np.array([number]), np.array([time]), np.array([zone]), np.array([kind])
        )


def _read(token: Token) -> tuple[float, int, int, int]:
    if token[0] == "<":
        return np.nan, -1, 0, _IRI
    kind = _TEXT if token[-1] == '"' else _OTHER
    if time := _TIME.fullmatch(token):
        return np.nan, int("".join(time.groups()[:6])), _zone(time[7]), kind
    return _number(token), -1, 0, kind


def _zone(text: str | None) -> int:
    """Return a number for a time zone as it is written."""
    return int.from_bytes((text or "").encode(), "big")


def _number(token: Token) -> float:
    """Return the number that a literal, or a number in a query, is."""
    found = _NUMBER.fullmatch(token)
    if not found and not token[0].isdecimal() and token[0] != "-":
        return np.nan
    try:
        return float(found[1] if found else token)
    except ValueError:
        return np.nan
