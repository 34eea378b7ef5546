"""Hands queries to worker processes and their answers, block by block, to whoever asked."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from pilotline.store.store import Store
from pilotline.store.workers.answer import Answer, Loan, Worker
from pilotline.store.workers.errors import (
    GoneGenerationError,
    QueryError,
    UnknownGenerationError,
    UnreadError,
)
from pilotline.store.workers.forks import Fork
from pilotline.store.workers.frames import Request
from pilotline.store.workers.lending import Lent
from pilotline.store.workers.process import Process
from pilotline.store.workers.question import Limits, Question
from pilotline.store.workers.slots import Slot, Slots
from pilotline.store.workers.warm import Warm, can_fork

# Takes a connection back: whether it is as it should be, whether a query on it took too long, and the seconds
# of each answer.
Back = Callable[[bool, bool, list[float]], None]
_SHORT = 1.0  # seconds after which a query in the short lane makes room


class Pool:
    """The workers of one store. Use it as an async context manager."""

    def __init__(self, store: Path | str, limits: Limits | None = None) -> None:
        self.store = Store.open(store)
        self.limits = limits or Limits()
        self._idle: list[Process] = []
        self._busy: set[Worker] = set()
        self._stops: set[asyncio.Task[None]] = set()
        self._warm: Warm | None = None
        self._starting: asyncio.Task[None] | None = None
        self.slots = Slots(self.limits.workers, self.limits.queue)
        self.slots.wanted = self.want_back
        self._lent: Lent | None = None

    async def __aenter__(self) -> "Pool":
        self._idle.append(await self._spawn())
        self._starting = asyncio.create_task(self._start_the_others())
        return self

    async def _start_the_others(self) -> None:
        """Start what makes answers quicker; one worker is enough to begin with."""
        with suppress(QueryError, OSError):
            while len(self._idle) + len(self._busy) <= self.limits.workers:
                self._idle.append(await self._spawn())
        if self.limits.in_memory and can_fork():
            self._warm = Warm(
                self.store,
                memory=self.limits.memory,
                budget=self.limits.in_memory,
                forks=self.limits.workers + 1,
                alone=not self.limits.guard.services,
            )

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._starting is not None
        self._starting.cancel()
        if self._lent is not None:
            self._lent.close()
        await asyncio.gather(self._starting, *self._stops, return_exceptions=True)
        if self._warm is not None:
            await self._warm.close()
        for worker in [*self._idle, *self._busy]:
            await worker.kill()

    @property
    def in_memory(self) -> int:
        """Return the generation that is held in memory; 0 for none."""
        return self._warm.generation if self._warm is not None else 0

    async def query(self, question: Question) -> Answer:
        """Start a query and return its answer once the first block is there.

        The answer holds a worker until it is complete or closed; the caller sees to that.
        """
        self._check(question)
        end = time.monotonic() + self.limits.deadline
        for _ in range(self.limits.workers + 1):
            with suppress(UnreadError):  # it was killed while it had nothing to do
                return await self._answered(question, end)
        return await self._answered(question, end)

    async def _answered(self, question: Question, end: float) -> Answer:
        slot = await self.slots.take(question.client, end)
        if slot.short:
            answer = await self._short_answer(question, slot, end)
            if answer is not None:
                return answer
            slot = await self.slots.take(question.client, end, again=True)
        return await self._started(question, slot, end)

    def begin(self, question: Question) -> Answer | None:
        """Start a query, and return its answer before anything of it is there.

        None where a worker has to be waited for, or none but that of the short lane is free.
        """
        self._check(question)
        slot = self.slots.take_free(question.client)
        if slot is None:
            return None
        worker = None
        try:
            worker = self._worker_at_hand(question)
        finally:
            if worker is None:
                self.slots.give(slot)
        if worker is None:
            return None
        return self._asked(worker, question, slot, time.monotonic() + self.limits.deadline)

    def request(self, question: Question) -> Request:
        """Return what a worker is told."""
        return question.request(self.limits.rows, self.limits.size, self.limits.deadline)

    def stop(self, answer: Answer) -> None:
        """End a query of which nobody awaits the answer."""
        self._keep(answer.close())

    def _keep(self, ending: Coroutine[Any, Any, None]) -> None:
        stop = asyncio.create_task(ending)
        self._stops.add(stop)
        stop.add_done_callback(self._stops.discard)

    def lend(self, connection: int, client: str, terms: dict[str, Any], back: Back) -> bool:
        """Lend a connection to a worker that answers on it, while nobody else asks anything; say if one does.

        terms: the module that speaks its language, as `speaker`, and what that has to know. back: called once
        when the connection is back.
        """
        if self._lent is not None or self._warm is None or not self.slots.unused:
            return False
        slot = self.slots.take_free(client)
        fork = self._warm.take(whole=False) if slot is not None else None
        if slot is None or fork is None:
            if slot is not None:
                self.slots.give(slot)
            return False
        self._busy.add(fork)
        self._lent = Lent(fork, partial(self._given_back, slot, back))
        try:
            self._lent.start(connection, terms)
        except OSError:
            self._lent.close()
            self._given_back(slot, lambda *_: None, self._lent, False, True, [])
            return False
        return True

    def want_back(self) -> None:
        """Want the worker back that has a connection; its slot is free as soon as it has answered."""
        if self._lent is not None:
            self._lent.want_back()

    def _given_back(
        self, slot: Slot, back: Back, lent: Lent, lives: bool, sound: bool, seconds: list[float]
    ) -> None:
        self._lent = None
        if lives:
            self._give_back(slot, lent.fork)
        else:
            self._keep(self._replace(slot, lent.fork))
        back(sound, lent.too_slow, seconds)

    def _check(self, question: Question) -> None:
        """Raise a QueryError for a query that no worker gets."""
        guard = self.limits.guard
        guard.check(question.query)
        guard.check_graphs([*(question.default_graphs or ()), *(question.named_graphs or ())])
        if question.generation:
            self.check_generation(question.generation)

    def check_generation(self, asked: int) -> None:
        """Raise UnknownGenerationError or GoneGenerationError for a generation that is not there."""
        kept = self.store.generations
        if asked not in kept:
            names = ", ".join(map(str, kept))
            if asked > kept[-1]:
                raise UnknownGenerationError(f"there is no generation {asked} yet; these are kept: {names}")
            raise GoneGenerationError(f"generation {asked} is kept no longer; these are: {names}")

    async def _short_answer(self, question: Question, slot: Slot, end: float) -> Answer | None:
        """Return the answer when it is quick and small; else the query has to start again elsewhere."""
        try:
            async with asyncio.timeout(min(_SHORT, end - time.monotonic())):
                answer = await self._started(question, slot, end)
        except TimeoutError:
            return None
        if answer.complete:
            return answer
        await answer.close()
        return None

    async def _started(self, question: Question, slot: Slot, end: float) -> Answer:
        try:
            worker = self._worker_at_hand(question) or await self._another()
        except BaseException:
            self.slots.give(slot)
            raise
        return await self._asked(worker, question, slot, end).start()

    def _asked(self, worker: Worker, question: Question, slot: Slot, end: float) -> Answer:
        self._busy.add(worker)
        loan = Loan(worker, partial(self._give_back, slot), partial(self._replace, slot))
        worker.channel.send(self.request(question).encode())
        return Answer(loan, question.query, end, self.limits.deadline)

    def _worker_at_hand(self, question: Question) -> Worker | None:
        """Return a worker with nothing to do; what is held in memory is the newest generation only."""
        if self._warm is not None and not question.generation:
            fork = self._warm.take(whole=question.whole)
            if fork is not None:
                return fork
        if self._idle and self._idle[-1].alive:
            return self._idle.pop()
        return None

    async def _another(self) -> Process:
        """Return a worker from the disk, a fresh one where those that wait have ended."""
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            await worker.kill()
        return await self._spawn()

    def _give_back(self, slot: Slot, worker: Worker) -> None:
        """Take back a worker after its answer."""
        self._busy.discard(worker)
        if isinstance(worker, Fork):
            assert self._warm is not None
            self._warm.give_back(worker)
        else:
            self._idle.append(worker)
        self.slots.give(slot)

    async def _replace(self, slot: Slot, worker: Worker) -> None:
        """Take back a worker that still computes, which is killed.

        Its slot is free once there is another process: who comes next does not wait for the start of one.
        """
        self._busy.discard(worker)
        try:
            if isinstance(worker, Fork):
                assert self._warm is not None
                await self._warm.replace(worker)
            else:
                await worker.kill()
                self._idle.append(await self._spawn())
        finally:
            self.slots.give(slot)

    async def _spawn(self) -> Process:
        isolated = not self.limits.guard.services
        return await Process.start(
            "worker", self.limits.memory, str(self.store.path), "alone" if isolated else ""
        )
