"""Keeps what was worked out from one generation of the store until the next comes."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
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
        if generation != self._generation:
            self._known.clear()
            self._generation = generation
        if key not in self._known:
            async with self._places:
                result = await run_in_threadpool(work, graph)
            if generation != self._generation:
                return result
            self._known[key] = result
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        known: T = self._known[key]
        return known
