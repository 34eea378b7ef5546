"""Shares the workers among the clients, so that one that asks much does not keep out the others."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from pilotline.store.workers.errors import QueryTimeoutError, QueueFullError

_QUEUES = 4  # times the queue of one client that all clients together may fill


@dataclass(frozen=True)
class Slot:
    """Leave to use a worker. short: the one that is kept for clients who use no other."""

    client: str
    short: bool


@dataclass(eq=False)
class _Waiter:
    client: str
    may_be_short: bool
    slot: "asyncio.Future[Slot]"


class Slots:
    """The workers that are free, and who waits for one.

    workers: ordinary ones; one more is the short lane. queue: queries of one client that may wait.
    """

    def __init__(self, workers: int, queue: int) -> None:
        self._free, self._short_free = workers, True
        self._queue = queue
        self._running: Counter[str] = Counter()
        self._waiting: list[_Waiter] = []
        self.wanted: Callable[[], None] = lambda: None  # called when somebody has to wait

    @property
    def unused(self) -> bool:
        """Say whether nobody uses a worker or waits for one."""
        return self._short_free and not self._running and not self._waiting

    @property
    def waiting(self) -> int:
        """Return how many queries wait."""
        return len(self._waiting)

    def take_free(self, client: str) -> Slot | None:
        """Return a worker that is free; None where there is none but that of the short lane."""
        if not self._free or self._waiting:
            return None
        self._free -= 1
        self._running[client] += 1
        return Slot(client, short=False)

    async def take(self, client: str, end: float, *, again: bool = False) -> Slot:
        """Wait for a worker. again: the query was in the short lane already, and goes first.

        end: on the monotonic clock. Errors: QueueFullError, QueryTimeoutError.
        """
        waiter = _Waiter(client, not again, asyncio.get_running_loop().create_future())
        self._waiting.insert(0 if again else len(self._waiting), waiter)
        self._serve()
        if waiter.slot.done():
            return waiter.slot.result()
        if not again:
            self._check_queue(waiter)
        self.wanted()
        try:
            async with asyncio.timeout(end - time.monotonic()):
                return await asyncio.shield(waiter.slot)
        except BaseException as error:
            self._forget(waiter)
            if isinstance(error, TimeoutError):
                raise QueryTimeoutError("no worker was free before the deadline; ask again later") from None
            raise

    def give(self, slot: Slot) -> None:
        """Take back the leave to use a worker."""
        if slot.short:
            self._short_free = True
        else:
            self._free += 1
            self._running[slot.client] -= 1
            if not self._running[slot.client]:
                del self._running[slot.client]
        self._serve()

    def _check_queue(self, waiter: _Waiter) -> None:
        own = sum(1 for other in self._waiting if other.client == waiter.client)
        if own > self._queue or len(self._waiting) > _QUEUES * self._queue:
            self._waiting.remove(waiter)
            raise QueueFullError(f"{own - 1} queries of yours wait already; ask again in a moment")

    def _forget(self, waiter: _Waiter) -> None:
        if waiter in self._waiting:
            self._waiting.remove(waiter)
        elif waiter.slot.done() and not waiter.slot.cancelled():
            self.give(waiter.slot.result())

    def _serve(self) -> None:
        while self._free and self._waiting:
            waiter = min(self._waiting, key=lambda one: self._running[one.client])
            self._free -= 1
            self._running[waiter.client] += 1
            self._grant(waiter, short=False)
        if self._short_free:
            others = (one for one in self._waiting if one.may_be_short and not self._running[one.client])
            if (other := next(others, None)) is not None:
                self._short_free = False
                self._grant(other, short=True)

    def _grant(self, waiter: _Waiter, *, short: bool) -> None:
        self._waiting.remove(waiter)
        waiter.slot.set_result(Slot(waiter.client, short))
