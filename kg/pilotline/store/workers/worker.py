"""The process that runs queries: reads requests from its input, writes answers to its output."""

import math
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import IO, Any, BinaryIO, cast

from pyoxigraph import DefaultGraph, NamedNode, QueryTriples
from pyoxigraph import Store as Oxigraph

from pilotline.store.errors import StoreError
from pilotline.store.store import Store
from pilotline.store.workers.confinement import confine, leave_the_network
from pilotline.store.workers.formats import GRAPH_FORMATS, RESULT_FORMATS
from pilotline.store.workers.frames import (
    BLOCK,
    DATA,
    DATASET,
    DEFAULT,
    FAILED,
    FIRST,
    GENERATION,
    LAST,
    READY,
    Request,
    write_frame,
)
from pilotline.store.workers.rows import row_counter

_STACK = 64 * 1024 * 1024  # the parser and the optimiser recurse
_GRACE = 2  # seconds after which a worker whose pool is gone ends itself
# From a request to the number of the generation that it is answered from, and the content.
Snapshot = Callable[[Request], AbstractContextManager[tuple[int, Oxigraph]]]


class _TooLargeError(Exception):
    """The answer is beyond its cap."""


def main() -> None:
    """Serve until the input ends. Arguments: address space in bytes, store, `alone` for no network."""
    memory, path, network = sys.argv[1:]
    confine(int(memory))
    if network == "alone":
        leave_the_network(may_write=False)
    store = Store.open(path)
    store.read()
    with os.fdopen(0, "rb", closefd=False) as requests, os.fdopen(1, "wb", closefd=False) as answers:
        serve(partial(_snapshot, store), requests, answers)


@contextmanager
def _snapshot(store: Store, request: Request) -> Iterator[tuple[int, Oxigraph]]:
    """Give what the store holds; an earlier generation stays on the disk for the time of the block."""
    if not request.generation:
        yield store.snapshot()
        return
    with store.at(request.generation) as content:
        yield request.generation, content


def serve(snapshot: Snapshot, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests from the newest snapshot until the input ends."""
    threading.stack_size(_STACK)
    thread = threading.Thread(target=_serve, args=(snapshot, requests, answers))
    thread.start()
    thread.join()


def _serve(snapshot: Snapshot, requests: BinaryIO, answers: BinaryIO) -> None:
    write_frame(answers, READY)
    while (request := Request.read(requests)) is not None:
        # Should the pool be killed, nobody else would stop a query that never ends.
        signal.setitimer(signal.ITIMER_REAL, math.ceil(request.deadline) + _GRACE)
        _answer(snapshot, request, answers)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(snapshot: Snapshot, request: Request, answers: BinaryIO) -> None:
    try:
        with snapshot(request) as (generation, graph):
            blocks = _Blocks(answers, request, generation)
            if request.graph:
                _dump(graph, request, blocks)
            else:
                _query(graph, request, blocks)
            blocks.finish()
    except StoreError as error:
        write_frame(answers, FAILED, f"gone {error}".encode())
    except KeyError:
        write_frame(answers, FAILED, f"unknown <{request.graph}>".encode())
    except SyntaxError as error:
        write_frame(answers, FAILED, f"syntax {error}".encode())
    except (_TooLargeError, MemoryError) as error:
        write_frame(answers, FAILED, f"large {error or 'it needs more memory than a query gets'}".encode())
    except RuntimeError as error:
        write_frame(answers, FAILED, f"evaluation {error}".encode())
    except Exception as error:
        write_frame(answers, FAILED, f"engine {error}".encode())


def _query(store: Oxigraph, request: Request, output: "_Blocks") -> None:
    results = store.query(
        request.query,
        base_iri=request.base or None,
        substitutions=request.substitutions,
        **_dataset(request),
    )
    if isinstance(results, QueryTriples):
        results.serialize(cast(IO[bytes], output), GRAPH_FORMATS[request.format])
    else:
        results.serialize(cast(IO[bytes], output), RESULT_FORMATS[request.format])


def _dump(store: Oxigraph, request: Request, output: "_Blocks") -> None:
    """Write out a graph; KeyError where there is none of its name."""
    graph: DefaultGraph | NamedNode | None = None
    if request.graph == DEFAULT:
        graph = DefaultGraph()
    elif request.graph != DATASET:
        graph = NamedNode(request.graph)
        if not store.contains_named_graph(graph):
            raise KeyError(request.graph)
    store.dump(cast(IO[bytes], output), GRAPH_FORMATS[request.format], from_graph=graph)


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

    def __init__(self, stream: BinaryIO, request: Request, generation: int) -> None:
        self._stream = stream
        self._request = request
        self._before = generation.to_bytes(GENERATION)
        self._buffer = bytearray()
        self._rows, self._size = 0, 0
        self._count = row_counter(request.format)

    def write(self, data: bytes) -> int:
        """Take some bytes of the answer."""
        self._buffer += data
        if len(self._buffer) >= (BLOCK if self._size else FIRST):
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
        write_frame(self._stream, kind, self._before + block)
        self._before = b""


if __name__ == "__main__":
    main()
