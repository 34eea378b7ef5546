"""Turns small writes of many callers into few generations: those that wait together go together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock
from time import sleep
from typing import Any, TypeVar, cast

from pilotline.store.draft import Draft
from pilotline.store.store import Store

T = TypeVar("T")
AT_MOST = 500  # changes in one generation
_GATHER = 0.003  # seconds in which callers that were just served may come again


@dataclass
class _Call:
    """One waiting change, and what became of it; woken when it is done, or when it is its turn to lead."""

    change: Callable[[Draft], Any]
    woken: Event = field(default_factory=Event)
    done: bool = False
    result: Any = None
    error: BaseException | None = None


class WriteGroups:
    """Writes to one store for the threads of one process; make one for each store and share it.

    While one group is being published the next gathers, so the cost of a generation (clone, sync, pointer) is
    shared by all that came in that time. Other processes are kept out by the lock of the store, as ever.
    """

    def __init__(self, store: Store, wait: float = 30.0, at_most: int = AT_MOST) -> None:
        self._store, self._wait, self._at_most = store, wait, at_most
        self._gate = Lock()
        self._calls: list[_Call] = []
        self._led = False

    def write(self, change: Callable[[Draft], T]) -> T:
        """Apply a change and return what it returns, once the generation that holds it is on the disk.

        change: takes the draft and changes it through its methods. It sees the changes before it in its
            group. It may be called again on a fresh draft, because another change of the group failed: it
            must not change anything else, nor write to this store by another way.

        Errors: what the change raises, to its caller alone: nothing of it is kept and the others are
        published; StoreBusyError when another process writes longer than `wait` seconds.
        """
        call = _Call(change)
        with self._gate:
            self._calls.append(call)
            leads, self._led = not self._led, True
        if not leads:
            call.woken.wait()
        if not call.done:
            self._lead()
        if call.error is not None:
            raise call.error
        return cast("T", call.result)

    def _lead(self) -> None:
        """Publish the group that waits, whose first is the caller; then the first of the next one leads."""
        sleep(_GATHER)
        with self._gate:
            group, self._calls = self._calls[: self._at_most], self._calls[self._at_most :]
        try:
            self._publish_all(group)
        finally:
            with self._gate:
                self._led = bool(self._calls)
                if self._calls:
                    self._calls[0].woken.set()

    def _publish_all(self, group: list[_Call]) -> None:
        while group:
            failed = self._publish(group)
            if failed is None:
                break
            _wake([failed])
            group.remove(failed)
        _wake(group)

    def _publish(self, group: list[_Call]) -> _Call | None:
        """Publish a group; return the change that failed, with which nothing was published."""
        current: _Call | None = None
        try:
            with self._store.write(self._wait) as draft:
                for current in group:
                    current.result = current.change(draft)
                current = None
        except BaseException as error:
            for call in [current] if current else group:
                call.error = error
        return current


def _wake(calls: list[_Call]) -> None:
    for call in calls:
        call.done = True
        call.woken.set()
