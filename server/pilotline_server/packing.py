"""Packs answers by gzip where the client takes it."""

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pilotline_server.negotiation import weight

LEAST = 40_000  # bytes; TCP sends so much in two round trips, which in a lab take less time than packing
_LEVEL = 1  # a core packs some 100 MB/s at this level; higher ones cost more than they save in a lab


class Packing:
    """Packs bodies, and lets HEAD say what GET would."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._packing = GZipMiddleware(app, minimum_size=LEAST, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        head = scope["method"] == "HEAD"
        takes = any(_takes_gzip(value) for name, value in scope["headers"] if name == b"accept-encoding")

        async def varied(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "accept-encoding" not in headers.get("vary", "").lower():
                    headers.add_vary_header("Accept-Encoding")
                if head and takes:
                    _say_as_packed(headers)
            await send(message)

        return await (self._packing if takes and not head else self._app)(scope, receive, varied)


def _takes_gzip(accepted: bytes) -> bool:
    """Say whether a value of Accept-Encoding takes gzip: `gzip;q=0` does not."""
    for part in accepted.decode("latin-1").lower().split(","):
        coding, *parameters = (piece.strip() for piece in part.split(";"))
        if coding in ("gzip", "x-gzip"):
            return weight(parameters) > 0
    return False


def _say_as_packed(answer: MutableHeaders) -> None:
    """Give the head of an empty answer the fields that it has with its body, as far as they are known."""
    if int(answer.get("content-length", LEAST)) >= LEAST:
        del answer["content-length"]
        answer["content-encoding"] = "gzip"
