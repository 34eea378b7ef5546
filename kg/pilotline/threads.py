"""Runs work in several threads that each make and drop the results of their own queries."""

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager


@contextmanager
def threads(number: int) -> Iterator[ThreadPoolExecutor]:
    """Give so many threads; while they run, no garbage is collected.

    pyoxigraph drops the result of a query only in the thread that made it, and a collection in one thread
    would drop those of another.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        with ThreadPoolExecutor(number) as executor:
            yield executor
    finally:
        if collecting:
            gc.enable()
