"""Loads a large new dataset without comparing: what shows of it into the default graph, then into its own."""

import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pyoxigraph import NamedNode, RdfFormat
from pyoxigraph import Store as Oxigraph

from pilotline.store.scope import STATUS

_LARGE = 1 << 20  # bytes from which a bulk load is faster than a transaction
_HUGE = 1 << 27  # bytes from which a bulk load uses several cores by itself
_CHUNK = 1 << 22  # bytes of lines that are looked at together
# Names to be changed, and what keeps triples out of scope; an expression finds short texts faster than `in`.
_SPECIAL = tuple(re.compile(re.escape(each)) for each in (b"_:", str(STATUS).encode()))
_END = b" .\n"


@dataclass(frozen=True)
class Parts:
    """The file of a dataset in two.

    graph: IRI of the graph that shows. shown: its triples, as N-Triples. others: quads of the graphs below.
    """

    graph: str
    shown: Path
    others: Path

    @property
    def are_large(self) -> bool:
        """Say whether a bulk load is worth it."""
        return self.shown.stat().st_size >= _LARGE

    @property
    def loads_at_once(self) -> int:
        """Return how many loads use the cores best, without more memory than that takes."""
        return 1 if self.shown.stat().st_size >= _HUGE else 2


@contextmanager
def parted(quads: Path, graph: str, below: Iterable[str]) -> Iterator[Parts | None]:
    """Give an N-Quads file in two parts, which go when the block ends.

    below: the other graphs that it may name. Give nothing for a file that needs more than to be copied:
    another format or graph, blank nodes, statuses of values.
    """
    if quads.suffix != ".nq":
        yield None
        return
    with TemporaryDirectory(dir=quads.parent) as folder:
        parts = Parts(graph, Path(folder) / "shown.nt", Path(folder) / "others.nq")
        yield parts if _write(parts, quads, below) else None


def _write(parts: Parts, quads: Path, below: Iterable[str]) -> bool:
    """Write the parts of a file; return False where they do not do."""
    end, ends = _end(parts.graph), tuple(map(_end, below))
    with quads.open("rb") as file, parts.shown.open("wb") as shown, parts.others.open("wb") as others:
        while lines := file.read(_CHUNK) + file.readline():
            if any(each.search(lines) for each in _SPECIAL):
                return False
            triples = lines.replace(end, _END)
            if len(lines) - len(triples) == lines.count(b"\n") * (len(end) - len(_END)):
                shown.write(triples)
                continue
            for line in lines.splitlines(keepends=True):
                if line.endswith(end):
                    shown.write(line.removesuffix(end) + _END)
                elif line.endswith(ends):
                    others.write(line)
                else:
                    return False
    return True


def _end(graph: str) -> bytes:
    return f" <{graph}> .\n".encode()


class Coming:
    """A dataset on its way into a draft.

    steps: loading what the default graph shows, the graphs below its own, and its own; or all in one.
    """

    def __init__(self, steps: Sequence["Future[Any]"]) -> None:
        self._steps = steps

    def shown(self) -> None:
        """Wait until the default graph shows it; what went wrong by then is raised here."""
        self._steps[0].result()

    def below(self) -> None:
        """Wait until the graphs below its own are there, such as the pointers to cells."""
        for step in self._steps[:2]:
            step.result()

    def whole(self) -> None:
        """Wait until all of it is there; what went wrong is raised here."""
        for step in self._steps:
            step.result()


def load_first(store: Oxigraph, parts: Parts, executor: Executor) -> Coming:
    """Load a dataset that the store does not hold; begin with the default graph."""
    shown = partial(store.bulk_load, path=parts.shown, format=RdfFormat.N_TRIPLES)
    others = partial(store.bulk_load, path=parts.others, format=RdfFormat.N_QUADS)
    # That a term is well formed is seen once.
    own = partial(shown, to_graph=NamedNode(parts.graph), lenient=True)
    return Coming([executor.submit(load) for load in (shown, others, own)])
