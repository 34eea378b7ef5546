"""Answers a GET that was answered before in the same generation, without doing the work again."""

from collections.abc import Hashable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pilotline.store import Store
from pilotline_server.cache import AnswerCache

_TELLING = frozenset({b"accept", b"accept-encoding", b"host", b"if-none-match"})
Head = list[tuple[bytes, bytes]]


class Replay:
    """Remembers responses whose ETag names the generation; who sends a token goes the long way."""

    def __init__(self, app: ASGIApp, store: Store, cache: AnswerCache[tuple[Head, bytes]]) -> None:
        self._app, self._store, self._cache = app, store, cache

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is known, or pass the request on and remember the response."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return await self._app(scope, receive, send)
        telling = tuple(field for field in scope["headers"] if field[0] in _TELLING)
        if any(name == b"authorization" for name, _ in scope["headers"]):
            return await self._app(scope, receive, send)
        generation = self._store.generation
        key = (generation, scope["raw_path"], scope["query_string"], telling)
        if (known := self._cache.get(key)) is None:
            return await self._app(scope, receive, self._remembering(generation, key, send))
        head, body = known
        await send({"type": "http.response.start", "status": 200, "headers": head})
        return await send({"type": "http.response.body", "body": body})

    def _remembering(self, generation: int, key: Hashable, send: Send) -> Send:
        """Return a `send` that keeps a response which comes in one piece."""
        head: Head = []
        named = b'W/"g%d-' % generation

        async def remember(message: Message) -> None:
            nonlocal head
            if message["type"] == "http.response.start":
                fields = list(message["headers"])
                tagged = any(name == b"etag" and tag.startswith(named) for name, tag in fields)
                head = fields if tagged and message["status"] == 200 else []
            elif head and not message.get("more_body", False):
                self._cache.put(key, (head, message["body"]), len(message["body"]))
            else:
                head = []
            await send(message)

        return remember
