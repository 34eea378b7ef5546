"""Tells which triples a query can look at, by the words that it consists of."""

import re
from collections.abc import Iterable, Iterator, Sequence

from rdflib import RDF

from pilotline.validation.select import words_and_signs
from pilotline.validation.terms import Token

# A predicate, with the one value that the query asks for where that is certain.
Need = tuple[Token, Token | None]

_PREFIX = re.compile(r"PREFIX\s+(\S*):\s*<([^>]*)>", re.IGNORECASE)
_TYPE = f"<{RDF.type}>"
_LISTS: tuple[Need, ...] = ((f"<{RDF.first}>", None), (f"<{RDF.rest}>", None))


def needs_of(query: str) -> frozenset[Need] | None:
    """Return which triples a query can look at, nothing where it may be any.

    It may be any where a variable is a predicate, a path leaves predicates out or goes no step, a list is the
    subject, or a name is not read here.
    """
    named = dict(_PREFIX.findall(query))
    words = list(_patterns(words_and_signs(query)))
    unread = any(_is_name(word) and not word.startswith("_:") and not _iri(word, named) for word in words)
    if unread or "\\" in words or any(_is_open(words, place) for place in range(len(words))):
        return None
    names = {name for word in words if (name := _iri(word, named)) and name != _TYPE}
    return frozenset([*((name, None) for name in names), *_types(words, named), *_LISTS])


def _patterns(words: Iterable[str]) -> Iterator[str]:
    """Yield the words within braces, without those between a SELECT and the brace after it."""
    depth, listing = 0, False
    for word in words:
        depth += (word == "{") - (word == "}")
        listing = word != "{" and (listing or word.upper() == "SELECT")
        if depth and not listing:
            name = word.rstrip(".") if _is_name(word) else word  # a name does not end with a full stop
            yield from (name, ".") if name != word else (word,)


def _is_open(words: Sequence[str], place: int) -> bool:
    """Say whether a word makes a query look at any triple."""
    before, word, after = _at(words, place - 1), words[place], _at(words, place + 1)
    if word.startswith("?") and len(word) > 1:
        return before == ";" or (_ends_term(before) and _begins_term(after))
    if word in ("*", "?"):
        return _is_name(before) or (before == ")" and (word == "?" or _begins_term(after)))
    if word == "!":
        return _leaves_out(words, place + 1)
    return word == "(" and before in ("{", ".", "}")


def _leaves_out(words: Sequence[str], place: int) -> bool:
    """Say whether what follows an exclamation mark is a predicate, and not an expression."""
    while _at(words, place) == "(":
        place += 1
    return _at(words, place) == "^" or (_is_name(_at(words, place)) and _at(words, place + 1) != "(")


def _types(words: Sequence[str], named: dict[str, str]) -> Iterator[Need]:
    """Yield the classes whose instances a query asks for."""
    for place, word in enumerate(words):
        if _iri(word, named) != _TYPE:
            continue
        class_ = _iri(_at(words, place + 1), named)
        if not class_ or class_ == _TYPE or _at(words, place - 1) == "^":
            yield _TYPE, None
            continue
        yield _TYPE, class_
        while _at(words, place + 2) == ",":
            place += 2
            yield _TYPE, _iri(_at(words, place + 1), named) or None


def _iri(word: str, named: dict[str, str]) -> Token:
    """Return the IRI that a word is, nothing where it is none."""
    if word == "a":
        return _TYPE
    if word[:1] == "<" and len(word) > 1:
        return word
    prefix, colon, name = word.partition(":")
    return f"<{named[prefix]}{name}>" if colon and prefix in named else ""


def _is_name(word: str) -> bool:
    """Say whether a word can be a predicate."""
    return word == "a" or (word[:1] == "<" and len(word) > 1) or (":" in word and word[0] not in "\"'?")


def _ends_term(word: str) -> bool:
    return word == "]" or (_begins_term(word) and word not in ("(", "["))


def _begins_term(word: str) -> bool:
    if word == "a" or not word:
        return False
    return (word[0] == "?" and len(word) > 1) or _is_name(word) or word[0] in "[(\"'" or word[0].isdigit()


def _at(words: Sequence[str], place: int) -> str:
    return words[place] if 0 <= place < len(words) else ""
