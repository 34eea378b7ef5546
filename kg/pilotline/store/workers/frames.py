"""How a worker and its pool talk: one letter, four bytes of length, the content."""

import json
import struct
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

HEAD = struct.Struct(">cI")
BLOCK = 64 * 1024

READY, GENERATION, DATA, LAST, FAILED = b"R", b"G", b"D", b"L", b"F"


@dataclass(frozen=True)
class Request:
    """One query for a worker.

    default_graphs, named_graphs: the dataset as the protocol names it; None when it names none.
    rows, size: caps on the answer. deadline: seconds, after which the worker ends itself.
    """

    query: str
    format: str
    default_graphs: list[str] | None
    named_graphs: list[str] | None
    rows: int
    size: int
    deadline: float

    def encode(self) -> bytes:
        """Return the request as one frame."""
        content = json.dumps(asdict(self)).encode()
        return HEAD.pack(b"Q", len(content)) + content

    @classmethod
    def read(cls, stream: BinaryIO) -> "Request | None":
        """Read the next request; None when the pool has closed the pipe."""
        head = stream.read(HEAD.size)
        if len(head) < HEAD.size:
            return None
        fields: dict[str, Any] = json.loads(stream.read(HEAD.unpack(head)[1]))
        return cls(**fields)


def write_frame(stream: BinaryIO, kind: bytes, content: bytes = b"") -> None:
    """Write one frame and push it out."""
    stream.write(HEAD.pack(kind, len(content)))
    stream.write(content)
    stream.flush()
