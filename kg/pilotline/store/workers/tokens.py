"""Cuts a query or an update into tokens, as far as its guards need them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_COMMENT = r"\#[^\n\r]*"
_TEXT = r"""
    \"{3}(?:[^"\\]|\\.|\"(?!\"\"))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
  | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'
"""
# A prefix name longer than 200 falls into words; without a bound, reading "a-a-a…" takes its length squared.
_CODE = r"""
    (?P<iri> <[^<>"{}|^`\x00-\x20]*> )
  | (?P<variable> [?$]\w+ )
  | (?P<name> (?:[^\W\d][\w.\-]{0,200})?:(?:[\w:.\-%\u00b7]|\\.)* | @[\w\-]+ )
  | (?P<number> (?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)? )
  | (?P<word> [^\W\d]\w* )
  | (?P<operator> \|\| | && | != | <= | >= | \\. | . )
"""
_FLAGS = re.VERBOSE | re.DOTALL
_TOKEN = re.compile(rf"(?P<skip> \s+ | {_COMMENT} ) | (?P<text> {_TEXT} ) | {_CODE}", _FLAGS)
_BARE = re.compile(rf"(?P<skip> \s+ ) | {_CODE}", _FLAGS)
# `?a<'>'` compares with a string, `?s ?p <'>` names an IRI: only a parser can tell. `<http://…` is an IRI.
_IRI_PART = r"""[^<>"{}|^`\x00-\x20]*"""
_IN_IRI = r"""[^<>"{}|^`\x00-\x20]*"""
_AMBIGUOUS = re.compile(rf"<(?![A-Za-z][A-Za-z0-9+.\-]*://){_IN_IRI}['#]{_IN_IRI}>")


class Token(NamedTuple):
    """One token: kind is `iri`, `variable`, `name`, `number`, `word`, `text` or `operator`.

    text: as written, words in upper case. start, end: where it stands, in characters.
    """

    kind: str
    text: str
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        """Say whether this is one of some keywords."""
        return self.kind == "word" and self.text in words


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens without comments and white space.

    Where only a parser could tell strings and comments from IRIs, what they hold counts as code too:
    a guard then sees too much, never too little.
    """
    pattern = _BARE if is_ambiguous(text) else _TOKEN
    for match in pattern.finditer(text):
        kind = match.lastgroup or ""
        if kind != "skip":
            found = match.group()
            yield Token(kind, found.upper() if kind == "word" else found, match.start(), match.end())


def is_ambiguous(text: str) -> bool:
    """Say whether a `<…'…>` may be an IRI or a comparison."""
    return _AMBIGUOUS.search(text) is not None
