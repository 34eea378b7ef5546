"""Counts the rows of an answer while it is written, block by block."""

import re
from collections.abc import Callable


def row_counter(rdf_format: str) -> Callable[[bytes], int]:
    """Return what tells how many rows a block begins or ends; 0 where a format does not show it."""
    if rdf_format == "json":
        return _Json()
    if rdf_format == "csv":
        return _Csv()
    marks = {"xml": b"<result>", "tsv": b"\n", "ntriples": b" .\n", "nquads": b" .\n"}
    return _Mark(marks[rdf_format]) if rdf_format in marks else _none


class _Mark:
    """Counts a mark that no value can contain, also where two blocks meet."""

    def __init__(self, mark: bytes) -> None:
        self._mark = mark
        self._rest = b""

    def __call__(self, block: bytes) -> int:
        text = self._rest + block
        self._rest = text[-(len(self._mark) - 1) :] if len(self._mark) > 1 else b""
        return text.count(self._mark)


class _Csv:
    """Counts line ends outside quotes."""

    def __init__(self) -> None:
        self._quoted = False

    def __call__(self, block: bytes) -> int:
        rows = 0
        for part in re.split(rb'(")', block):
            if part == b'"':
                self._quoted = not self._quoted
            elif not self._quoted:
                rows += part.count(b"\n")
        return rows


class _Json:
    """Counts the starts of bindings: `{"name":{`, after a bracket or a comma, outside strings.

    Inside a string a quote is escaped, so `{"` within one can only be its end; then `,`, `}` or `:` follows.
    """

    _START = re.compile(rb'[\[,]\{"(?=[^,}\]:])')

    def __init__(self) -> None:
        self._rest = b""

    def __call__(self, block: bytes) -> int:
        text = self._rest + block
        self._rest = text[-3:]
        return len(self._START.findall(text))


def _none(_: bytes) -> int:
    return 0
