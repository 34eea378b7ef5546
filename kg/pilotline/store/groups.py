"""Turns small writes of many callers into few generations: those that wait together go together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar, cast

from pilotline.store.draft import Draft
from pilotline.store.store import Store

T = TypeVar("T")
AT_MOST = 500  # changes in one generation


@dataclass
class _Call:
    """One waiting change, and what became of it."""

    change: Callable[[Draft], Any]
    done: bool = False
    result: Any = field(default=None)
    error: BaseException | None = None


class WriteGroups:
    """Writes to one store for the threads of one process; make one for each store and share it.

    While one group is being published the next gathers, so the cost of a generation (clone, sync, pointer) is
    shared by all that came in that time. Other processes are kept out by the lock of the store, as ever.
    """

    def __init__(self, store: Store, wait: float = 30.0, at_most: int = AT_MOST) -> None:
        self._store, self._wait, self._at_most = store, wait, at_most
        self._gate, self._writing = Lock(), Lock()
        self._calls: list[_Call] = []

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
        while not call.done:
            with self._writing:
                if not call.done:
                    self._publish_next()
        if call.error is not None:
            raise call.error
        return cast("T", call.result)

    def _publish_next(self) -> None:
        with self._gate:
            group, self._calls = self._calls[: self._at_most], self._calls[self._at_most :]
        while group:
            failed = self._publish(group)
            if failed is None:
                break
            group.remove(failed)
        for call in group:
            call.done = True

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
                call.error, call.done = error, True
        return current
