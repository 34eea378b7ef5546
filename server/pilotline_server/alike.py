"""Speaks HTTP in a worker that is lent a connection: requests that differ in nothing but their query.

What they have in common was read, and found good, by the server when it answered the first of them. A request
with any other byte goes back to it. This is imported by workers, and so imports no web framework.
"""

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any
from urllib.parse import unquote_plus

from pilotline.store import Store
from pilotline.store.workers import Pool
from pilotline.store.workers.frames import Request
from pilotline.store.workers.guard import Guard, answers_with_a_graph, may_name_graphs
from pilotline.store.workers.lent import LARGEST
from pilotline_server.tags import Tags, may_differ

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)\r\n", re.IGNORECASE)
_TARGET = re.compile(rb"GET [^ ?]+\?query=([^ &;#]*) HTTP/1\.1\r\n")
_ENCODED = re.compile(rb"[A-Za-z0-9%+=._~*'()!,:@/?$\[\]-]*")
_DIGITS = 5  # of a length
_END = b"\r\n\r\n"
_OWN_FIELDS = frozenset({b"etag", b"content-length"})  # of a response, which differ from one to the next


@dataclass(frozen=True)
class Frame:
    """What stands around that which differs: the query in a GET, the length of the query in a POST."""

    posted: bool
    before: bytes
    after: bytes

    @classmethod
    def of(cls, request: bytes) -> "Frame | None":
        """Take a request apart; None for one of another kind."""
        head = request.partition(_END)[0] + _END
        if head.startswith(b"GET "):
            found, posted = _TARGET.match(head), False
        else:
            lengths, posted = list(_LENGTH.finditer(head)), True
            found = lengths[0] if len(lengths) == 1 else None
        return None if found is None else cls(posted, head[: found.start(1)], head[found.end(1) :])

    def query(self, request: bytes) -> bytes | int:
        """Return the query as it was sent; the bytes of a request that goes on; 0 for one of another kind."""
        start = len(self.before)
        if not request.startswith(self.before):
            return 0
        if not self.posted:
            query = request[start : len(request) - len(self.after)]
            return query if request.endswith(self.after) and _ENCODED.fullmatch(query) else 0
        end = request.find(b"\r", start, start + _DIGITS + 1)
        digits, body = request[start : max(end, start)], end + len(self.after)
        if not digits.isdigit() or not request.startswith(self.after, end):
            return 0
        size = body + int(digits)
        return request[body:] if len(request) == size else size * (len(request) < size)


def terms(
    data: bytes, request: Request, what: Sequence[object], fields: Iterable[tuple[bytes, bytes]], pool: Pool
) -> dict[str, Any] | None:
    """Return what a worker has to know to answer requests like one; None for one that is of no such kind.

    data: the request as it came. request: what a worker was asked. what: what the ETag goes by beside the
    query. fields: the header of the response.
    """
    frame = Frame.of(data)
    if frame is None:
        return None
    lines = b"".join(b"%s: %s\r\n" % field for field in fields if field[0] not in _OWN_FIELDS)
    asked = {name: value for name, value in vars(request).items() if name != "query"}
    guard = {name: getattr(pool.limits.guard, name) for name in ("length", "tokens", "depth", "chain")}
    return {
        "speaker": __name__, "store": str(pool.store.path), "generation": pool.in_memory,
        "posted": frame.posted, "before": frame.before.decode("latin-1"),
        "after": frame.after.decode("latin-1"), "fields": lines.decode("latin-1"),
        "request": asked | {"size": min(request.size, LARGEST - 1)}, "what": what, "guard": guard,
    }  # fmt: skip


class Speaker:
    """Reads and answers requests that differ in their query.

    terms: what `terms` gives.
    """

    def __init__(self, terms: dict[str, Any]) -> None:
        before, after = (terms[name].encode("latin-1") for name in ("before", "after"))
        self._frame = Frame(terms["posted"], before, after)
        self._guard = Guard(**terms["guard"])
        self._request, self._what = terms["request"], terms["what"]
        self._store, self._generation = Store.open(terms["store"]), terms["generation"]
        self._tags = Tags(self._store)
        self._fields = terms["fields"].encode("latin-1")
        self._second, self._head = 0, b""

    def heard(self, data: bytes) -> Request | int:
        """Return the query; the bytes of a request that goes on; 0 for one that the server must see."""
        sent = self._frame.query(data)
        if isinstance(sent, int):
            return sent
        try:
            query = sent.decode() if self._frame.posted else unquote_plus(sent.decode(), errors="strict")
        except UnicodeDecodeError:
            return 0
        plain = (
            self._guard.is_harmless(query)
            and not answers_with_a_graph(query)
            and not may_name_graphs(query)
            and not may_differ(query)
        )
        if not plain or self._store.generation != self._generation:
            return 0
        return Request(query=query, **self._request)

    def answers(self, data: bytes, query: str) -> bool:
        """Say whether this is a request that can be answered, with a query that is known."""
        request = self.heard(data)
        return isinstance(request, Request) and request.query == query

    def told(self, request: Request, content: bytes) -> bytes:
        """Return the response with an answer."""
        now = int(time.time())
        if now != self._second:
            date = formatdate(now, usegmt=True).encode()
            self._second, self._head = now, b"HTTP/1.1 200 OK\r\ndate: %s\r\n%s" % (date, self._fields)
        tag = self._tags.of(self._generation, request.query, *self._what).encode()
        return b"%setag: %s\r\ncontent-length: %d\r\n\r\n%s" % (self._head, tag, len(content), content)
