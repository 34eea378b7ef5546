"""The process that runs queries: reads requests from its input, writes answers to its output."""

import importlib
import json
import math
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from typing import IO, Any, cast

from pyoxigraph import DefaultGraph, NamedNode, QueryTriples
from pyoxigraph import Store as Oxigraph

from pilotline.store.errors import StoreError
from pilotline.store.store import Store
from pilotline.store.workers.confinement import confine, leave_the_network
from pilotline.store.workers.formats import GRAPH_FORMATS, RESULT_FORMATS
from pilotline.store.workers.frames import (
    BACK,
    BLOCK,
    DATA,
    DATASET,
    DEFAULT,
    FAILED,
    FIRST,
    GENERATION,
    LAST,
    LEND,
    QUERY,
    READY,
    Request,
    json_frame,
    write_frame,
)
from pilotline.store.workers.inbox import Inbox
from pilotline.store.workers.lent import State, converse
from pilotline.store.workers.rows import row_counter

_STACK = 64 * 1024 * 1024  # the parser and the optimiser recurse
_GRACE = 2  # seconds after which a worker whose pool is gone ends itself
# From a request to the number of the generation that it is answered from, and the content.
Snapshot = Callable[[Request], AbstractContextManager[tuple[int, Oxigraph]]]
Send = Callable[[bytes, bytes], None]  # takes the kind and the content of a frame


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
    serve(partial(_snapshot, store))


@contextmanager
def _snapshot(store: Store, request: Request) -> Iterator[tuple[int, Oxigraph]]:
    """Give what the store holds; an earlier generation stays on the disk for the time of the block."""
    if not request.generation:
        yield store.snapshot()
        return
    with store.at(request.generation) as content:
        yield request.generation, content


def serve(snapshot: Snapshot) -> None:
    """Answer requests on descriptor 0 from the newest snapshot, on descriptor 1, until there are no more."""
    threading.stack_size(_STACK)
    thread = threading.Thread(target=_serve, args=(snapshot,))
    thread.start()
    thread.join()


def _serve(snapshot: Snapshot) -> None:
    with socket.socket(fileno=0) as channel, os.fdopen(1, "wb", closefd=False) as answers:
        inbox = Inbox(channel)
        write_frame(answers, READY)
        while (told := inbox.next()) is not None:
            kind, content, descriptors = told
            if kind == QUERY:
                request = Request(**json.loads(content))
                with _ended_at(request.deadline):
                    _answer(snapshot, request, partial(write_frame, answers))
            elif kind == LEND:
                taken = _lent(snapshot, inbox, json.loads(content), *descriptors)
                answers.write(json_frame(taken, BACK))
                answers.flush()


@contextmanager
def _ended_at(deadline: float) -> Iterator[None]:
    """Let the process end some time after a deadline: should the pool be killed, nobody else stops it."""
    signal.setitimer(signal.ITIMER_REAL, math.ceil(deadline) + _GRACE)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)


def _lent(snapshot: Snapshot, inbox: Inbox, terms: dict[str, Any], lent: int, shared: int) -> list[float]:
    """Answer on a connection that is lent, and return the seconds of each answer.

    terms: the module that speaks its language, as `speaker`, and what that has to know.
    """
    with socket.socket(fileno=lent) as connection, closing(State(shared)) as state:
        os.close(shared)
        connection.setblocking(False)
        speaker = importlib.import_module(terms["speaker"]).Speaker(terms)
        return converse(connection, speaker, partial(_whole, snapshot), state, inbox.fileno())


def _whole(snapshot: Snapshot, request: Request) -> bytes | None:
    """Return an answer that is whole and small; None where it has to be asked for in the ordinary way."""
    frames: list[tuple[bytes, bytes]] = []
    with _ended_at(request.deadline):
        _answer(snapshot, request, lambda kind, content: frames.append((kind, content)))
    ((kind, content), *others) = frames
    return None if others or kind != LAST else content[GENERATION:]


def _answer(snapshot: Snapshot, request: Request, send: Send) -> None:
    try:
        with snapshot(request) as (generation, graph):
            blocks = _Blocks(send, request, generation)
            if request.graph:
                _dump(graph, request, blocks)
            else:
                _query(graph, request, blocks)
            blocks.finish()
    except StoreError as error:
        send(FAILED, f"gone {error}".encode())
    except KeyError:
        send(FAILED, f"unknown <{request.graph}>".encode())
    except SyntaxError as error:
        send(FAILED, f"syntax {error}".encode())
    except (_TooLargeError, MemoryError) as error:
        send(FAILED, f"large {error or 'it needs more memory than a query gets'}".encode())
    except RuntimeError as error:
        send(FAILED, f"evaluation {error}".encode())
    except Exception as error:
        send(FAILED, f"engine {error}".encode())


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

    def __init__(self, send: Send, request: Request, generation: int) -> None:
        self._send_frame = send
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
        self._send_frame(kind, self._before + block)
        self._before = b""


if __name__ == "__main__":
    main()
