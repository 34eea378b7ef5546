"""What a worker does with a connection that it is lent: it answers on it while that goes quickly.

A question stays in the connection until its answer goes out. So the pool can take the connection back at any
time, also from a worker that it has killed, and whoever reads on finds the question that has no answer yet.
"""

import mmap
import select
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from pilotline.store.workers.frames import Request

LARGEST = 40_000  # bytes of a question, and of an answer, that go this way
QUICK = 0.005  # seconds; after a slower answer the worker gives the connection back
_REST = 10  # milliseconds in which the rest of a question has to come
_PATIENCE = 1000  # milliseconds in which a client has to take an answer
_STATE = struct.Struct("<QB")
IDLE, COMPUTES, SENDS = range(3)


class State:
    """What a worker does with its connection, in memory that it shares with the pool: turn and doing."""

    SIZE = mmap.PAGESIZE

    def __init__(self, descriptor: int) -> None:
        self._memory = mmap.mmap(descriptor, self.SIZE)
        self._turn = 0

    def set(self, doing: int) -> None:
        """Say what this process begins to do."""
        self._turn += doing == COMPUTES
        _STATE.pack_into(self._memory, 0, self._turn, doing)

    @property
    def now(self) -> tuple[int, int]:
        """Return the number of the turn and what the other process does."""
        turn, doing = _STATE.unpack_from(self._memory)
        return turn, doing

    def close(self) -> None:
        """Let go of the memory."""
        self._memory.close()


class Speaker(Protocol):
    """The language of a connection."""

    def heard(self, data: bytes) -> Request | int:
        """Return the query in what came.

        A number where there is none: the bytes that a question has which began; 0 for what the pool has to
        look at.
        """

    def told(self, request: Request, content: bytes) -> bytes:
        """Return what goes out with an answer."""


# From a query to its answer; None where the pool has to ask it again, and to tell what is wrong.
Ask = Callable[[Request], bytes | None]


def converse(connection: socket.socket, speaker: Speaker, ask: Ask, state: State, pool: int) -> list[float]:
    """Answer until the pool says something, or something comes that is for the pool.

    pool: the descriptor of its channel. Returns the seconds of each answer.
    """
    taken: list[float] = []
    ready = select.poll()
    ready.register(pool, select.POLLIN)
    ready.register(connection, select.POLLIN)
    while [descriptor for descriptor, _ in ready.poll()] == [connection.fileno()]:
        start = time.perf_counter()
        state.set(COMPUTES)
        answered = _answered(connection, speaker, ask, state)
        state.set(IDLE)
        if not answered:
            break
        taken.append(time.perf_counter() - start)
        if taken[-1] > QUICK:
            break
    return taken


def _answered(connection: socket.socket, speaker: Speaker, ask: Ask, state: State) -> bool:
    try:
        question = connection.recv(LARGEST, socket.MSG_PEEK)
        request = speaker.heard(question)
        if isinstance(request, int) and len(question) < request <= LARGEST:
            question = _with_its_rest(connection, request)
            request = speaker.heard(question)
    except OSError:
        return False
    content = None if isinstance(request, int) else ask(request)
    if isinstance(request, int) or content is None:
        return False
    answer = speaker.told(request, content)
    state.set(SENDS)
    try:
        _send(connection, answer)
        connection.recv(len(question))
    except OSError:  # half an answer must not look like one
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        return False
    return True


def _with_its_rest(connection: socket.socket, size: int) -> bytes:
    """Wait for a question of so many bytes, and look at it."""
    rest = select.poll()
    rest.register(connection, select.POLLIN)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, size)
    try:
        rest.poll(_REST)
    finally:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
    return connection.recv(size, socket.MSG_PEEK)


def _send(connection: socket.socket, answer: bytes) -> None:
    """Send an answer; TimeoutError where the client does not take it."""
    rest = memoryview(answer)
    while rest:
        try:
            rest = rest[connection.send(rest) :]
        except BlockingIOError:
            room = select.poll()
            room.register(connection, select.POLLOUT)
            if not room.poll(_PATIENCE):
                raise TimeoutError from None
