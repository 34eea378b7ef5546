"""The process that holds one generation in memory and forks the workers that answer from it.

It opens no store on disk: a fork of one that is open would share its files and locks.
"""

import json
import os
import resource
import selectors
import signal
import socket
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat
from pyoxigraph import Store as Oxigraph

from pilotline.store.workers.confinement import confine, leave_the_network
from pilotline.store.workers.frames import READY
from pilotline.store.workers.worker import serve

_MESSAGE = 64  # bytes of a message that asks for a worker


def main() -> None:
    """Load, then fork a worker for each pair of descriptors that comes, until the channel is closed.

    Arguments: descriptor of the channel, address space of a worker beside the data, the same for the data
    (bytes), store, generation, `alone` for no network.
    """
    channel, memory, budget, path, generation, network = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (_address_space() + int(budget), resource.RLIM_INFINITY))
    if network == "alone":
        leave_the_network(may_write=False)
    with socket.socket(fileno=int(channel)) as control:
        content = _loaded(path, generation)
        control.send(READY)
        _fork_on_demand(control, content, int(generation), int(memory))
    os._exit(0)  # freeing the store would take seconds


def _loaded(path: str, generation: str) -> Oxigraph:
    """Read the generation through a process of its own, which opens the disk."""
    content = Oxigraph()
    names, names_end = os.pipe()
    unloading = [sys.executable, "-m", f"{__package__}.unload", path, generation, str(names_end)]
    with subprocess.Popen(unloading, stdout=subprocess.PIPE, pass_fds=[names_end]) as source:  # noqa: S603
        os.close(names_end)
        assert source.stdout is not None
        content.bulk_load(path=f"/dev/fd/{source.stdout.fileno()}", format=RdfFormat.N_QUADS)
        with os.fdopen(names, encoding="utf-8") as graphs:
            for name in graphs:
                content.add_graph(NamedNode(name.rstrip("\n")))
    if source.returncode:
        raise OSError(f"generation {generation} of {path} could not be read")
    return content


def _fork_on_demand(control: socket.socket, content: Oxigraph, generation: int, memory: int) -> None:
    wakes, woken = socket.socketpair()
    woken.setblocking(False)
    signal.set_wakeup_fd(woken.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.siginterrupt(signal.SIGCHLD, False)
    with selectors.DefaultSelector() as ready:
        ready.register(control, selectors.EVENT_READ)
        ready.register(wakes, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fileobj is wakes:
                    wakes.recv(_MESSAGE)
                    _report_the_dead(control)
                else:
                    message, given, _, _ = socket.recv_fds(control, _MESSAGE, 2)
                    if not message:
                        return
                    _fork(control, given, content, generation, memory)


def _fork(control: socket.socket, given: list[int], content: Oxigraph, generation: int, memory: int) -> None:
    """Fork a worker. given: its channel, and the pipe for what it says when it dies."""
    pid = os.fork()
    if pid == 0:
        _become_worker(control, given, content, generation, memory)
    for descriptor in given:
        os.close(descriptor)
    handle = os.pidfd_open(pid)
    socket.send_fds(control, [json.dumps({"pid": pid}).encode()], [handle])
    os.close(handle)


def _become_worker(
    control: socket.socket, given: list[int], content: Oxigraph, generation: int, memory: int
) -> None:
    """Serve one pool, and never return."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    control.close()
    channel, says = given
    os.dup2(says, 2)
    os.dup2(channel, 0)
    os.dup2(channel, 1)
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    confine(_address_space() + memory)
    with os.fdopen(0, "rb", closefd=False) as requests, os.fdopen(1, "wb", closefd=False) as answers:
        serve(lambda _: nullcontext((generation, content)), requests, answers)
    os._exit(0)


def _report_the_dead(control: socket.socket) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        control.send(json.dumps({"pid": pid, "status": os.waitstatus_to_exitcode(status)}).encode())


def _address_space() -> int:
    """Return the address space that this process uses, in bytes."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()


if __name__ == "__main__":
    main()
