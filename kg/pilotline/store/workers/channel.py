"""The frames that come from a worker over a socket, as they come."""

import asyncio
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pilotline.store.workers.frames import HEAD

_MANY = 4  # frames that wait to be read, at which the worker has to wait too


@contextmanager
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Give our end and the worker's for the time of its start; ours stays open unless that fails."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    try:
        with theirs:
            yield ours, theirs
    except BaseException:
        ours.close()
        raise


class Channel(asyncio.Protocol):
    """Both ends of what a worker is told and says.

    heard: called once, when there is a frame or there will be none any more.
    unread: the worker has ended without reading what it was told last. told: when that was, on the
    monotonic clock.
    """

    def __init__(self) -> None:
        self._part = bytearray()
        self._frames: deque[tuple[bytes, bytes]] = deque()
        self._transport: asyncio.Transport | None = None
        self._ours: socket.socket | None = None  # for descriptors, which the transport cannot send
        self._ended = self._paused = self.unread = False
        self._closed, self.told = asyncio.Event(), 0.0
        self.heard: Callable[[], None] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take what came, and say so once there is a whole frame."""
        self._part += data
        start, end = 0, len(self._part)
        while end - start >= HEAD.size:
            kind, length = HEAD.unpack_from(self._part, start)
            after = start + HEAD.size + length
            if after > end:
                break
            self._frames.append((kind, bytes(memoryview(self._part)[start + HEAD.size : after])))
            start = after
        del self._part[:start]
        if self._frames:
            self._pause(len(self._frames) >= _MANY)
            self._tell()

    def connection_lost(self, exc: Exception | None) -> None:
        """Say that nothing more comes. The kernel resets a socket that was closed with something unread."""
        self._ended, self.unread = True, self.unread or isinstance(exc, ConnectionError)
        if self._ours is not None:
            self._ours.close()
        self._closed.set()
        self._tell()

    def send(self, frame: bytes) -> None:
        """Give the worker one frame."""
        self.told = time.monotonic()
        if self._transport is None or self._transport.is_closing():
            self.unread = True
        else:
            self._transport.write(frame)

    def lend(self, frame: bytes, descriptors: list[int]) -> None:
        """Give the worker a frame with descriptors, at once; OSError where that is not possible."""
        if not self.open or self._ours is None:
            raise OSError("the worker has ended")
        self.told = time.monotonic()
        if socket.send_fds(self._ours, [frame], descriptors) < len(frame):
            raise OSError("the worker reads too slowly")

    @property
    def open(self) -> bool:
        """Say whether the worker can be told something."""
        return self._transport is not None and not self._transport.is_closing()

    @property
    def first(self) -> tuple[bytes, bytes] | None:
        """Return the kind and content of the frame that is read next; None while there is none."""
        return self._frames[0] if self._frames else None

    async def connect(self, ours: socket.socket) -> None:
        """Take over our end."""
        self._ours = ours.dup()
        await asyncio.get_running_loop().create_unix_connection(lambda: self, sock=ours)

    async def receive(self) -> tuple[bytes, bytes]:
        """Return the kind and content of the next frame; ConnectionError where none comes any more."""
        if not self._frames and not self._ended:
            waiter = asyncio.get_running_loop().create_future()
            self.heard = lambda: None if waiter.done() else waiter.set_result(None)
            try:
                await waiter
            finally:
                self.heard = None
        return self.take()

    def take(self) -> tuple[bytes, bytes]:
        """Take the next frame, which is there; ConnectionError where none comes any more."""
        if not self._frames:
            raise ConnectionError("the worker has ended")
        frame = self._frames.popleft()
        if not self._frames:
            self._pause(False)
        return frame

    async def close(self) -> None:
        """End at once."""
        if self._transport is not None and not self._ended:
            self._transport.abort()
            await self._closed.wait()

    def _pause(self, wanted: bool) -> None:
        if wanted != self._paused and self._transport is not None and not self._ended:
            self._paused = wanted
            (self._transport.pause_reading if wanted else self._transport.resume_reading)()

    def _tell(self) -> None:
        heard, self.heard = self.heard, None
        if heard is not None:
            heard()
