"""The process that holds one generation in memory and forks the workers that answer from it.

It opens no store on disk: a fork of one that is open would share its files and locks. The default graph is
held once more by itself: most queries look into nothing else, and then read half the triples.
"""

import json
import os
import resource
import selectors
import signal
import socket
import subprocess
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat
from pyoxigraph import Store as Oxigraph

from pilotline.store.workers.confinement import confine, leave_the_network
from pilotline.store.workers.frames import DATASET, DEFAULT, READY, Request
from pilotline.store.workers.worker import serve

_MESSAGE = 64  # bytes of a message that asks for a worker
_TO_SORT = 8  # part of the budget that sorting may take


@dataclass(frozen=True)
class _Held:
    """A generation in memory. whole: all its graphs; None where only the default graph fits."""

    generation: int
    default: Oxigraph
    whole: Oxigraph | None

    def snapshot(self, request: Request) -> AbstractContextManager[tuple[int, Oxigraph]]:
        """Give the smaller one that answers a request."""
        content = self.whole if request.whole else self.default
        assert content is not None, "the pool sends such a request to the disk"
        return nullcontext((self.generation, content))


def main() -> None:
    """Load, then fork a worker for each pair of descriptors that comes, until the channel is closed.

    Arguments: descriptor of the channel, address space of a worker beside the data, the same for the data
    (bytes), store, generation, `default` or `dataset` for what of it is held, `alone` for no network.
    """
    channel, memory, budget, path, generation, part, network = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (_address_space() + int(budget), resource.RLIM_INFINITY))
    if network == "alone":
        leave_the_network(may_write=False)
    with socket.socket(fileno=int(channel)) as control:
        whole = _loaded(path, generation, DATASET, int(budget)) if part == DATASET else None
        held = _Held(int(generation), _loaded(path, generation, DEFAULT, int(budget)), whole)
        control.send(READY)
        _fork_on_demand(control, held, int(memory))
    os._exit(0)  # freeing the store would take seconds


def _loaded(path: str, generation: str, part: str, budget: int) -> Oxigraph:
    """Read a generation through a process of its own, which opens the disk.

    The triples come sorted: what belongs together then lies together in memory, and joins over the whole line
    take half the time.
    """
    content = Oxigraph()
    names, names_end = os.pipe()
    unloading = [sys.executable, "-m", f"{__package__}.unload", path, generation, part, str(names_end)]
    sorting = ["sort", f"--buffer-size={budget // _TO_SORT}b"]
    in_bytes = os.environ | {"LC_ALL": "C"}
    with (
        subprocess.Popen(unloading, stdout=subprocess.PIPE, pass_fds=[names_end]) as source,  # noqa: S603
        subprocess.Popen(sorting, stdin=source.stdout, stdout=subprocess.PIPE, env=in_bytes) as lines,  # noqa: S603
    ):
        os.close(names_end)
        assert source.stdout is not None
        assert lines.stdout is not None
        source.stdout.close()
        content.bulk_load(path=f"/dev/fd/{lines.stdout.fileno()}", format=RdfFormat.N_QUADS)
        with os.fdopen(names, encoding="utf-8") as graphs:
            for name in graphs:
                content.add_graph(NamedNode(name.rstrip("\n")))
    if source.returncode or lines.returncode:
        raise OSError(f"generation {generation} of {path} could not be read")
    return content


def _fork_on_demand(control: socket.socket, held: _Held, memory: int) -> None:
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
                    _fork(control, given, held, memory)


def _fork(control: socket.socket, given: list[int], held: _Held, memory: int) -> None:
    """Fork a worker. given: its channel, and the pipe for what it says when it dies."""
    pid = os.fork()
    if pid == 0:
        _become_worker(control, given, held, memory)
    for descriptor in given:
        os.close(descriptor)
    handle = os.pidfd_open(pid)
    socket.send_fds(control, [json.dumps({"pid": pid}).encode()], [handle])
    os.close(handle)


def _become_worker(control: socket.socket, given: list[int], held: _Held, memory: int) -> None:
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
    serve(held.snapshot)
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
