"""Starts the process that holds a generation in memory, and talks to the workers that it forks."""

import asyncio
import json
import os
import select
import signal
import socket
import sys
from collections import deque
from contextlib import suppress
from pathlib import Path

from pilotline.store.workers.channel import Channel, ends
from pilotline.store.workers.errors import WorkerDiedError
from pilotline.store.workers.frames import DATASET, DEFAULT, READY
from pilotline.store.workers.process import why_it_ended

_MESSAGE = 4096
_LAST_WORDS = 64 * 1024


class Fork:
    """One forked worker; like a Process, with the generation that it holds."""

    def __init__(self, template: "Template", says: int, memory: int) -> None:
        self.template = template
        self.channel = Channel()
        self._says, self._memory = says, memory
        self._handle = -1
        self._poll = select.poll()
        self._status: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def connect(self, talks: socket.socket, handle: int, status: "asyncio.Future[int]") -> None:
        """Wait until it is ready. talks: our end of its channel. handle: a pidfd. status: how it ends."""
        self._handle, self._status = handle, status
        self._poll.register(handle, select.POLLIN)
        await self.channel.connect(talks)
        kind, _ = await self.receive()
        if kind != READY:
            raise WorkerDiedError("a worker did not start as it should")

    @property
    def alive(self) -> bool:
        """Say whether the process still runs."""
        return self._says >= 0 and self.channel.open and not self._poll.poll(0)

    def send(self, frame: bytes) -> None:
        """Give the process one frame."""
        self.channel.send(frame)

    async def receive(self) -> tuple[bytes, bytes]:
        """Return the kind and content of the next frame."""
        try:
            return await self.channel.receive()
        except ConnectionError:
            status = await self._status
            raise why_it_ended(status, self._last_words(), self._memory, self.channel) from None

    def interrupt(self) -> None:
        """Begin to end the process, whatever it does; its channel tells when it has ended."""
        signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    async def kill(self) -> None:
        """End the process, whatever it does."""
        if self._says < 0:
            return
        os.close(self._says)
        self._says = -1
        if self._handle >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            os.close(self._handle)
        await self.channel.close()

    def _last_words(self) -> str:
        with suppress(BlockingIOError):
            return os.read(self._says, _LAST_WORDS).decode(errors="replace")
        return ""


class Template:
    """The process that holds one generation in memory, whole or its default graph. Its forks outlive it."""

    def __init__(
        self, process: asyncio.subprocess.Process, control: socket.socket, memory: int, *, whole: bool
    ) -> None:
        self.whole = whole
        self._process, self._control, self._memory = process, control, memory
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self._asked: deque[asyncio.Future[tuple[int, asyncio.Future[int]]]] = deque()
        self._ends: dict[int, asyncio.Future[int]] = {}
        self.closed = False
        self._loop.add_reader(control, self._hear)

    @classmethod
    async def start(
        cls, store: Path, generation: int, *, whole: bool, memory: int, budget: int, alone: bool
    ) -> "Template":
        """Load a generation, whole or its default graph.

        memory: address space of a fork beside the data; budget: of the data; bytes.

        Errors: WorkerDiedError where it does not fit.
        """
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        control.setblocking(False)
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", f"{__package__}.template",
                str(theirs.fileno()), str(memory), str(budget), str(store), str(generation),
                DATASET if whole else DEFAULT, "alone" if alone else "",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=os.environ | {"MALLOC_ARENA_MAX": "2"},
            )  # fmt: skip
        template = cls(process, control, memory, whole=whole)
        try:
            await template._ready
        except BaseException:
            await template.close()
            raise
        return template

    async def fork(self) -> Fork:
        """Return another worker; WorkerDiedError when the template is gone."""
        if self.closed:
            raise WorkerDiedError("the process that holds the store in memory ended")
        says, last_words = os.pipe()
        os.set_blocking(says, False)
        asked: asyncio.Future[tuple[int, asyncio.Future[int]]] = self._loop.create_future()
        self._asked.append(asked)
        with ends() as (ours, theirs):
            socket.send_fds(self._control, [b"fork"], [theirs.fileno(), last_words])
            theirs.close()
            os.close(last_words)
            fork = Fork(self, says, self._memory)
            try:
                await fork.connect(ours, *await asked)
            except BaseException:
                await fork.kill()
                raise
        return fork

    async def close(self) -> None:
        """End the template; forks that answer go on."""
        self._end()
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    def _hear(self) -> None:
        try:
            message, handles, _, _ = socket.recv_fds(self._control, _MESSAGE, 1)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            message, handles = b"", []
        if not message:
            self._end()
        elif message == READY:
            self._ready.set_result(None)
        else:
            self._told(json.loads(message), handles)

    def _told(self, message: dict[str, int], handles: list[int]) -> None:
        end = self._ends.setdefault(message["pid"], self._loop.create_future())
        if "status" in message:
            del self._ends[message["pid"]]
            end.set_result(message["status"])
            return
        (handle,) = handles
        asked = self._asked.popleft()
        if asked.done():
            os.close(handle)
        else:
            asked.set_result((handle, end))

    def _end(self) -> None:
        if self.closed:
            return
        self.closed = True
        self._loop.remove_reader(self._control)
        self._control.close()
        gone = WorkerDiedError("the process that holds the store in memory ended")
        if not self._ready.done():
            self._ready.set_exception(gone)
        for asked in self._asked:
            if not asked.done():
                asked.set_exception(gone)
        for end in self._ends.values():
            if not end.done():
                end.set_result(-signal.SIGKILL)
