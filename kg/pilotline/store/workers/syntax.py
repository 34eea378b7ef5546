"""Turns what the parser says of a query into what a person can act on."""

import re

from pilotline.namespaces import PREFIXES
from pilotline.store.workers.errors import QuerySyntaxError

_PLACE = re.compile(r"error at (\d+):(\d+): (?:expected (?:one of )?)?", re.DOTALL)
_SENTENCE = re.compile(r"(?:^|, )([A-Z][A-Za-z]*(?: [A-Za-z]+)+)")
_PREFIX = re.compile(r"([\w.\-]*):[^\s:]*$")
_AROUND = 12  # characters shown before and after the place


def explained(message: str, query: str) -> QuerySyntaxError:
    """Return the error with its place; the parser lists every token that it would have taken."""
    place = _PLACE.match(message)
    if place is None:
        return QuerySyntaxError(message)
    line, column = int(place[1]), int(place[2])
    text = (query.split("\n")[line - 1 : line] or [""])[0]
    reason = _reason(message[place.end() :], text[: column - 1], text[column - 1 :], query)
    return QuerySyntaxError(f"line {line}, column {column}: {reason}", line, column)


def _reason(expected: str, before: str, after: str, query: str) -> str:
    if "Prefix not found" in expected and (name := _PREFIX.search(before)):
        known = PREFIXES.get(name[1])
        hint = f"; add PREFIX {name[1]}: <{known}>" if known else ""
        return f"the prefix {name[1]}: is not declared{hint}"
    if not query.strip():
        return "the query is empty"
    sentence = _SENTENCE.search(expected)
    said = f"{sentence[1].strip()}, " if sentence and sentence[1] != "Prefix not found" else ""
    near = (before[-_AROUND:] + after[:_AROUND]).strip()
    return f"{said}not understood near {near!r}"
