"""Reads the WHERE of a SPARQL constraint into what can be looked up in tables, and marks the rest."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from pyoxigraph import NamedNode
from rdflib import RDF

from pilotline.validation.paths import Step
from pilotline.validation.select import words_and_signs

_PREFIX = re.compile(r"PREFIX (\S*): <([^>]*)>")
_TYPE = f"<{RDF.type}>"
_BINDS = ("OPTIONAL", "BIND")


class UnreadError(Exception):
    """A query that is not read here; nothing is wrong with it."""


class Path(NamedTuple):
    """The ways from one end of a pattern to the other. again: any number of times, at least once."""

    ways: tuple[tuple[Step, ...], ...]
    again: bool = False

    def turned(self) -> "Path":
        """Return the path from its other end."""
        ways = (tuple(Step(step.predicate, not step.backwards) for step in way[::-1]) for way in self.ways)
        return Path(tuple(ways), self.again)


class Pattern(NamedTuple):
    """A triple pattern. subject, value: a variable with its mark, or a token."""

    subject: str
    path: Path
    value: str


@dataclass
class Group:
    """What stands between two braces.

    filters: the words and signs of each expression. exists: groups that must have a match, or must not.
    unclear: the variables of what is not read; is_clear: all is read.
    """

    patterns: list[Pattern] = field(default_factory=list)
    unions: list[list["Group"]] = field(default_factory=list)
    filters: list[list[str]] = field(default_factory=list)
    exists: list[tuple[bool, "Group"]] = field(default_factory=list)
    unclear: set[str] = field(default_factory=set)
    is_clear: bool = True
    variables: set[str] = field(default_factory=set)

    def leave(self, variables: set[str]) -> None:
        """Mark variables as those of something that is not read."""
        self.unclear |= variables
        self.is_clear = False


class Where(NamedTuple):
    """The WHERE of a query. uses: in how many patterns and expressions each variable stands."""

    group: Group
    uses: Counter[str]


@lru_cache(maxsize=1000)
def where_of(query: str, prefixes: str) -> Where:
    """Return the WHERE of a SELECT query.

    prefixes: its PREFIX lines.

    Errors: UnreadError.
    """
    found = list(words_and_signs(query))
    if not found or found[0].upper() != "SELECT" or "{" not in found:
        raise UnreadError("a query that does not begin with SELECT")
    start = found.index("{")
    named = dict(_PREFIX.findall(prefixes))
    reader = _Reader(found[start:], named)
    reader.take("{")
    return Where(reader.group(), reader.uses)


class _Reader:
    def __init__(self, words: list[str], prefixes: dict[str, str]) -> None:
        self._words = words
        self._prefixes = prefixes
        self._at = 0
        self.uses = Counter[str]()

    def _next(self) -> str:
        if self._at >= len(self._words):
            raise UnreadError("a query that ends early")
        return self._words[self._at]

    def take(self, wanted: str = "") -> str:
        """Return the next word and go on."""
        word = self._next()
        if wanted and word.upper() != wanted:
            raise UnreadError(f"{word} in place of {wanted}")
        self._at += 1
        return word

    def group(self) -> Group:
        """Return what stands before the closing brace."""
        group, start = Group(), self._at
        while self._next() != "}":
            word = self._next().upper()
            if word == ".":
                self.take()
            elif word == "FILTER":
                self._filter(group)
            elif word == "{":
                self._braces(group)
            elif word in _BINDS:
                self.take()
                group.leave(self._skipped())
            else:
                self._triples(group)
        group.variables = _variables(self._words[start : self._at])
        self.take("}")
        return group

    def _filter(self, group: Group) -> None:
        self.take("FILTER")
        wanted = self._next().upper() != "NOT"
        if not wanted:
            self.take()
        if self._next().upper() == "EXISTS":
            self.take()
            self.take("{")
            group.exists.append((wanted, self.group()))
        elif self._next() == "(":
            start = self._at
            self._skipped()
            group.filters.append([self._named(word) for word in self._words[start + 1 : self._at - 1]])
        else:
            raise UnreadError("a filter without brackets")

    def _braces(self, group: Group) -> None:
        if self._words[self._at + 1].upper() == "SELECT":
            group.leave(self._skipped())
            return
        self.take("{")
        branches = [self.group()]
        while self._next().upper() == "UNION":
            self.take()
            self.take("{")
            branches.append(self.group())
        group.unions.append(branches)

    def _skipped(self) -> set[str]:
        """Go past a pair of brackets or braces and return the variables in it."""
        start, depth = self._at, 0
        while True:
            word = self.take()
            depth += (word in "({") - (word in ")}")
            if depth == 0:
                found = self._words[start : self._at]
                self.uses.update(_variables(found))
                return _variables(found)

    def _triples(self, group: Group) -> None:
        subject = self._term()
        while True:
            path = self._predicate()
            while True:
                value = self._term()
                self.uses.update((subject, value))
                if path is None:
                    group.leave(_variables([subject, value]))
                else:
                    group.patterns += self._steps(subject, path, value)
                if self._next() != ",":
                    break
                self.take()
            while self._next() == ";":
                self.take()
            if self._next() in (".", "}") or self._next().upper() in ("FILTER", "{", *_BINDS):
                return

    def _steps(self, subject: str, path: Path, value: str) -> Iterator[Pattern]:
        """Yield a pattern for each step of a path that has one way."""
        if path.again or len(path.ways) > 1:
            yield Pattern(subject, path, value)
            return
        *before, last = path.ways[0]
        for number, step in enumerate(before):
            middle = f"?{self._at}.{number}"
            self.uses[middle] = 2
            yield Pattern(subject, Path(((step,),)), middle)
            subject = middle
        yield Pattern(subject, Path(((last,),)), value)

    def _term(self) -> str:
        word = self.take()
        if word.startswith("?") and len(word) > 1:
            return word
        if word.startswith('"') and not word.startswith('"""') and "\\" not in word:
            if self._next() in ("@", "^"):
                raise UnreadError("a literal with a datatype or a language")
            return word
        return self._iri(word)

    def _iri(self, word: str) -> str:
        if word == "a":
            return _TYPE
        if word.startswith("<") and len(word) > 1:
            return word
        prefix, colon, name = word.partition(":")
        if not colon or prefix not in self._prefixes or name.endswith(".") or "%" in name:
            raise UnreadError(f"{word} is not read")
        return f"<{self._prefixes[prefix]}{name}>"

    def _named(self, word: str) -> str:
        """Return a word of an expression, a name with a prefix in full."""
        prefix, colon, name = word.partition(":")
        known = colon and prefix in self._prefixes and "%" not in name
        return f"<{self._prefixes[prefix]}{name}>" if known else word

    def _predicate(self) -> Path | None:
        """Return the path, nothing where it is one that is not followed."""
        path = self._path()
        return None if path is None or any(not way for way in path.ways) else path

    def _path(self) -> Path | None:
        parts = [self._sequence()]
        while self._next() == "|":
            self.take()
            parts.append(self._sequence())
        if len(parts) == 1:
            return parts[0]
        if any(part is None or part.again for part in parts):
            return None
        return Path(tuple(way for part in parts if part for way in part.ways))

    def _sequence(self) -> Path | None:
        parts = [self._step()]
        while self._next() == "/":
            self.take()
            parts.append(self._step())
        if len(parts) == 1:
            return parts[0]
        if any(part is None or part.again for part in parts):
            return None
        ways = product(*(part.ways for part in parts if part))
        return Path(tuple(tuple(step for way in each for step in way) for each in ways))

    def _step(self) -> Path | None:
        turned = self._next() == "^"
        if turned:
            self.take()
        path: Path | None
        if self._next() == "(":
            self.take()
            path = self._path()
            self.take(")")
        else:
            path = Path(((Step(NamedNode(self._iri(self.take())[1:-1])),),))
        if self._next() in ("+", "*", "?"):
            sign = self.take()
            path = path._replace(again=True) if path and not path.again and sign == "+" else None
        return path.turned() if path and turned else path


def _variables(words: list[str]) -> set[str]:
    return {word for word in words if word.startswith("?") and len(word) > 1}


def alternatives(words: list[str], sign: str) -> Iterator[list[str]]:
    """Yield the parts of an expression between two signs of a kind, such as those of ||."""
    part, depth = list[str](), 0
    for word in words:
        depth += (word == "(") - (word == ")")
        part.append(word)
        if depth == 0 and part[-2:] == [sign, sign]:
            yield part[:-2]
            part = []
    yield part
