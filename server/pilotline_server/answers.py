"""Sends an answer of a worker to the client, and stops the query when the client leaves."""

import asyncio
import logging
import math
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from pilotline.store.workers import Answer, QueryError
from pilotline_server.packing import LEAST

_log = logging.getLogger(__name__)
T = TypeVar("T")


async def while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Return the result of the work; cancel it and raise ClientDisconnect when the client leaves first."""
    task = asyncio.current_task()
    assert task is not None
    before, left = task.cancelling(), False

    def leave(watch: asyncio.Future[None]) -> None:
        nonlocal left
        if not watch.cancelled():
            left = task.cancel()

    gone = asyncio.ensure_future(_gone(request.receive))
    gone.add_done_callback(leave)
    try:
        return await work
    except asyncio.CancelledError:
        if left and task.uncancel() <= before:
            raise ClientDisconnect from None
        raise
    finally:
        gone.remove_done_callback(leave)
        gone.cancel()


class AnswerResponse(Response):
    """A response whose body comes from a worker.

    A failure after the first block breaks the connection, so that the client sees that it has not all.
    headers: beside its length and what it varies with. size: bytes of the body; infinite while they are
    not known.
    """

    def __init__(self, answer: Answer, media_type: str, headers: dict[str, str]) -> None:
        super().__init__()
        self._answer = answer
        self.size = len(answer.first) if answer.complete else math.inf
        if media_type.startswith("text/"):
            media_type += "; charset=utf-8"
        fields = {"Content-Type": media_type} | headers | {"Vary": self._varies()}
        if answer.complete:
            fields["Content-Length"] = str(self.size)
        self.raw_headers = [(name.lower().encode(), value.encode()) for name, value in fields.items()]

    def _varies(self) -> str:
        """Return what the response depends on; what packs long ones adds that it does."""
        return "Accept, Accept-Encoding" if self.size < LEAST else "Accept"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send head and body, unless the client asked for the head alone or leaves."""
        if self._answer.complete:
            return await self._send(scope, send)
        sending = asyncio.ensure_future(self._send(scope, send))
        gone = asyncio.ensure_future(_gone(receive))
        try:
            await asyncio.wait({sending, gone}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        except QueryError as error:
            _log.warning("an answer was broken off: %s", error)
        finally:
            await _cancel(sending, gone)
            await self._answer.close()
        return None

    async def _send(self, scope: Scope, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
        elif self._answer.complete:
            await send({"type": "http.response.body", "body": self._answer.first})
        else:
            async for block in self._answer.blocks():
                await send({"type": "http.response.body", "body": block, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cancel(*tasks: asyncio.Future[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
