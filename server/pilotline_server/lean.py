"""Answers a plain query without the application, which costs more than most queries do.

What is unusual about a request or its answer is left to the application, which begins or goes on with it. So
there is one place for each error, for long answers and for slow ones.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from pilotline.errors import PilotlineError
from pilotline.store.workers import Back
from pilotline_server.alike import Speaker, terms
from pilotline_server.headers import ALWAYS_FIELDS, ALWAYS_LINES
from pilotline_server.metrics import SINCE, Metrics
from pilotline_server.negotiation import HTML
from pilotline_server.packing import LEAST
from pilotline_server.protocol import query_in
from pilotline_server.replay import Kept
from pilotline_server.sparql import BEGUN, Begun, Endpoint

_PATHS = frozenset({"/sparql", "/sparql/"})
_BODY = 16_000  # bytes of a body; longer ones come in parts
_QUICK = 0.05  # seconds that an answer may take; then the application waits for it
# Who sends one of these goes the ordinary way; so does a body where there should be none.
_SPECIAL = frozenset({b"content-encoding", b"expect", b"transfer-encoding", b"upgrade"})
# Who sends nothing but these may be answered by a worker that has the connection.
_ORDINARY = frozenset({
    b"accept", b"accept-encoding", b"accept-language", b"connection", b"content-length", b"content-type",
    b"host", b"user-agent",
})  # fmt: skip


@dataclass(frozen=True)
class Lean:
    """The way of plain queries of one server."""

    endpoint: Endpoint
    kept: Kept
    metrics: Metrics

    def takes(self, cycle: RequestResponseCycle) -> bool:
        """Say whether a request may go this way, by its head."""
        scope = cycle.scope
        method = scope["method"]
        if scope["path"] not in _PATHS or method not in ("GET", "POST") or scope["http_version"] != "1.1":
            return False
        length = b""
        for name, value in scope["headers"]:
            if name in _SPECIAL:
                return False
            if name == b"content-length":
                length = value
        return length.isdigit() and int(length) <= _BODY if method == "POST" else not length

    def lend(self, turn: "Turn", request: bytes, connection: int, back: Back) -> bool:
        """Lend a connection to a worker that answers more requests like one that is done; say if one does.

        request: as it came. connection: its descriptor. back: called once, when it is not lent any more.
        """
        terms = turn.terms(request)
        return terms is not None and self.endpoint.pool.lend(connection, turn.client, terms, back)

    def begin(self, cycle: RequestResponseCycle, ordinary: Callable[[], None]) -> "Turn | None":
        """Begin with a request whose body is here; None where the application has to.

        ordinary: lets the application go on with a request that was begun.
        """
        request, since = Request(_plain(cycle)), time.monotonic()
        try:
            asked = query_in(request, bytes(cycle.body))
            plan = None if asked is None else self.endpoint.plan(request, asked)
            if plan is None or isinstance(plan, Response) or plan.offer == HTML:
                return None
            client = self.endpoint.access.client(request, "read")
            question = plan.question(client)
            answer = self.endpoint.pool.begin(question)
        except (HTTPException, PilotlineError, OSError):
            return None  # the application comes to the same, and says so
        if answer is None:
            return None
        return Turn(self, cycle, Begun(plan, question, answer), ordinary, since)


class Turn:
    """One query under way. It ends with its answer, in the application, or because the client leaves."""

    def __init__(
        self,
        lean: Lean,
        cycle: RequestResponseCycle,
        begun: Begun,
        ordinary: Callable[[], None],
        since: float,
    ) -> None:
        self._lean, self._cycle, self._begun = lean, cycle, begun
        self._plan, self._answer = begun.plan, begun.answer
        self._ordinary, self._since = ordinary, since
        self._fields: list[tuple[bytes, bytes]] = []
        self._timer = asyncio.get_running_loop().call_later(_QUICK, self._pass_on)
        self._answer.call(self._heard)
        self.seconds = 0.0

    @property
    def client(self) -> str:
        """Return who asks, for a fair share."""
        return self._begun.question.client

    def terms(self, request: bytes) -> dict[str, Any] | None:
        """Return what a worker has to know to answer more requests like this one; None where none can.

        request: as it came.
        """
        plan, question, pool = self._plan, self._begun.question, self._lean.endpoint.pool
        names = {name for name, _ in self._cycle.scope["headers"]}
        if names - _ORDINARY or not plan.may_be_kept or question.whole:
            return None
        what = [*plan.asked[1:], plan.offer.name]
        found = terms(request, pool.request(question), what, self._fields, pool)
        return found if found is not None and Speaker(found).answers(request, question.query) else None

    def leave(self) -> None:
        """Stop the query of a client that has left."""
        self._let_go()
        self._lean.endpoint.pool.stop(self._answer)
        self._record(499)

    def _heard(self) -> None:
        self._let_go()
        try:
            answer = self._whole()
        except (PilotlineError, OSError):
            answer = None  # the application comes to the same, and says so
        except BaseException:
            self._cycle.transport.abort()
            raise
        if answer is None:
            self._pass_on()
        else:
            self._send(answer)

    def _let_go(self) -> None:
        self._timer.cancel()
        self._answer.call(None)

    def _pass_on(self) -> None:
        self._let_go()
        _plain(self._cycle).update({BEGUN: self._begun, SINCE: self._since})
        self._ordinary()

    def _whole(self) -> bytes | None:
        """Return the response from its first header on; None for one that is not small and quick to send."""
        if self._cycle.flow.write_paused or not self._answer.take():
            return None
        response = self._lean.endpoint.told(self._plan, self._answer)
        if response.size >= LEAST:
            if any(name == b"accept-encoding" for name, _ in self._cycle.scope["headers"]):
                return None  # it may be packed
            response.headers.add_vary_header("Accept-Encoding")
        self._fields = [*response.raw_headers, *ALWAYS_FIELDS]
        lines = b"".join(b"%s: %s\r\n" % field for field in response.raw_headers)
        return b"".join((lines, ALWAYS_LINES, b"\r\n", self._answer.first))

    def _send(self, answer: bytes) -> None:
        cycle = self._cycle
        first = b"".join(b"%s: %s\r\n" % field for field in cycle.default_headers)
        close = b"" if cycle.keep_alive else b"connection: close\r\n"
        cycle.transport.write(b"".join((STATUS_LINE[200], first, close, answer)))
        cycle.response_started = cycle.response_complete = True
        self._record(200)
        if self._plan.may_be_kept and self._answer.generation == self._plan.generation:
            self._lean.kept.put(self._answer.generation, _plain(cycle), answer)
        if close:
            cycle.transport.close()
        cycle.on_response()

    def _record(self, status: int) -> None:
        scope = self._cycle.scope
        self.seconds = time.monotonic() - self._since
        self._lean.metrics.record(scope["path"], scope["method"], status, self.seconds)


def _plain(cycle: RequestResponseCycle) -> Scope:
    """Return the scope of a request as Starlette takes it."""
    return cast(Scope, cycle.scope)
