"""Refuses queries and updates that would kill the engine or call another server."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from pilotline.store.workers.errors import QueryRefusedError, QuerySyntaxError, QueryTooLargeError
from pilotline.store.workers.tokens import Token, tokens

_GRAPH_FORMS = ("CONSTRUCT", "DESCRIBE")
_FORMS = ("SELECT", "ASK", *_GRAPH_FORMS)
_CALLS = ("service", "from", "using")
_TELLS = ("construct", "describe")
_NAMES_GRAPHS = ("graph", "from", "\\")  # a backslash may hide a letter
_LOCAL_NAME = re.compile(r":[a-z_][a-z0-9_]*")  # belongs to a prefixed name, as in prov:wasDerivedFrom
_UNFETCHABLE = re.compile(r"(?!https?:|file:)[A-Za-z][A-Za-z0-9+.\-]*://", re.IGNORECASE)
_OPEN, _CLOSE = set("([{"), set(")]}")
# Each of these makes the parser or the optimiser go one level deeper, however flat it looks.
_CHAINED = {"!", "||", "&&", "+", "-", "*", "/", "^"} | {
    "AS", "BIND", "EXISTS", "FILTER", "GRAPH", "LATERAL", "MINUS", "OPTIONAL", "SELECT", "UNION", "VALUES",
}  # fmt: skip


@dataclass(frozen=True)
class Guard:
    """What a query or an update may hold.

    length: characters. tokens: names, words, operators and brackets; reading them holds up the server.
    depth: brackets inside each other; the engine's stack ends between 300 and 1000 function calls.
    chain: operators and clauses in all; it ends between 1000 and 3000 of them.
    from_graphs: graphs in a FROM list; the cost of a join grows with their square.
    services: IRIs of endpoints that SERVICE may name. loads: IRIs of documents that LOAD may name.
    """

    length: int = 1_000_000
    tokens: int = 50_000
    depth: int = 150
    chain: int = 1_000
    from_graphs: int = 10
    services: frozenset[str] = field(default=frozenset())
    loads: frozenset[str] = field(default=frozenset())

    def check(self, query: str) -> None:
        """Raise a QueryError when the query must not reach the parser."""
        if self.is_harmless(query):
            return
        if len(query) > self.length:
            raise QueryTooLargeError(
                f"the query has {len(query)} characters; at most {self.length} are taken"
            )
        found = list(islice(tokens(query), self.tokens + 1))
        if len(found) > self.tokens:
            raise QueryTooLargeError(f"the query has more than {self.tokens} tokens; ask in parts")
        self.check_tokens(found)

    def check_tokens(self, found: list[Token]) -> None:
        """Raise a QueryError for tokens that nest, chain or call too much."""
        self._check_depth(found)
        self._check_count("operators and clauses", (t for t in found if t.text in _CHAINED), self.chain)
        self._check_count("FROM or USING clauses", _dataset_clauses(found), self.from_graphs)
        self._check_targets(found, "SERVICE", self.services)

    def is_harmless(self, query: str) -> bool:
        """Say whether a text is too short to hold too much of anything, and calls nobody."""
        return (
            len(query) <= min(self.length, self.tokens, self.chain)
            and sum(map(query.count, _OPEN)) <= self.depth
            and not _holds(query, _CALLS)
        )

    def check_graphs(self, graphs: list[str]) -> None:
        """Raise QueryRefusedError when the protocol names more graphs than a FROM list may."""
        if len(graphs) > self.from_graphs:
            raise QueryRefusedError(f"{len(graphs)} graphs are named; at most {self.from_graphs} are taken")

    def check_loads(self, found: list[Token]) -> None:
        """Raise QueryRefusedError for a LOAD of a document that is not on the list.

        A scheme that the engine knows no way to fetch is left to it: LOAD SILENT then does nothing.
        """
        self._check_targets(found, "LOAD", self.loads)

    def _check_depth(self, found: list[Token]) -> None:
        depth = 0
        for token in found:
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
            if depth > self.depth:
                raise QuerySyntaxError(f"the query nests brackets more than {self.depth} deep; flatten it")

    def _check_count(self, what: str, found: Iterable[Token], most: int) -> None:
        count = sum(1 for _ in found)
        if count > most:
            raise QueryRefusedError(f"the query has {count} {what}; at most {most} are taken")

    def _check_targets(self, found: list[Token], keyword: str, allowed: frozenset[str]) -> None:
        for place, token in enumerate(found):
            if not token.is_word(keyword):
                continue
            target = next((t for t in found[place + 1 :] if not t.is_word("SILENT")), None)
            if keyword == "LOAD" and (target is None or target.kind not in ("iri", "name")):
                raise QuerySyntaxError("LOAD names no document; it takes an IRI")
            if target is None or target.kind != "iri" or not _is_allowed(target.text[1:-1], keyword, allowed):
                name = target.text if target else "nothing"
                raise QueryRefusedError(f"{keyword} {name} is refused: this server calls no other server")


def answers_with_a_graph(query: str) -> bool:
    """Say whether the query is a CONSTRUCT or DESCRIBE; any other text counts as a table."""
    if not _holds(query, _TELLS):
        return False
    form = next((token for token in tokens(query) if token.is_word(*_FORMS)), None)
    return form is not None and form.is_word(*_GRAPH_FORMS)


def may_name_graphs(query: str) -> bool:
    """Say whether a query may look into a named graph; False is certain."""
    return _holds(query, _NAMES_GRAPHS)


def _holds(query: str, words: tuple[str, ...]) -> bool:
    """Say whether a text holds one of some words, in letters of any case and outside local names."""
    text = query.lower()
    if not any(word in text for word in words):
        return False
    bare = _LOCAL_NAME.sub(":", text)
    return any(word in bare for word in words)


def _is_allowed(target: str, keyword: str, allowed: frozenset[str]) -> bool:
    return target in allowed or (keyword == "LOAD" and _UNFETCHABLE.match(target) is not None)


def _dataset_clauses(found: list[Token]) -> Iterable[Token]:
    return (token for token in found if token.is_word("FROM", "USING"))
