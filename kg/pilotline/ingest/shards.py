"""Maps the files of a job in several processes, each file to a shard of N-Quads of its own.

What goes through the files of a job takes an `Each`: `in_turn`, the `map` of `processes`, that of a Dask
`cluster`, or the `map` of any other `concurrent.futures.Executor` whose workers see the same folders:
`Job.stage(into, vocabulary, units, each=executor.map)` maps each file where a worker is free, and joins the
shards in the order of the files. The result is the same whoever maps.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from pilotline.errors import PilotlineError

_PATIENCE = 10  # seconds in which a scheduler must answer
A = TypeVar("A")
B = TypeVar("B")


class ClusterError(PilotlineError):
    """A cluster that cannot be used."""


class Each(Protocol):
    """Applies a function to each of several things, and gives the results in their order."""

    def __call__(self, function: Callable[[A], B], things: Iterable[A], /) -> Iterator[B]:
        """Return the results; function and things can be pickled."""


def in_turn(function: Callable[[A], B], things: Iterable[A], /) -> Iterator[B]:
    """Apply a function to one thing after the other, in this process."""
    return map(function, things)


@contextmanager
def processes(workers: int) -> Iterator[Each]:
    """Give what applies functions in so many processes; with one, in this process."""
    if workers < 2:
        yield in_turn
        return
    # Fresh processes: a fork would take the threads of the store with it.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
        yield executor.map


@contextmanager
def cluster(address: str) -> Iterator[Each]:
    """Give what applies functions on the workers of a Dask cluster that see the same folders.

    address: of its scheduler. Errors: ClusterError without `pilotline[dask]`, or where nobody answers.
    """
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise ClusterError(f"a cluster needs {error.name}: pip install 'pilotline[dask]'") from None
    try:
        client: Any = cast(Any, Client)(address, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise ClusterError(f"{address}: no Dask scheduler answers ({error})") from None
    with client:
        yield client.get_executor().map


def joined(shards: Sequence[Path], into: Path, more: Iterable[str]) -> None:
    """Make one file of shards, which go, and of further lines."""
    if not shards:
        into.touch()
        shards = [into]
    first, *others = shards
    first.replace(into)
    with into.open("ab") as out:
        for shard in others:
            with shard.open("rb") as part:
                shutil.copyfileobj(part, out, 1 << 20)
            shard.unlink()
        out.writelines(line.encode() for line in more)
