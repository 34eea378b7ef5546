"""Holds the published generation in memory where it fits, so that queries need no disk."""

import asyncio
import logging
import os
import time
from contextlib import suppress

from pilotline.store.errors import StoreError
from pilotline.store.store import Store
from pilotline.store.workers.errors import QueryError
from pilotline.store.workers.forks import Fork, Template

_log = logging.getLogger(__name__)
_LOOK = 0.5  # seconds between two looks at the pointer
_SETTLED = 2.0  # seconds, and times the last load, for which a generation must be current to be loaded
# Bytes in memory for one on disk, of the default graph alone, and of it beside all graphs. 1.1 and 3 were
# measured for a store as it was loaded; one that is optimised has fewer bytes on disk.
_DEFAULT_GRAPH, _ALL_GRAPHS = 2, 5


def can_fork() -> bool:
    """Say whether this system has what forked workers take: a handle for a process that is no child."""
    return hasattr(os, "pidfd_open")


class Warm:
    """The forked workers of the published generation; none until it is loaded, then as many as are asked for.

    memory: address space of a fork beside the data. budget: of the data, in bytes. forks: how many are kept
    ready. alone: they lose the network.
    """

    def __init__(self, store: Store, *, memory: int, budget: int, forks: int, alone: bool) -> None:
        self._store, self._memory, self._budget, self._forks = store, memory, budget, forks
        self._alone = alone
        self._template: Template | None = None
        self._idle: list[Fork] = []
        self._lent = 0  # forks that are with somebody
        self._filling = asyncio.Lock()
        self._generation = 0  # the one in memory, or that was found not to fit
        self._load_seconds = 0.0
        self._burials: set[asyncio.Task[None]] = set()
        self._task = asyncio.create_task(self._follow())

    @property
    def generation(self) -> int:
        """Return the generation in memory; 0 for none."""
        return self._generation if self._template is not None else 0

    def take(self, *, whole: bool) -> Fork | None:
        """Return a worker that holds the published generation; None where the disk has to serve.

        whole: with all its graphs, and not just the default one.
        """
        if self._generation != self._store.generation or (
            whole and self._template and not self._template.whole
        ):
            return None
        while self._idle:
            fork = self._idle.pop()
            if fork.alive:
                self._lent += 1
                return fork
            self._bury(fork)
        return None

    def give_back(self, fork: Fork) -> None:
        """Keep a worker for the next query, unless it holds another generation."""
        self._lent -= 1
        if fork.template is self._template:
            self._idle.append(fork)
        else:
            self._bury(fork)

    async def replace(self, fork: Fork) -> None:
        """End a worker that was taken, and put another one in its place."""
        self._lent -= 1
        await self._replace(fork)

    async def _replace(self, fork: Fork) -> None:
        await fork.kill()
        await self._refill()

    def _bury(self, fork: Fork) -> None:
        burial = asyncio.create_task(self._replace(fork))
        self._burials.add(burial)
        burial.add_done_callback(self._burials.discard)

    async def close(self) -> None:
        """End the template and its idle workers."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        await asyncio.gather(*self._burials)
        await self._drop()

    async def _follow(self) -> None:
        """Load each generation that stays the published one for a while."""
        seen, since = 0, time.monotonic()
        while True:
            current = self._store.generation
            if current != seen:
                seen, since = current, time.monotonic()
                if self._generation not in (0, current):
                    await self._drop()
            if self._template is not None and self._template.closed:
                await self._drop()
                self._generation = 0
            settled = _SETTLED * max(1.0, self._load_seconds) if self._load_seconds else 0
            if current != self._generation and time.monotonic() - since >= settled:
                await self._load(current)
            await self._refill()  # a fork may have been killed at its start
            await asyncio.sleep(_LOOK)

    async def _load(self, generation: int) -> None:
        self._generation, started = generation, time.monotonic()
        on_disk = self._store.size(generation)
        if _DEFAULT_GRAPH * on_disk > self._budget:
            _log.info("generation %d is larger than what may be held in memory", generation)
            return
        whole = _ALL_GRAPHS * on_disk <= self._budget
        with suppress(QueryError, StoreError, OSError):
            self._template = await Template.start(
                self._store.path, generation,
                whole=whole, memory=self._memory, budget=self._budget, alone=self._alone,
            )  # fmt: skip
            await self._refill()
        self._load_seconds = time.monotonic() - started

    async def _refill(self) -> None:
        async with self._filling:
            template = self._template
            with suppress(QueryError, OSError):
                while template is not None and template is self._template and self._ready() < self._forks:
                    fork = await template.fork()
                    if template is self._template:
                        self._idle.append(fork)
                    else:
                        await fork.kill()

    def _ready(self) -> int:
        """Return how many workers there are, with somebody or not."""
        return len(self._idle) + self._lent

    async def _drop(self) -> None:
        template, self._template = self._template, None
        idle, self._idle = self._idle, []
        for fork in idle:
            await fork.kill()
        if template is not None:
            await template.close()
