"""How a worker and its pool talk: one letter, four bytes of length, the content."""

import json
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

from pyoxigraph import Literal, NamedNode, Variable

HEAD = struct.Struct(">cI")
BLOCK = 64 * 1024
FIRST = 1024 * 1024  # bytes held back, so that an answer that fails early is an error and not a broken one

DEFAULT, DATASET = "default", "dataset"  # what may stand where a graph is named, beside its IRI
READY, DATA, LAST, FAILED = b"R", b"D", b"L", b"F"
QUERY, LEND, WANTED, BACK = b"Q", b"C", b"W", b"B"  # a connection is lent, wanted back, given back
GENERATION = 8  # bytes before the first block of an answer that say from which generation it is


@dataclass(frozen=True)
class Request:
    """One query for a worker.

    default_graphs, named_graphs: the dataset as the protocol names it; None when it names none.
    base: what relative IRIs are resolved against; empty for nothing.
    graph: instead of a query, the graph to write out: an IRI, `default` or `dataset`.
    bound: variables that have a value before the query starts, as `written` gives it.
    generation: the one to answer from; 0 for the newest. whole: more than its default graph is needed.
    rows, size: caps on the answer. deadline: seconds, after which the worker ends itself.
    """

    query: str
    format: str
    default_graphs: list[str] | None
    named_graphs: list[str] | None
    base: str
    graph: str
    bound: dict[str, list[str]]
    generation: int
    whole: bool
    rows: int
    size: int
    deadline: float

    def encode(self) -> bytes:
        """Return the request as one frame."""
        return json_frame(vars(self), QUERY)

    @property
    def substitutions(self) -> dict[Variable, Any]:
        """Return the bound variables with their terms."""
        return {Variable(name): _read(parts) for name, parts in self.bound.items()}


def written(term: NamedNode | Literal) -> list[str]:
    """Return a term as plain data: an IRI alone, or text, datatype and language."""
    if isinstance(term, NamedNode):
        return [term.value]
    return [term.value, term.datatype.value, term.language or ""]


def _read(parts: list[str]) -> NamedNode | Literal:
    if len(parts) == 1:
        return NamedNode(parts[0])
    text, datatype, language = parts
    return Literal(text, language=language) if language else Literal(text, datatype=NamedNode(datatype))


def write_json(stream: BinaryIO, content: object) -> None:
    """Write one frame of JSON."""
    stream.write(json_frame(content))
    stream.flush()


def json_frame(content: object, kind: bytes = LAST) -> bytes:
    """Return plain data as one frame."""
    text = json.dumps(content).encode()
    return HEAD.pack(kind, len(text)) + text


def read_json(stream: BinaryIO) -> Any:
    """Read one frame of JSON; None when the pool has closed the pipe."""
    head = stream.read(HEAD.size)
    return json.loads(stream.read(HEAD.unpack(head)[1])) if len(head) == HEAD.size else None


def write_frame(stream: BinaryIO, kind: bytes, content: bytes = b"") -> None:
    """Write one frame, so that the pool is woken once."""
    stream.write(HEAD.pack(kind, len(content)) + content)
    stream.flush()
