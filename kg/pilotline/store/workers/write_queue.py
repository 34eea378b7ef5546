"""Lines up what clients want written, hands it to the writing process in groups, and tells the outcome."""

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from pilotline.store.workers import errors
from pilotline.store.workers.client_changes import GraphChange, UpdateChange
from pilotline.store.workers.errors import (
    QueryError,
    QuerySyntaxError,
    QueryTimeoutError,
    QueueFullError,
    StoreWaitsError,
    WorkerDiedError,
)
from pilotline.store.workers.frames import json_frame
from pilotline.store.workers.process import Process
from pilotline.store.workers.question import Limits
from pilotline.store.workers.syntax import explained

_GROUP = 64  # updates that become one generation
_GATHER = 0.2  # of the seconds that a group took, for those to come again who were served by it
_SMALL = 64_000  # characters up to which an update joins others
Change = UpdateChange | GraphChange


@dataclass(frozen=True)
class Written:
    """What became of a change. created: its graph is new. generation: the one that holds it."""

    created: bool
    generation: int


@dataclass(eq=False)
class _Entry:
    change: Change
    outcome: "asyncio.Future[Written]"

    @property
    def may_join(self) -> bool:
        return isinstance(self.change, UpdateChange) and len(self.change.text) < _SMALL


class WriteQueue:
    """The one writer of a server. Use it as an async context manager.

    plain: clients may write any graph; else only graphs of their own.
    """

    def __init__(self, store: Path | str, limits: Limits, *, plain: bool) -> None:
        self._path = Path(store)
        self._limits = limits
        self._plain = plain
        self._entries: list[_Entry] = []
        self._more = asyncio.Event()
        self._process: Process | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "WriteQueue":
        self._task = asyncio.create_task(self._work())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        await self._end_process()

    async def write(self, change: Change) -> Written:
        """Write durably and say what became of it; QueryError, with nothing written, for what is refused.

        A change whose caller is cancelled is dropped, or stopped when it is being made.
        """
        if len(self._entries) >= self._limits.queue:
            raise QueueFullError(f"{len(self._entries)} writes wait already; try again in a moment")
        entry = _Entry(change, asyncio.get_running_loop().create_future())
        self._entries.append(entry)
        self._more.set()
        return await entry.outcome

    async def _work(self) -> None:
        while True:
            await self._more.wait()
            self._more.clear()
            while group := self._next_group():
                start = time.monotonic()
                await self._write(group)
                if len(group) > 1:
                    await asyncio.sleep(_GATHER * (time.monotonic() - start))

    def _next_group(self) -> list[_Entry]:
        self._entries = [entry for entry in self._entries if not entry.outcome.done()]
        count = 0
        while count < min(_GROUP, len(self._entries)) and self._entries[count].may_join:
            count += 1
        group, self._entries = self._entries[: count or 1], self._entries[count or 1 :]
        return group

    async def _write(self, group: list[_Entry]) -> None:
        try:
            outcomes = await self._exchanged(group)
        except QueryError as error:
            await self._end_process()
            if len(group) == 1:
                return _fail(group[0], error)
            for entry in group:  # one of them ended the process: each for itself
                if not entry.outcome.done():
                    await self._write([entry])
            return None
        for entry, outcome in zip(group, outcomes, strict=True):
            _settle(entry, outcome)
        return None

    async def _exchanged(self, group: list[_Entry]) -> list[dict[str, Any]]:
        """Let the process make the changes; stop it when nobody waits for them any more."""
        exchange = asyncio.ensure_future(self._exchange([asdict(entry.change) for entry in group]))
        left = asyncio.ensure_future(_settled(group))
        try:
            await asyncio.wait([exchange, left], return_when=asyncio.FIRST_COMPLETED)
            if not exchange.done():
                raise WorkerDiedError("the client left")
            return exchange.result()
        finally:
            exchange.cancel()
            left.cancel()
            await asyncio.gather(exchange, left, return_exceptions=True)

    async def _exchange(self, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        limit = self._limits.deadline
        try:
            async with asyncio.timeout(limit):
                process = await self._ready_process()
                process.send(json_frame({"changes": changes, "deadline": limit}))
                _, content = await process.receive()
        except TimeoutError:
            raise QueryTimeoutError(f"the change took longer than {limit:g} s; make it smaller") from None
        outcomes: list[dict[str, Any]] = json.loads(content)
        return outcomes

    async def _ready_process(self) -> Process:
        if self._process is None or not self._process.alive:
            await self._end_process()
            guard = self._limits.guard
            self._process = await Process.start(
                "writer", 2 * self._limits.memory, str(self._path), "plain" if self._plain else "merged",
                " ".join(guard.services), " ".join(guard.loads),
            )  # fmt: skip
        return self._process

    async def _end_process(self) -> None:
        if self._process is not None:
            process, self._process = self._process, None
            await process.kill()


async def _settled(group: list[_Entry]) -> None:
    await asyncio.wait([entry.outcome for entry in group])


def _settle(entry: _Entry, outcome: dict[str, Any]) -> None:
    if outcome["state"] == "refused":
        return _fail(entry, _error(entry.change, outcome))
    if not entry.outcome.done():
        entry.outcome.set_result(Written(outcome["state"] == "created", outcome["generation"]))
    return None


def _fail(entry: _Entry, error: QueryError) -> None:
    if not entry.outcome.done():
        entry.outcome.set_exception(error)


def _error(change: Change, outcome: dict[str, Any]) -> QueryError:
    kind, says = outcome["kind"], outcome["says"]
    if kind == "QuerySyntaxError":
        if isinstance(change, UpdateChange):
            return explained(says, change.text)
        return QuerySyntaxError(says, outcome["line"], outcome["column"])
    if kind == "busy":
        return StoreWaitsError(says)
    found = getattr(errors, kind, WorkerDiedError)
    assert issubclass(found, QueryError)
    return found(says)
