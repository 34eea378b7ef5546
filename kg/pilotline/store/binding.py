"""Puts terms in the place of the variables of a query, for servers that take no values beside it."""

from collections.abc import Iterator, Mapping

from pilotline.errors import PilotlineError
from pilotline.store.workers.tokens import Token, tokens

_ENDS_PROJECTION = ("WHERE", "FROM")


class BindingError(PilotlineError):
    """A query in which a parameter stands where only a variable may."""


def bound_text(query: str, terms: Mapping[str, str]) -> str:
    """Return the query with variables replaced, token by token; strings, IRIs and comments stay as they are.

    terms: name of the variable to the term in the syntax of N-Triples.
    A projected variable becomes `(term AS ?variable)`, in a sub-query under another name.
    Errors: BindingError where BIND, VALUES or AS sets a variable that is given, or BOUND asks for it.
    """
    parts, end = [], 0
    for token, text in _replaced(list(tokens(query)), terms):
        parts += [query[end : token.start], text]
        end = token.end
    return "".join([*parts, query[end:]])


def _replaced(found: list[Token], terms: Mapping[str, str]) -> Iterator[tuple[Token, str]]:
    clauses: list[tuple[str, int]] = [("", 0)]  # the clause of each group, and its depth in brackets
    for place, token in enumerate(found):
        clause, depth = clauses[-1]
        if token.text == "{":
            clauses[-1] = ("", depth)
            clauses.append(("", 0))
        elif token.text == "}":
            if len(clauses) > 1:
                clauses.pop()
        elif token.text in "()":
            clauses[-1] = (clause, depth + (1 if token.text == "(" else -1))
        elif token.is_word("SELECT", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", *_ENDS_PROJECTION):
            clauses[-1] = ("" if token.is_word(*_ENDS_PROJECTION) else token.text, depth)
        elif token.kind == "variable" and token.text[1:] in terms:
            _check(token, found[max(0, place - 2) : place])
            name, level = token.text[1:], len(clauses) - 1
            yield token, _text(name, terms[name], clause if not depth else "", level)


def _text(name: str, term: str, clause: str, level: int) -> str:
    """Return what stands for a variable; level: of the group, since a sub-query may hold another."""
    if clause == "SELECT":
        return f"({term} AS ?{name}_given{level})" if level else f"({term} AS ?{name})"
    return f"({term})" if clause in ("GROUP", "ORDER") else term


def _check(token: Token, before: list[Token]) -> None:
    if before and before[-1].is_word("AS", "VALUES"):
        raise BindingError(f"{token.text} is given, and the query sets it too; name one of them otherwise")
    if len(before) == 2 and before[0].is_word("BOUND"):
        raise BindingError(f"{token.text} may be given, and BOUND takes a variable only; use COALESCE")
