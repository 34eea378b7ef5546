"""Takes from a worker process what it does not need: memory without end, core files, the network."""

import ctypes
import resource
import signal

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000  # flags of unshare(2)


def confine(memory: int) -> None:
    """Confine this process. memory: address space in bytes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def leave_the_network(*, may_write: bool) -> bool:
    """Move into a network namespace without an interface, and say whether the kernel let us.

    It is a second wall behind the guard, which refuses each call to another server by itself. Call it
    before there is a second thread. may_write: the process makes files, so its user must stay the same;
    then it takes a privileged process.
    """
    unshare = getattr(ctypes.CDLL(None), "unshare", None)
    if unshare is None:
        return False
    return unshare(_NEW_NET) == 0 or (not may_write and unshare(_NEW_USER | _NEW_NET) == 0)
