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
    Errors: BindingError where BIND, VALUES or AS sets a variable that is given.
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
            _check(token, found[place - 1])
            top = len(clauses) == 1
            yield token, _text(token.text[1:], terms[token.text[1:]], clause if not depth else "", top=top)


def _text(name: str, term: str, clause: str, *, top: bool) -> str:
    if clause == "SELECT":
        return f"({term} AS ?{name})" if top else f"({term} AS ?{name}_given)"
    return f"({term})" if clause in ("GROUP", "ORDER") else term


def _check(token: Token, before: Token) -> None:
    if before.is_word("AS", "VALUES"):
        raise BindingError(f"{token.text} is given, and the query sets it too; name one of them otherwise")
