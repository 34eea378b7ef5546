"""Adds to every response, errors too, the headers that keep a browser safe and let scripts read it."""

import logging

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pilotline_server.problems import TOLD, on_unforeseen

_log = logging.getLogger(__name__)
ALWAYS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Location, Retry-After, WWW-Authenticate",
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
ALWAYS_FIELDS = [(name.lower().encode(), value.encode()) for name, value in ALWAYS.items()]
ALWAYS_LINES = b"".join(b"%s: %s\r\n" % field for field in ALWAYS_FIELDS)


class Headers:
    """The outermost part of the application: also what nobody foresaw becomes a proper error."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add to the head of what comes back."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = list(message["headers"])
                named = {name for name, _ in headers}
                message["headers"] = [*headers, *(field for field in ALWAYS_FIELDS if field[0] not in named)]
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        except ClientDisconnect:
            _log.info("the client left %s %s", scope["method"], scope["path"])
        except Exception as error:
            if scope.get(TOLD):
                return None
            failed = await on_unforeseen(Request(scope), error)
            if started:
                raise
            await failed(scope, receive, with_headers)
