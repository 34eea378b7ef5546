"""One HTTP connection: bounds what comes in size and time, and sends at once what is kept."""

import asyncio
import re
from functools import partial
from typing import Any, cast

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from pilotline.store.workers.lent import LARGEST, QUICK
from pilotline_server.headers import ALWAYS
from pilotline_server.lean import Lean, Turn
from pilotline_server.metrics import Metrics
from pilotline_server.problems import problem
from pilotline_server.replay import Kept

_HEAD = 128 * 1024  # bytes of a request head
_URL = 65_000  # bytes; the parser of URLs takes no more than 65,535
_SLOWEST = 10_000  # bytes a second that a body must have on the average
_GET = b"GET"
_VERSIONS = ("1.0", "1.1")
_HOST = re.compile(rb"[A-Za-z0-9._~!$&'()*+,;=%:\[\]-]*")  # the characters of RFC 3986, section 3.2
_INTERIM = b"HTTP/1.1 100"
# Quick answers in a row after which a worker gets the connection: at first, times so many when that was of no
# use, and at most.
_ENOUGH, _MORE, _MOST = 4, 4, 256


class _Joined:
    """A transport that sends the head of a response with the first part of its body.

    Both are one packet then. A response to HEAD has no body, and goes without it.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head: bytes | None = None
        self._through = False

    def write(self, data: bytes) -> None:
        """Send, or hold back the head."""
        if self._through or data.startswith(_INTERIM):
            self._transport.write(data)
        elif self._head is None:
            self._head = data
        else:
            self._through = True
            self._transport.write(self._head + data)

    def close(self) -> None:
        """End the connection when all is sent."""
        if self._head is not None and not self._through:
            self._transport.write(self._head)
        self._transport.close()

    def is_closing(self) -> bool:
        """Say whether the connection ends."""
        return self._transport.is_closing()


class Connection(HttpToolsProtocol):
    """Reads requests for an application, but for those that `kept` or a worker answers at once.

    lean: the way to the workers; None where all goes through the application.
    patience: seconds in which the head of a request must be complete, and a part of its body come.
    """

    def __init__(
        self, *arguments: Any, kept: Kept, lean: Lean | None, metrics: Metrics, patience: float, **more: Any
    ) -> None:
        super().__init__(*arguments, **more)
        self._lean, self._turn = lean, cast(Turn | None, None)
        self._running: RequestResponseCycle | None = None
        self._waits_for_body: tuple[RequestResponseCycle, ASGI3Application] | None = None
        self._kept, self._metrics, self._patience = kept, metrics, patience
        self._in_head, self._head = True, 0  # bytes of a head that is not complete
        self._body, self._since, self._last = 0, 0.0, 0.0  # bytes of a body, when it began, when a part came
        self._answered = False
        self._request = b""  # that was read last, as it came, if it is short
        self._quick, self._enough, self._is_lent = 0, _ENOUGH, False
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a first request, but not for ever."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_timer()
        if self._is_lent and self._lean is not None:
            self._lean.endpoint.pool.want_back()
        self._waits_for_body = None
        if self._turn is not None:
            self._turn.leave()
            self._turn = None
        super().connection_lost(exc)
        if self._running is not None:  # others may have come behind it
            self._running.disconnected = not self._running.response_complete
            self._running.message_event.set()
        self.pipeline.clear()

    def data_received(self, data: bytes) -> None:
        """Read on; a head without end is refused."""
        if self._in_head and not self._head:
            self._request = data
        elif len(self._request) <= LARGEST:
            self._request += data
        if self._in_head:
            self._head += len(data)
        else:
            self._body += len(data)
            self._last = self.loop.time()
        super().data_received(data)
        if self.transport.is_closing() or (self._in_head and not self._head):
            return
        if self._head > _HEAD:
            self._refuse(
                431, f"the head of the request is larger than {_HEAD} bytes; send long texts by POST"
            )
        else:
            self._wait()

    def on_headers_complete(self) -> None:
        """Send what is kept, or begin with the request."""
        self._in_head, self._head, self._body = False, 0, 0
        self._since = self._last = self.loop.time()
        self._stop_timer()
        if refusal := self._refusal():
            self._answered = True
            self._refuse(*refusal)
        elif not self._sent_at_once():
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        if not self._answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request; the next head may follow."""
        self._in_head = True
        self._stop_timer()
        if self._answered:
            self._answered = False
            return
        super().on_message_complete()
        if self._waits_for_body is not None:
            begun, self._waits_for_body = self._waits_for_body, None
            self._start_asgi_task(*begun)

    def on_response_complete(self) -> None:
        """End a response; the next request may begin."""
        turn, self._turn, self._running = self._turn, None, None
        super().on_response_complete()
        self._quick = self._quick + 1 if turn is not None and turn.seconds <= QUICK else 0
        if turn is not None and self._quick >= self._enough:
            self._lend(turn)

    def _lend(self, turn: Turn) -> None:
        """Lend the connection to a worker, if nothing is under way on it."""
        waits = self._head or not self._in_head or self._turn is not None or self._running is not None
        if waits or self._lean is None or self.transport.is_closing():
            return
        if self.flow.read_paused or self.transport.get_write_buffer_size():
            return
        descriptor = self.transport.get_extra_info("socket").fileno()
        back = partial(self._take_back, self.scope["method"])
        if self._lean.lend(turn, self._request, descriptor, back):
            self._is_lent, self._quick = True, 0
            self._unset_keepalive_if_required()
            self.flow.pause_reading()

    def _take_back(self, method: str, sound: bool, too_slow: bool, seconds: list[float]) -> None:
        """Go on with a connection after a worker; a request that has no answer yet is there to be read."""
        self._is_lent = False
        for taken in seconds:
            self._metrics.record("/sparql", method, 200, taken)
        self.server_state.total_requests += len(seconds)
        if too_slow:
            self._enough = min(_MORE * self._enough, _MOST)
        if self.transport.is_closing():
            return
        if not sound:
            self.transport.abort()
            return
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )
        self.flow.resume_reading()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Begin with a request: a plain query goes straight to a worker, once its body is here."""
        if self._lean is not None and self._lean.takes(cycle):
            if cycle.more_body and cycle.scope["method"] == "POST":
                self._waits_for_body = cycle, app
                return
            self._turn = self._lean.begin(cycle, partial(self._go_on, cycle, app))
        if self._turn is None:
            self._go_on(cycle, app)

    def _go_on(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Let the application answer."""
        self._turn = None
        self._running = cycle
        if cycle.scope["method"] != "HEAD":
            cycle.transport = cast(asyncio.Transport, _Joined(self.transport))
        super()._start_asgi_task(cycle, app)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        self._refuse(400, msg)

    def _refusal(self) -> tuple[int, str] | None:
        """Return why a head is not passed on; None for one that is."""
        if len(self.url) > _URL:
            return 414, f"the URL is longer than {_URL} bytes; send it by POST"
        version, names = self.parser.get_http_version(), [name for name, _ in self.headers]
        if version not in _VERSIONS:
            return 505, f"HTTP/{version} is not spoken here; speak HTTP/1.1"
        if version == "1.1" and names.count(b"host") != 1:
            return 400, "a request of HTTP/1.1 names its host once"
        if not all(_HOST.fullmatch(value) for name, value in self.headers if name == b"host"):
            return 400, "the Host is no name or address with a port"
        codings = [value.lower() for name, value in self.headers if name == b"transfer-encoding"]
        if codings and codings != [b"chunked"]:
            return 501, "no other Transfer-Encoding than chunked is taken"
        return None

    def _sent_at_once(self) -> bool:
        """Answer a GET that was answered before, unless another answer is under way."""
        idle = self.cycle is None or self.cycle.response_complete
        if not idle or self.parser.get_method() != _GET or self.parser.get_http_version() != "1.1":
            return False
        path, _, query = self.url.partition(b"?")
        answer = self._kept.get(path, query, self.headers)
        if answer is None or self.transport.get_write_buffer_size():
            return False
        date = b"".join(b"%s: %s\r\n" % field for field in self.server_state.default_headers)
        self.transport.write(b"".join((STATUS_LINE[200], date, answer)))
        self._metrics.record(path.decode("ascii"), "GET", 200, 0.0)
        self._answered = True
        self.server_state.total_requests += 1
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )
        return True

    def _wait(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self._patience, self._look)

    def _look(self) -> None:
        """End a connection of which nothing comes, unless the server itself has stopped reading."""
        self._timer = None
        if self.transport.is_closing():
            return
        if self._answers_another() or (not self._in_head and (self.flow.read_paused or self._body_goes_on())):
            self._wait()
        elif self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
            self._refuse(408, f"the request did not go on for {self._patience:g} s")
        else:
            self.transport.close()

    def _answers_another(self) -> bool:
        """Say whether an earlier request than the one that is read has no answer yet."""
        return self._in_head and self.cycle is not None and not self.cycle.response_started

    def _body_goes_on(self) -> bool:
        now = self.loop.time()
        due = self._since + self._patience + self._body / _SLOWEST
        return now < min(due, self._last + self._patience)

    def _refuse(self, status: int, detail: str) -> None:
        if self.transport.is_closing():
            return
        response = problem(status, detail, {"Connection": "close"} | ALWAYS)
        fields = [*self.server_state.default_headers, *response.raw_headers]
        head = b"".join(b"%s: %s\r\n" % field for field in fields)
        self.transport.write(b"".join((STATUS_LINE[status], head, b"\r\n", bytes(response.body))))
        self.transport.close()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
