"""Starts, talks to and ends one worker process."""

import asyncio
import os
import signal
import sys
from contextlib import suppress

from pilotline.store.workers.errors import QueryError, QueryTimeoutError, QueryTooLargeError, WorkerDiedError
from pilotline.store.workers.frames import BLOCK, HEAD, READY

_START = 20.0  # seconds in which a worker must be ready


class Process:
    """One worker process and its pipes."""

    def __init__(self, process: asyncio.subprocess.Process, memory: int) -> None:
        self._process = process
        self._memory = memory

    @classmethod
    async def start(cls, module: str, memory: int, *arguments: str) -> "Process":
        """Start a module of this package and wait until it is ready. memory: its address space in bytes."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", f"{__package__}.{module}", str(memory), *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=BLOCK,
            env=os.environ | {"MALLOC_ARENA_MAX": "2"},  # each further arena takes 64 MiB of address space
        )  # fmt: skip
        worker = cls(process, memory)
        try:
            async with asyncio.timeout(_START):
                kind, _ = await worker.receive()
        except BaseException:
            await worker.kill()
            raise
        if kind != READY:
            raise WorkerDiedError("a worker did not start as it should")
        return worker

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
        assert self._process.stdin is not None
        self._process.stdin.write(frame)

    async def receive(self) -> tuple[bytes, bytes]:
        """Return the kind and content of the next frame."""
        assert self._process.stdout is not None
        try:
            kind, length = HEAD.unpack(await self._process.stdout.readexactly(HEAD.size))
            return kind, await self._process.stdout.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise await self._obituary() from None

    async def kill(self) -> None:
        """End the process, whatever it does."""
        if self.alive:
            self._process.kill()
        transport: asyncio.SubprocessTransport = self._process._transport  # type: ignore[attr-defined]
        # wait() waits for the end of each pipe too, and one may be full with nobody reading it.
        for number in (0, 1, 2):
            if pipe := transport.get_pipe_transport(number):
                pipe.close()
        await self._process.wait()
        transport.close()

    async def _obituary(self) -> QueryError:
        assert self._process.stderr is not None
        said = (await self._process.stderr.read()).decode(errors="replace")
        return why_it_ended(await self._process.wait(), said, self._memory)


def why_it_ended(status: int, said: str, memory: int) -> QueryError:
    """Return the reason that a client gets. said: the last words of the process; memory: its bytes."""
    if "memory allocation" in said or "MemoryError" in said:
        return QueryTooLargeError(f"it needs more memory than {memory // 1024**2} MiB")
    if status == -signal.SIGALRM:
        return QueryTimeoutError("it took too long")
    if status in (-signal.SIGSEGV, -signal.SIGABRT):
        return WorkerDiedError("it is too complex for the engine, whose process ended; make it simpler")
    last = said.strip().rpartition("\n")[2]
    return WorkerDiedError(f"the process that ran it ended (status {status}) {last}".strip())
