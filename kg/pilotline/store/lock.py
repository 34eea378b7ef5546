"""Lets one process at a time write to a store, and tells the others who it is."""

import fcntl
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pilotline.store.errors import StoreBusyError

_PAUSE = 0.05  # seconds between two tries


@contextmanager
def write_lock(path: Path, wait: float) -> Iterator[None]:
    """Hold the lock file; the kernel frees it when this process ends, however it ends.

    wait: seconds to try; StoreBusyError when another writer holds it longer.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _acquire(descriptor, path, wait)
        _say_who(descriptor)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, wait: float) -> None:
    end = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip() or "another process"
                raise StoreBusyError(
                    f"{path.parent} is being written by {holder}; waited {wait:g} s"
                ) from None
            time.sleep(_PAUSE)
        else:
            return


def _say_who(descriptor: int) -> None:
    command = Path(sys.argv[0]).name or "python"
    since = datetime.now().astimezone().strftime("%H:%M:%S")
    os.ftruncate(descriptor, 0)
    os.pwrite(
        descriptor,
        f"{command} (process {os.getpid()} on {socket.gethostname()}, since {since})\n".encode(),
        0,
    )
