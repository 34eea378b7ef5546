"""Starts, talks to and ends one worker process."""

import asyncio
import os
import signal
import socket
import sys
import time
from contextlib import suppress

from pilotline.store.workers.channel import Channel, ends
from pilotline.store.workers.errors import (
    QueryError,
    QueryTimeoutError,
    QueryTooLargeError,
    UnreadError,
    WorkerDiedError,
)
from pilotline.store.workers.frames import READY

_START = 20.0  # seconds in which a worker must be ready
_AT_ONCE = 0.1  # seconds; a process that was killed takes some until it is gone, and may read in them


class Process:
    """One worker process and its channel."""

    def __init__(self, process: asyncio.subprocess.Process, memory: int) -> None:
        self.channel = Channel()
        self._process = process
        self._memory = memory

    @classmethod
    async def start(cls, module: str, memory: int, *arguments: str) -> "Process":
        """Start a module of this package and wait until it is ready. memory: its address space in bytes."""
        with ends() as (ours, theirs):
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", f"{__package__}.{module}", str(memory), *arguments,
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=asyncio.subprocess.PIPE,
                env=os.environ | {"MALLOC_ARENA_MAX": "2"},  # each further arena takes 64 MiB
            )  # fmt: skip
            theirs.close()
            worker = cls(process, memory)
            try:
                await worker._greeted(ours)
            except BaseException:
                await worker.kill()
                raise
        return worker

    async def _greeted(self, ours: socket.socket) -> None:
        async with asyncio.timeout(_START):
            await self.channel.connect(ours)
            kind, _ = await self.receive()
        if kind != READY:
            raise WorkerDiedError("a worker did not start as it should")

    @property
    def alive(self) -> bool:
        """Say whether the process still runs; the kernel knows it before the event loop does."""
        if self._process.returncode is not None:
            return False
        with suppress(ChildProcessError):
            return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        return False

    def send(self, frame: bytes) -> None:
        """Give the process one frame."""
        self.channel.send(frame)

    async def receive(self) -> tuple[bytes, bytes]:
        """Return the kind and content of the next frame."""
        try:
            return await self.channel.receive()
        except ConnectionError:
            raise await self._obituary() from None

    async def kill(self) -> None:
        """End the process, whatever it does."""
        if self.alive:
            self._process.kill()
        await self.channel.close()
        transport: asyncio.SubprocessTransport = self._process._transport  # type: ignore[attr-defined]
        # wait() waits for the end of the pipe too, which may be full with nobody reading it.
        if pipe := transport.get_pipe_transport(2):
            pipe.close()
        await self._process.wait()
        transport.close()

    async def _obituary(self) -> QueryError:
        assert self._process.stderr is not None
        said = (await self._process.stderr.read()).decode(errors="replace")
        return why_it_ended(await self._process.wait(), said, self._memory, self.channel)


def why_it_ended(status: int, said: str, memory: int, channel: Channel) -> QueryError:
    """Return the reason that a client gets. said: the last words of the process; memory: its bytes."""
    if channel.unread or (status == -signal.SIGKILL and time.monotonic() - channel.told < _AT_ONCE):
        return UnreadError("the process ended before it began with the query")
    if "memory allocation" in said or "MemoryError" in said:
        return QueryTooLargeError(f"it needs more memory than {memory // 1024**2} MiB")
    if status == -signal.SIGALRM:
        return QueryTimeoutError("it took too long")
    if status in (-signal.SIGSEGV, -signal.SIGABRT):
        return WorkerDiedError("it is too complex for the engine, whose process ended; make it simpler")
    last = said.strip().rpartition("\n")[2]
    return WorkerDiedError(f"the process that ran it ended (status {status}) {last}".strip())
