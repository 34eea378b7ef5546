"""Keeps what was worked out from one generation of the store until the next comes."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

from pyoxigraph import Store as Oxigraph
from starlette.concurrency import run_in_threadpool

from pilotline.store import Store

T = TypeVar("T")
_MOST = 200  # results of one generation
_AT_ONCE = 2


class Memory:
    """Results by what was asked; the least used go first."""

    def __init__(self, store: Store) -> None:
        self._store, self._generation = store, -1
        self._known: OrderedDict[Hashable, Any] = OrderedDict()
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def get(self, key: Hashable, work: Callable[[Oxigraph], T]) -> T:
        """Return what the work makes of the current generation; key: what tells it from other work."""
        generation, graph = await run_in_threadpool(self._store.snapshot)

        async def worked() -> T:
            async with self._places:
                return await run_in_threadpool(work, graph)

        return await self._of(generation, key, worked)

    async def asked(self, key: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        """Return what the workers answer to a question of this generation; key: tells it from others."""
        return await self._of(self._store.generation, key, ask)

    async def _of(self, generation: int, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        if generation != self._generation:
            self._known.clear()
            self._generation = generation
        if key not in self._known:
            result = await make()
            if generation != self._generation:
                return result
            self._known[key] = result
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        known: T = self._known[key]
        return known
