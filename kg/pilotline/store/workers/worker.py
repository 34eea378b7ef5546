"""The process that runs queries: reads requests from its input, writes answers to its output."""

import math
import resource
import signal
import sys
import threading
from typing import IO, Any, BinaryIO, cast

from pyoxigraph import NamedNode, QueryTriples

from pilotline.store.store import Store
from pilotline.store.workers.formats import GRAPH_FORMATS, RESULT_FORMATS
from pilotline.store.workers.frames import BLOCK, DATA, FAILED, GENERATION, LAST, READY, Request, write_frame
from pilotline.store.workers.rows import row_counter

_STACK = 64 * 1024 * 1024  # the parser and the optimiser recurse
_GRACE = 2  # seconds after which a worker whose pool is gone ends itself


class _TooLargeError(Exception):
    """The answer is beyond its cap."""


def main() -> None:
    """Serve until the input ends. Arguments: the store, and the address space in bytes."""
    path, memory = sys.argv[1], int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    threading.stack_size(_STACK)
    thread = threading.Thread(target=_serve, args=(path, sys.stdin.buffer, sys.stdout.buffer))
    thread.start()
    thread.join()


def _serve(path: str, requests: BinaryIO, answers: BinaryIO) -> None:
    store = Store.open(path)
    store.read()
    write_frame(answers, READY)
    while (request := Request.read(requests)) is not None:
        # Should the pool be killed, nobody else would stop a query that never ends.
        signal.setitimer(signal.ITIMER_REAL, math.ceil(request.deadline) + _GRACE)
        _answer(store, request, answers)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(store: Store, request: Request, answers: BinaryIO) -> None:
    try:
        generation, graph = store.snapshot()
        write_frame(answers, GENERATION, str(generation).encode())
        blocks = _Blocks(answers, request)
        output = cast(IO[bytes], blocks)
        results = graph.query(request.query, **_dataset(request))
        if isinstance(results, QueryTriples):
            results.serialize(output, GRAPH_FORMATS[request.format])
        else:
            results.serialize(output, RESULT_FORMATS[request.format])
        blocks.finish()
    except SyntaxError as error:
        write_frame(answers, FAILED, f"syntax {error}".encode())
    except (_TooLargeError, MemoryError) as error:
        write_frame(answers, FAILED, f"large {error or 'it needs more memory than a query gets'}".encode())
    except Exception as error:
        write_frame(answers, FAILED, f"engine {error}".encode())


def _dataset(request: Request) -> dict[str, Any]:
    """Return the dataset that the protocol asks for; naming one part leaves the other empty."""
    if request.default_graphs is None and request.named_graphs is None:
        return {}
    return {
        "default_graph": [NamedNode(graph) for graph in request.default_graphs or ()],
        "named_graphs": [NamedNode(graph) for graph in request.named_graphs or ()],
    }


class _Blocks:
    """A file that sends what is written to it in blocks, and stops the writer at the caps."""

    def __init__(self, stream: BinaryIO, request: Request) -> None:
        self._stream = stream
        self._request = request
        self._buffer = bytearray()
        self._rows, self._size = 0, 0
        self._count = row_counter(request.format)

    def write(self, data: bytes) -> int:
        """Take some bytes of the answer."""
        self._buffer += data
        if len(self._buffer) >= BLOCK:
            self._send(DATA)
        return len(data)

    def flush(self) -> None:
        """Do nothing; a block is sent when it is full."""

    def finish(self) -> None:
        """Send the last block."""
        self._send(LAST)

    def _send(self, kind: bytes) -> None:
        block = bytes(self._buffer)
        self._buffer.clear()
        self._size += len(block)
        self._rows += self._count(block)
        if self._size > self._request.size:
            raise _TooLargeError(f"it is larger than {self._request.size} bytes")
        if self._rows > self._request.rows:
            raise _TooLargeError(f"it has more than {self._request.rows} rows")
        write_frame(self._stream, kind, block)


if __name__ == "__main__":
    main()
