"""Hands queries to worker processes and their answers, block by block, to whoever asked."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from pilotline.store.store import Store
from pilotline.store.workers.errors import (
    QueryError,
    QueryTimeoutError,
    QueryTooLargeError,
    QueueFullError,
    WorkerDiedError,
)
from pilotline.store.workers.frames import BLOCK, FAILED, GENERATION, HEAD, LAST, READY, Request
from pilotline.store.workers.guard import Guard
from pilotline.store.workers.syntax import explained

_START = 20.0  # seconds in which a worker must be ready


@dataclass(frozen=True)
class Limits:
    """What the queries may take.

    workers: processes. queue: queries that may wait for one. deadline: seconds for a query, with its wait.
    memory: address space of a worker in bytes. rows, size (bytes): caps on an answer.
    """

    workers: int = 2
    queue: int = 50
    deadline: float = 30.0
    memory: int = 2 * 1024**3
    rows: int = 1_000_000
    size: int = 256 * 1024**2
    guard: Guard = field(default_factory=Guard)


class Pool:
    """The workers of one store. Use it as an async context manager."""

    def __init__(self, store: Path | str, limits: Limits | None = None) -> None:
        self._path = Path(store)
        self.limits = limits or Limits()
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._slots = asyncio.Semaphore(self.limits.workers)
        self._waiting = 0

    async def __aenter__(self) -> "Pool":
        Store.open(self._path)
        self._idle = list(await asyncio.gather(*(self._spawn() for _ in range(self.limits.workers))))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in [*self._idle, *self._busy]:
            await worker.kill()

    async def query(
        self,
        query: str,
        answer_format: str,
        default_graphs: list[str] | None = None,
        named_graphs: list[str] | None = None,
    ) -> "Answer":
        """Start a query and return its answer once the first block is there.

        answer_format: a name of RESULT_FORMATS or GRAPH_FORMATS that fits the form of the query.
        The answer holds a worker until it is complete or closed; the caller sees to that.
        """
        limits = self.limits
        limits.guard.check(query)
        limits.guard.check_graphs([*(default_graphs or ()), *(named_graphs or ())])
        end = time.monotonic() + limits.deadline
        worker = await self._take(end)
        request = Request(
            query, answer_format, default_graphs, named_graphs, limits.rows, limits.size, limits.deadline
        )
        answer = Answer(self, worker, query, end)
        try:
            worker.send(request)
            await answer.start()
        except BaseException:
            await answer.close()
            raise
        return answer

    async def _take(self, end: float) -> "_Worker":
        if self._slots.locked() and self._waiting >= self.limits.queue:
            raise QueueFullError(f"{self._waiting} queries wait already; ask again in a moment")
        self._waiting += 1
        try:
            async with asyncio.timeout(end - time.monotonic()):
                await self._slots.acquire()
        except TimeoutError:
            raise QueryTimeoutError("no worker was free before the deadline; ask again later") from None
        finally:
            self._waiting -= 1
        try:
            worker = await self._idle_worker()
        except BaseException:
            self._slots.release()
            raise
        self._busy.add(worker)
        return worker

    async def _idle_worker(self) -> "_Worker":
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            await worker.kill()
        return await self._spawn()

    async def give_back(self, worker: "_Worker", *, reusable: bool) -> None:
        """Take back a worker after its answer; one that still computes is killed."""
        self._busy.discard(worker)
        try:
            if reusable and worker.alive:
                self._idle.append(worker)
            else:
                await worker.kill()
        finally:
            self._slots.release()

    async def _spawn(self) -> "_Worker":
        return await _Worker.start(self._path, self.limits.memory)


class Answer:
    """An answer on its way. Read `first`, and the rest from `blocks` unless it is complete."""

    def __init__(self, pool: Pool, worker: "_Worker", query: str, end: float) -> None:
        self._pool = pool
        self._query = query
        self._worker: _Worker | None = worker
        self._end = end
        self.generation = 0
        self.first = b""
        self.complete = False
        self._reusable = False

    async def start(self) -> None:
        """Read up to the first block."""
        kind, content = await self._next()
        if kind == GENERATION:
            self.generation = int(content)
            kind, content = await self._next()
        self.first = content
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
            await asyncio.shield(self._pool.give_back(worker, reusable=self._reusable))

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
            limit = self._pool.limits.deadline
            raise QueryTimeoutError(f"the query took longer than {limit:g} s; make it narrower") from None
        if kind == FAILED:
            self._reusable = True
            raise _failure(content.decode(errors="replace"), self._query)
        return kind, content


class _Worker:
    """One worker process and its pipes."""

    def __init__(self, process: asyncio.subprocess.Process, memory: int) -> None:
        self._process = process
        self._memory = memory

    @classmethod
    async def start(cls, path: Path, memory: int) -> "_Worker":
        """Start a process and wait until it has opened the store."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "pilotline.store.workers.worker", str(path), str(memory),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=BLOCK,
            env=os.environ | {"MALLOC_ARENA_MAX": "2"},  # each further arena takes 64 MiB of address space
        )  # fmt: skip
        worker = cls(process, memory)
        try:
            async with asyncio.timeout(_START):
                kind, _ = await worker.receive()
        except BaseException:
            await worker.kill()
            raise
        if kind != READY:
            raise WorkerDiedError("a worker did not start as it should")
        return worker

    @property
    def alive(self) -> bool:
        """Say whether the process still runs."""
        return self._process.returncode is None

    def send(self, request: Request) -> None:
        """Give the process a query."""
        assert self._process.stdin is not None
        self._process.stdin.write(request.encode())

    async def receive(self) -> tuple[bytes, bytes]:
        """Return the kind and content of the next frame."""
        assert self._process.stdout is not None
        try:
            kind, length = HEAD.unpack(await self._process.stdout.readexactly(HEAD.size))
            return kind, await self._process.stdout.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise await self._obituary() from None

    async def kill(self) -> None:
        """End the process, whatever it does."""
        if self.alive:
            self._process.kill()
        transport: asyncio.SubprocessTransport = self._process._transport  # type: ignore[attr-defined]
        # wait() waits for the end of each pipe too, and one may be full with nobody reading it.
        for number in (0, 1, 2):
            if pipe := transport.get_pipe_transport(number):
                pipe.close()
        await self._process.wait()
        transport.close()

    async def _obituary(self) -> QueryError:
        assert self._process.stderr is not None
        said = (await self._process.stderr.read()).decode(errors="replace")
        status = await self._process.wait()
        if "memory allocation" in said or "MemoryError" in said:
            return QueryTooLargeError(f"the query needs more memory than {self._memory // 1024**2} MiB")
        if status == -signal.SIGALRM:
            return QueryTimeoutError("the query took too long")
        last = said.strip().rpartition("\n")[2]
        return WorkerDiedError(f"the process that ran the query ended (status {status}) {last}".strip())


def _failure(content: str, query: str) -> QueryError:
    """Turn what a worker says into a typed error."""
    kind, _, message = content.partition(" ")
    if kind == "large":
        return QueryTooLargeError(f"the answer is too large: {message}; ask for less, or in parts with LIMIT")
    if kind == "syntax":
        return explained(message, query)
    return WorkerDiedError(f"the engine gave up: {message}")
