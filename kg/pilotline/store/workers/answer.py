"""An answer on its way from a worker to whoever asked."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from pilotline.store.workers.errors import (
    EvaluationError,
    GoneGenerationError,
    QueryError,
    QueryTimeoutError,
    QueryTooLargeError,
    UnknownGraphError,
    WorkerDiedError,
)
from pilotline.store.workers.forks import Fork
from pilotline.store.workers.frames import FAILED, GENERATION, LAST
from pilotline.store.workers.process import Process
from pilotline.store.workers.syntax import explained

Release = Callable[[Process | Fork, bool], Awaitable[None]]


class Answer:
    """An answer. Read `first`, and the rest from `blocks` unless it is complete.

    release: what takes the worker back, and learns whether it can be used again.
    deadline: seconds, for the message. end: when they are over, on the monotonic clock.
    """

    def __init__(
        self, worker: Process | Fork, release: Release, query: str, end: float, deadline: float
    ) -> None:
        self._worker: Process | Fork | None = worker
        self._release = release
        self._query = query
        self._end = end
        self._deadline = deadline
        self._reusable = False
        self.generation = 0
        self.first = b""
        self.complete = False

    async def start(self) -> None:
        """Read up to the first block."""
        kind, content = await self._next()
        self.generation, self.first = int.from_bytes(content[:GENERATION]), content[GENERATION:]
        if kind == LAST:
            await self._finish()

    async def blocks(self) -> AsyncIterator[bytes]:
        """Yield the answer. A QueryError on the way means that what came so far is not the whole."""
        try:
            yield self.first
            while not self.complete:
                kind, content = await self._next()
                if kind == LAST:
                    await self._finish()
                if content:
                    yield content
        finally:
            await self.close()

    async def close(self) -> None:
        """Let go of the worker; a query that still runs ends here."""
        if self._worker is not None:
            worker, self._worker = self._worker, None
            await asyncio.shield(asyncio.ensure_future(self._release(worker, self._reusable)))

    async def _finish(self) -> None:
        self.complete = self._reusable = True
        await self.close()

    async def _next(self) -> tuple[bytes, bytes]:
        if self._worker is None:
            raise WorkerDiedError("the answer was closed before its end")
        try:
            async with asyncio.timeout(self._end - time.monotonic()):
                kind, content = await self._worker.receive()
        except TimeoutError:
            raise QueryTimeoutError(
                f"the query took longer than {self._deadline:g} s; make it narrower"
            ) from None
        if kind == FAILED:
            self._reusable = True
            raise failure(content.decode(errors="replace"), self._query)
        return kind, content


def failure(content: str, query: str) -> QueryError:
    """Turn what a worker says into a typed error."""
    kind, _, message = content.partition(" ")
    if kind == "large":
        return QueryTooLargeError(f"the answer is too large: {message}; ask for less, or in parts with LIMIT")
    if kind == "syntax":
        return explained(message, query)
    if kind == "evaluation":
        return EvaluationError(message)
    if kind == "gone":
        return GoneGenerationError(message)
    if kind == "unknown":
        return UnknownGraphError(f"there is no graph {message}")
    return WorkerDiedError(f"the engine gave up: {message}")
