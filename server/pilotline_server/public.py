"""Lets a server behind a proxy name itself as its clients do."""

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send


class Public:
    """Puts the public scheme and host in the place of those that the proxy used."""

    def __init__(self, app: ASGIApp, url: str) -> None:
        self._app = app
        self._url = urlsplit(url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http":
            headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
            host = (b"host", self._url.netloc.encode())
            scope = dict(scope, scheme=self._url.scheme, headers=[host, *headers])
        await self._app(scope, receive, send)
