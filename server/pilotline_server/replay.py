"""Keeps responses to GET, so that the same question in the same generation is answered without work."""

from collections.abc import Hashable, Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pilotline.store import Store
from pilotline_server.cache import AnswerCache

# What the response to a GET depends on beside its address.
_TELLING = frozenset({b"accept", b"accept-encoding", b"host", b"if-none-match", b"x-forwarded-proto"})
# Who sends one of these goes the long way.
_SPECIAL = frozenset({b"authorization", b"content-length", b"expect", b"transfer-encoding", b"upgrade"})
Fields = Iterable[tuple[bytes, bytes]]


class Kept:
    """Responses of 200 whose ETag names the generation, from their first header to their end."""

    def __init__(self, store: Store, size: int) -> None:
        self._store = store
        self._cache: AnswerCache[bytes] = AnswerCache(size)

    def get(self, path: bytes, query: bytes, headers: Fields) -> bytes | None:
        """Return what was answered to the same request; None where it has to be answered anew."""
        key = _key(path, query, headers)
        return None if key is None else self._cache.get((self._store.generation, key))

    def put(self, generation: int, scope: Scope, answer: bytes) -> None:
        """Keep a response from its first header on, if it is one to a GET that may be kept."""
        if (key := _key_of(scope)) is not None:
            self._cache.put((generation, key), answer, len(answer))

    def remembering(self, scope: Scope, send: Send) -> Send:
        """Return a `send` that keeps a response which comes in one piece."""
        if _key_of(scope) is None:
            return send
        generation = self._store.generation
        head: list[tuple[bytes, bytes]] = []
        named = b'W/"g%d-' % generation

        async def remember(message: Message) -> None:
            nonlocal head
            if message["type"] == "http.response.start":
                fields = dict(message["headers"])
                whole = fields.get(b"etag", b"").startswith(named) and b"content-length" in fields
                head = list(message["headers"]) if whole and message["status"] == 200 else []
            elif head and not message.get("more_body", False):
                lines = b"".join(b"%s: %s\r\n" % field for field in head)
                self.put(generation, scope, b"".join((lines, b"\r\n", message["body"])))
            else:
                head = []
            await send(message)

        return remember


class Replay:
    """Keeps the responses of an application."""

    def __init__(self, app: ASGIApp, kept: Kept) -> None:
        self._app, self._kept = app, kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http":
            send = self._kept.remembering(scope, send)
        await self._app(scope, receive, send)


def _key_of(scope: Scope) -> Hashable | None:
    if scope["method"] != "GET":
        return None
    path = scope["raw_path"].removeprefix(scope.get("root_path", "").encode())
    return _key(path, scope["query_string"], scope["headers"])


def _key(path: bytes, query: bytes, headers: Fields) -> Hashable | None:
    telling = []
    for field in headers:
        name = field[0]
        if name in _TELLING:
            telling.append(field)
        elif name in _SPECIAL or (name == b"connection" and field[1].lower() != b"keep-alive"):
            return None
    return path, query, tuple(telling)
