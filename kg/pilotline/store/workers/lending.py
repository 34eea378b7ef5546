"""Lends a connection to a worker, watches over it, and takes it back."""

import asyncio
import json
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from pilotline.store.workers.forks import Fork
from pilotline.store.workers.frames import BACK, LEND, WANTED, json_frame
from pilotline.store.workers.lent import COMPUTES, SENDS, State

_LOOK = 0.04  # seconds between two looks; a query that is there in both takes too long
_UNUSED = 25  # looks in which nothing was asked, after which the worker is wanted back
_LONGEST = 250  # looks after which it is wanted back in any case
_HANGS = 50  # looks after which a worker that is wanted back and does not answer is ended


class Lent:
    """One connection in the hands of one worker.

    back: called once, with the worker, whether it lives, whether the connection is as it should be, and the
    seconds of each answer. It is not where an answer may have gone out in part, or without its question being
    taken away. too_slow: a query took so long that its worker was ended; whoever gets the connection back
    finds it there.
    """

    def __init__(self, fork: Fork, back: Callable[["Lent", bool, bool, list[float]], None]) -> None:
        self.fork, self._back = fork, back
        self.too_slow = False
        self._until = 0  # the look by which a worker that is wanted back has to answer
        self._shared = os.memfd_create("pilotline-lent")
        os.truncate(self._shared, State.SIZE)
        self._state = State(self._shared)
        self._seen, self._unused, self._looks = self._state.now, 0, 0
        self._timer: asyncio.TimerHandle | None = None

    def start(self, connection: int, terms: dict[str, Any]) -> None:
        """Hand over a connection; OSError where the worker cannot be told. terms: for its speaker."""
        self.fork.channel.lend(json_frame(terms, LEND), [connection, self._shared])
        self.fork.channel.heard = self._heard
        self._wait()

    def want_back(self) -> None:
        """Tell the worker to give the connection back after the answer that it works on, if any."""
        if not self._until:
            self._until = self._looks + _HANGS
            self.fork.channel.send(json_frame(None, WANTED))

    def close(self) -> None:
        """Forget the connection; nobody is told."""
        self.fork.channel.heard = None
        self._let_go()

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_LOOK, self._look)

    def _look(self) -> None:
        """End a worker that takes long, and want back one that has nothing to do."""
        now, before = self._state.now, self._seen
        self._seen, self._looks = now, self._looks + 1
        self.too_slow = now == before and now[1] == COMPUTES
        if self.too_slow or self._looks == self._until:
            with suppress(OSError):
                self.fork.interrupt()
            return  # its channel tells of its end
        self._unused = self._unused + 1 if now == before else 0
        if self._unused >= _UNUSED or self._looks >= _LONGEST:
            self.want_back()
        self._wait()

    def _heard(self) -> None:
        sound = self._state.now[1] != SENDS
        taken: list[float] = []
        channel = self.fork.channel
        lives = channel.first is not None
        if lives:
            kind, content = channel.take()
            lives = kind == BACK
            taken = json.loads(content) if lives else []
        self._let_go()
        self._back(self, lives, sound, taken)

    def _let_go(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._state.close()
        os.close(self._shared)
