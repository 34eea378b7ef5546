"""Runs the web application until it is told to stop."""

import os
import resource
import socket
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import uvicorn

from pilotline.errors import PilotlineError
from pilotline_server.access import read_tokens
from pilotline_server.app import create_app
from pilotline_server.connection import Connection
from pilotline_server.settings import Settings

_GRACE = 5  # seconds for open answers when the server stops
_CONNECTIONS = 65_536  # open files that the server may have, where the system lets it


class ServeError(PilotlineError):
    """The address cannot be served at; the message says which and why."""


def run(*, db: Path, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve a store, read-only unless PILOTLINE_TOKEN is set.

    Errors: StoreError for a folder that is no store, ServeError for a taken address.
    """
    serve(Settings(db=db, host=host, port=port, tokens=read_tokens(None, os.environ)))


def serve(settings: Settings) -> None:
    """Serve as the settings say; port 0 takes a free one."""
    _allow_many_connections()
    app = create_app(settings)
    # A proxy in between has clients and an address of its own, which the application tells apart.
    lean = None if settings.public_url or settings.trusted_proxies else app.lean
    with _bound(settings.host, settings.port) as listening:
        config = uvicorn.Config(
            app.asgi,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
            http=cast(
                Any,
                partial(
                    Connection, kept=app.kept, lean=lean, metrics=app.metrics, patience=settings.patience
                ),
            ),
            root_path=urlsplit(settings.public_url).path,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
        )
        # uvicorn has closed everything when it passes the interrupt on.
        with suppress(KeyboardInterrupt):
            _Server(config, settings.db).run(sockets=[listening])


class _Server(uvicorn.Server):
    """A server that says where it is once it answers."""

    def __init__(self, config: uvicorn.Config, db: Path) -> None:
        super().__init__(config)
        self._db = db

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say where."""
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            address = f"[{host}]" if ":" in host else host
            sys.stdout.write(f"Serving {self._db} at http://{address}:{port}/\n")
            sys.stdout.flush()


def _allow_many_connections() -> None:
    """Raise the number of open files, which is 1024 by habit; worker processes inherit it without harm."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    limited = most != resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(_CONNECTIONS, most) if limited else _CONNECTIONS, most))


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise ServeError(
            f"{host}, port {port}: {os.strerror(error.errno or 0)}; choose another address or port"
        ) from None
    # Connections inherit it; without it a body waits 40 ms for the client to acknowledge its head.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
