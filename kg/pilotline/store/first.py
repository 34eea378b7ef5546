"""Loads a large new dataset without comparing: its file as it stands, and once more what shows of it."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import RdfFormat
from pyoxigraph import Store as Oxigraph

from pilotline.store.scope import STATUS
from pilotline.threads import threads

_LARGE = 1 << 20  # bytes from which a bulk load is faster than a transaction
_CHUNK = 1 << 22  # bytes of lines that are looked at together
_SPECIAL = (b"_:", str(STATUS).encode())  # names to be changed, and what keeps triples out of scope


class UnusualError(Exception):
    """Lines that need a look at each quad."""


def load_first(store: Oxigraph, quads: Path, graphs: set[str], in_scope: set[str]) -> bool:
    """Load an N-Quads file into graphs that are empty, and what shows of it into the default graph.

    Return False, with nothing loaded, for a file that is small or needs more than to be copied: another
    format or graph, blank nodes, statuses of values.
    """
    if quads.suffix != ".nq" or quads.stat().st_size < _LARGE:
        return False
    with TemporaryDirectory(dir=quads.parent) as folder:
        shown = Path(folder) / "shown.nt"
        try:
            with shown.open("wb") as out:
                out.writelines(shown_lines(quads, graphs, in_scope))
        except UnusualError:
            return False
        # Two loads use two cores; that each term is well formed is seen by one of them.
        with threads(2) as loads:
            whole = loads.submit(store.bulk_load, path=quads, format=RdfFormat.N_QUADS)
            part = loads.submit(store.bulk_load, path=shown, format=RdfFormat.N_TRIPLES, lenient=True)
        whole.result()
        part.result()
    return True


def shown_lines(quads: Path, graphs: set[str], in_scope: set[str]) -> Iterator[bytes]:
    """Yield the triples of the graphs in scope as N-Triples, many lines at a time.

    quads: N-Quads of these graphs, as written by a mapping.

    Errors: UnusualError for lines of another graph, with blank nodes or with statuses of values.
    """
    ends = {f" <{graph}> .\n".encode(): graph in in_scope for graph in graphs}
    shown = [end for end, shows in ends.items() if shows]
    with quads.open("rb") as file:
        while lines := b"".join(file.readlines(_CHUNK)):
            if any(each in lines for each in _SPECIAL):
                raise UnusualError
            count = lines.count(b"\n")
            if len(shown) == 1 and lines.count(shown[0]) == count:
                yield lines.replace(shown[0], b" .\n")
            else:
                yield from _sorted_out(lines, ends)


def _sorted_out(lines: bytes, ends: dict[bytes, bool]) -> Iterator[bytes]:
    """Yield the triples of the graphs in scope, line by line."""
    for line in lines.splitlines(keepends=True):
        triple, mark, graph = line.rpartition(b" <")
        shows = ends.get(mark + graph)
        if shows is None:
            raise UnusualError
        if shows:
            yield triple + b" .\n"
