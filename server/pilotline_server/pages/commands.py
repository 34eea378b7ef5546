"""Runs a `pilotline` command in a process of its own, under limits of time and memory."""

import asyncio
import resource
import sys
from collections.abc import Callable
from typing import NamedTuple

from starlette.exceptions import HTTPException

_AT_ONCE = 2


class Said(NamedTuple):
    """What a command said. code: 0; 1 where data do not conform; 2 where it could not run."""

    code: int
    out: bytes
    error: bytes

    def problem(self, *folders: str) -> str:
        """Return why it could not run, without the folders that a client has no business to know."""
        text = self.error.decode(errors="replace").strip().removeprefix("pilotline: ")
        for folder in folders:
            text = text.replace(folder, "")
        return text


class Commands:
    """Few commands at once; others wait. seconds, memory (bytes): what each may take."""

    def __init__(self, seconds: float, memory: int) -> None:
        self._seconds, self._memory = seconds, memory
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def run(self, *arguments: str) -> Said:
        """Return what a command said; HTTPException where it takes too long."""
        async with self._places:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "pilotline", *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                preexec_fn=_limited(self._memory, int(self._seconds) + 1),
            )  # fmt: skip
            try:
                out, error = await asyncio.wait_for(process.communicate(), self._seconds)
            except (TimeoutError, asyncio.CancelledError) as stopped:
                process.kill()
                await process.wait()
                if isinstance(stopped, asyncio.CancelledError):
                    raise
                message = f"it took more than {self._seconds:g} s; run pilotline {arguments[0]} on the shell"
                raise HTTPException(503, message) from None
        return Said(process.returncode or 0, out, error)


def _limited(memory: int, seconds: int) -> Callable[[], None]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    return limit
