"""An answer on its way from a worker to whoever asked."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

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

Worker = Process | Fork


@dataclass(frozen=True)
class Loan:
    """A worker lent to an answer.

    give_back: takes it back after its answer. end: takes it back in the middle of one, and ends it.
    """

    worker: Worker
    give_back: Callable[[Worker], None]
    end: Callable[[Worker], Awaitable[None]]


class Answer:
    """An answer. Read `first`, and the rest from `blocks` unless it is complete.

    deadline: seconds, for the message. end: when they are over, on the monotonic clock.
    """

    def __init__(self, loan: Loan, query: str, end: float, deadline: float) -> None:
        self._loan = loan
        self._worker: Worker | None = loan.worker
        self._query = query
        self._end = end
        self._deadline = deadline
        self._reusable = False
        self.generation = 0
        self.first = b""
        self.complete = False

    async def start(self) -> "Answer":
        """Read up to the first block, unless it was, and return the answer; a failure closes it."""
        if self.complete:
            return self
        try:
            self._begin(*await self._next())
        except BaseException:
            await self.close()
            raise
        return self

    def call(self, heard: Callable[[], None] | None) -> None:
        """Say what is called once, when the worker has said something or ended; None for nothing."""
        if self._worker is not None:
            self._worker.channel.heard = heard

    def take(self) -> bool:
        """Read the answer if it has come in one block; False leaves what has come to `start`."""
        assert self._worker is not None
        frame = self._worker.channel.first
        if frame is None or frame[0] != LAST:
            return False
        self._begin(*self._worker.channel.take())
        return True

    def _begin(self, kind: bytes, content: bytes) -> None:
        self.generation, self.first = int.from_bytes(content[:GENERATION]), content[GENERATION:]
        if kind == LAST:
            self._finish()

    async def blocks(self) -> AsyncIterator[bytes]:
        """Yield the answer. A QueryError on the way means that what came so far is not the whole."""
        try:
            yield self.first
            while not self.complete:
                kind, content = await self._next()
                if kind == LAST:
                    self._finish()
                if content:
                    yield content
        finally:
            await self.close()

    async def close(self) -> None:
        """Let go of the worker; a query that still runs ends here."""
        if self._worker is None:
            return
        worker, self._worker = self._worker, None
        if self._reusable:
            self._loan.give_back(worker)
        else:
            await asyncio.shield(asyncio.ensure_future(self._loan.end(worker)))

    def _finish(self) -> None:
        self.complete, worker, self._worker = True, self._worker, None
        if worker is not None:
            self._loan.give_back(worker)

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
