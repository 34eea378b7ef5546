"""Reads the tokens of a query, to refuse what would kill the engine or call another server."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from pilotline.store.workers.errors import QueryRefusedError, QuerySyntaxError, QueryTooLargeError

_TOKEN = re.compile(
    r"""
    (?P<skip> \s+ | \#[^\n\r]* )
  | (?P<iri> <[^<>"{}|^`\\\x00-\x20]*> )
  | (?P<text> \"{3}(?:[^"\\]|\\.|\"(?!\"\"))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
            | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' )
  | (?P<variable> [?$]\w+ )
  | (?P<name> (?:[^\W\d][\w.\-]{0,200})?:(?:[\w:.\-%\u00b7]|\\.)* | @[\w\-]+ )
  | (?P<number> (?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)? )
  | (?P<word> [^\W\d]\w* )
  | (?P<operator> \|\| | && | != | <= | >= | \\. | . )
    """,
    re.VERBOSE | re.DOTALL,
)
# A prefix name longer than 200 falls into words; without a bound, reading "a-a-a…" takes its length squared.
_GRAPH_FORMS = {"CONSTRUCT", "DESCRIBE"}
_FORMS = {"SELECT", "ASK"} | _GRAPH_FORMS
_OPEN, _CLOSE = set("([{"), set(")]}")
# Each of these makes the parser or the optimiser go one level deeper, however flat it looks.
_CHAINED = {"!", "||", "&&", "+", "-", "*", "/", "^"} | {
    "AS", "BIND", "EXISTS", "FILTER", "GRAPH", "LATERAL", "MINUS", "OPTIONAL", "SELECT", "UNION", "VALUES",
}  # fmt: skip


class Token(NamedTuple):
    """One token that matters: an IRI, a word or an operator. text: words in upper case."""

    kind: str
    text: str


@dataclass(frozen=True)
class Guard:
    """What a query may hold.

    length: characters. tokens: names, words, operators and brackets; reading them holds up the server.
    depth: brackets inside each other; the engine's stack ends between 300 and 1000 function calls.
    chain: operators and clauses in all; it ends between 1000 and 3000 of them.
    from_graphs: graphs in a FROM list; the cost of a join grows with their square.
    services: IRIs of endpoints that SERVICE may name.
    """

    length: int = 1_000_000
    tokens: int = 50_000
    depth: int = 150
    chain: int = 1_000
    from_graphs: int = 10
    services: frozenset[str] = field(default=frozenset())

    def check(self, query: str) -> None:
        """Raise a QueryError when the query must not reach the parser."""
        if len(query) > self.length:
            raise QueryTooLargeError(
                f"the query has {len(query)} characters; at most {self.length} are taken"
            )
        tokens = list(islice(_tokens(query), self.tokens + 1))
        if len(tokens) > self.tokens:
            raise QueryTooLargeError(f"the query has more than {self.tokens} tokens; ask in parts")
        self._check_depth(tokens)
        self._check_count("operators and clauses", [t for t in tokens if t.text in _CHAINED], self.chain)
        self._check_count("FROM clauses", [t for t in tokens if t == Token("word", "FROM")], self.from_graphs)
        self._check_services(tokens)

    def check_graphs(self, graphs: list[str]) -> None:
        """Raise QueryRefusedError when the protocol names more graphs than a FROM list may."""
        if len(graphs) > self.from_graphs:
            raise QueryRefusedError(f"{len(graphs)} graphs are named; at most {self.from_graphs} are taken")

    def _check_depth(self, tokens: list[Token]) -> None:
        depth = 0
        for token in tokens:
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
            if depth > self.depth:
                raise QuerySyntaxError(f"the query nests brackets more than {self.depth} deep; flatten it")

    def _check_count(self, what: str, tokens: list[Token], most: int) -> None:
        if len(tokens) > most:
            raise QueryRefusedError(f"the query has {len(tokens)} {what}; at most {most} are taken")

    def _check_services(self, tokens: list[Token]) -> None:
        for place, token in enumerate(tokens):
            if token != Token("word", "SERVICE"):
                continue
            target = next((t for t in tokens[place + 1 :] if t.text != "SILENT"), None)
            if target is None or target.kind != "iri" or target.text[1:-1] not in self.services:
                name = target.text if target else "nothing"
                raise QueryRefusedError(f"SERVICE {name} is refused: this server calls no other server")


def answers_with_a_graph(query: str) -> bool:
    """Say whether the query is a CONSTRUCT or DESCRIBE; any other text counts as a table."""
    form = next((token.text for token in _tokens(query) if token.kind == "word" and token.text in _FORMS), "")
    return form in _GRAPH_FORMS


def _tokens(query: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup or ""
        if kind in {"word", "operator", "iri", "variable", "name"}:
            text = match.group()
            yield Token(kind, text.upper() if kind == "word" else text)
