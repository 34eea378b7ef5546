"""Turns the query of a SPARQL constraint, meant for one focus node, into one over all focus nodes."""

import re
from collections.abc import Iterator
from itertools import dropwhile, takewhile

from rdflib import OWL, SH, Graph
from rdflib.term import Node

from pilotline.validation.model import UnsupportedError

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<iri><[^<>"{}|^`\\\s]*>)
    |(?P<text>\"{3}[\s\S]*?\"{3}|'{3}[\s\S]*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<variable>[?$]\w+)
    |(?P<word>[A-Za-z_][\w-]*(?::[\w.%-]*)?|:[\w.%-]*)
    |(?P<other>\s+|.)""",
    re.VERBOSE,
)
_PER_FOCUS = {"LIMIT", "OFFSET", "MINUS", "VALUES", "SERVICE", "FROM"}
_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}


def select_over(query: str, focus: str, prefixes: str, path: str) -> str:
    """Return the query with $this drawn from a focus pattern.

    focus: a pattern that binds ?this, written into every group, so that each is a lookup and not a scan.
    path: replaces $PATH.

    Errors: UnsupportedError where the query means something else over many focus nodes than over one.
    """
    tokens = list(_tokens(query, path))
    words = {text.upper() for kind, text in tokens if kind == "word"}
    if refused := words & _PER_FOCUS:
        raise UnsupportedError(f"a SPARQL constraint uses {', '.join(sorted(refused))}")
    if words & _AGGREGATES and not _groups_by_focus(tokens):
        raise UnsupportedError("a SPARQL constraint aggregates without GROUP BY $this")
    return prefixes + "".join(_with_focus(tokens, focus))


def words_of(query: str) -> set[str]:
    """Return the bare words of a query in upper case; comments, texts and IRIs are none."""
    return {match.group().upper() for match in _TOKEN.finditer(query) if match.lastgroup == "word"}


def words_and_signs(query: str) -> Iterator[str]:
    """Yield what a query consists of, every variable with a question mark, without spaces and comments."""
    return (text for _, text in _tokens(query, "$PATH") if text.strip())


def prefix_lines(shapes: Graph, constraint: Node) -> str:
    """Return the PREFIX lines that a SPARQL constraint declares, also by way of owl:imports."""
    lines = set()
    for named in shapes.objects(constraint, SH.prefixes):
        for holder in shapes.transitive_objects(named, OWL.imports):
            for declaration in shapes.objects(holder, SH.declare):
                prefix, namespace = (shapes.value(declaration, part) for part in (SH.prefix, SH.namespace))
                lines.add(f"PREFIX {prefix}: <{namespace}>\n")
    return "".join(sorted(lines))


def _tokens(query: str, path: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(query):
        kind, text = match.lastgroup or "other", match.group()
        if kind == "variable" and text[1:] in ("shapesGraph", "currentShape"):
            raise UnsupportedError(f"a SPARQL constraint uses {text}")
        if kind == "variable":
            yield ("other", path) if text == "$PATH" else (kind, "?" + text[1:])
        elif kind != "comment":
            yield kind, text


def _with_focus(tokens: list[tuple[str, str]], focus: str) -> Iterator[str]:
    """Yield the query, the focus pattern after each brace that opens a group of patterns.

    Not within EXISTS: there $this is bound already, and a second pattern would make it a scan for each row.
    """
    outside: list[bool] = []
    last = ""
    for number, (_, text) in enumerate(tokens):
        yield text
        if text == "{":
            outside.append(last.upper() != "EXISTS" and all(outside))
            if outside[-1] and not _is_subselect(tokens, number + 1):
                yield f" {focus} "
        elif text == "}" and outside:
            outside.pop()
        last = text if text.strip() else last


def _is_subselect(tokens: list[tuple[str, str]], start: int) -> bool:
    rest = [text.upper() for _, text in tokens[start:] if text.strip()]
    if rest[:1] != ["SELECT"]:
        return False
    if "?THIS" not in takewhile(lambda text: text != "{", rest):
        raise UnsupportedError("a query within a SPARQL constraint does not select $this")
    return True


def _groups_by_focus(tokens: list[tuple[str, str]]) -> bool:
    after = dropwhile(lambda token: token[1].upper() != "GROUP", tokens)
    return any(text == "?this" for _, text in after)
