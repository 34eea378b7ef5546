"""Turns replaced and removed graphs into the next generation, with the default graph kept in step."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Triple
from pyoxigraph import Store as Oxigraph

from pilotline.store.change import Change, Shown
from pilotline.store.first import Coming, Parts, load_first, parted
from pilotline.store.quads import DraftError, Source, from_file, from_quads, into_graph
from pilotline.store.scope import SCOPE_GRAPH, STATUS, graphs_in_scope, in_default_graph, scope_quad
from pilotline.store.series import SeriesFolder
from pilotline.threads import threads

SUB_GRAPHS = ("raw", "pointers", "provenance", "report", "refused", "marks")
_FEW = 10_000  # quads up to which one transaction is faster than a bulk load


class Draft:
    """The clone that becomes the next generation.

    store: read it freely; change it only through the methods, which keep the default graph in step.
    """

    def __init__(self, store: Oxigraph, series: SeriesFolder | None = None) -> None:
        self.store = store
        self._series = series

    def keep_series(self, file: Path, sha256: str) -> None:
        """Keep the file of a series that a graph of the draft describes; it goes when no graph does.

        Errors: DraftError where the draft belongs to no folder.
        """
        if self._series is None:
            raise DraftError("a draft without a folder keeps no series")
        self._series.keep(file, sha256)

    def graphs_in_scope(self) -> frozenset[str]:
        """Return the graphs whose triples make up the default graph."""
        return graphs_in_scope(self.store)

    def replace_dataset(self, dataset: str, quads: Path, *, in_scope: bool) -> None:
        """Replace a dataset, its raw triples, provenance and report by an N-Quads file.

        in_scope: the dataset's own graph belongs to the default graph; the graphs below it never do.
        """
        if not in_scope:
            self._replace(graphs_of(dataset), set(), from_file(quads))
            return
        with (
            parted(quads, dataset, graphs_of(dataset)) as parts,
            self.replacing_dataset(dataset, quads, parts),
        ):
            pass

    @contextmanager
    def replacing_dataset(self, dataset: str, quads: Path, parts: Parts | None) -> Iterator[Coming]:
        """Replace a dataset, which is in scope, in other threads while the block runs.

        parts: the file as `parted` gives it.
        The block changes what depends on the graphs in scope only once all is there.
        """
        graphs = graphs_of(dataset)
        first = parts is not None and parts.are_large and self._empty(graphs)
        with threads(parts.loads_at_once if parts else 1) as beside:
            if parts is not None and first:
                coming = load_first(self.store, parts, beside)
            else:
                coming = Coming([beside.submit(self._replace, graphs, {dataset}, from_file(quads))])
            try:
                yield coming
            finally:
                coming.whole()
        if first:
            self._mark_scope(graphs, {dataset})

    def replace_graph(self, graph: str, quads: Path | Iterable[Quad | Triple], *, in_scope: bool) -> None:
        """Replace one graph by triples, or by a file of any RDF format.

        quads: they name this graph or none; DraftError for any other.
        """
        source = from_file(quads) if isinstance(quads, Path) else from_quads(quads)
        self._replace({graph}, {graph} if in_scope else set(), into_graph(graph, source))

    def change_graph(self, graph: str, *, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
        """Change some quads of a graph that is in scope; the cost depends on them, not on the graph.

        Errors: DraftError for a status of a quantity, which would change what else is in scope.
        """
        removed, added = list(removed), list(added)
        for quad in chain(removed, added):
            if quad.graph_name != NamedNode(graph) or quad.predicate == STATUS:
                raise DraftError(f"{quad}: only quads of {graph} that state no status can be changed")
        for quad in removed:
            self.store.remove(quad)
        self._hide(iter(removed))
        self.store.extend(added)
        self.store.extend(map(in_default_graph, added))
        self.store.add(scope_quad(graph))

    def remove_dataset(self, dataset: str) -> None:
        """Remove a dataset with the graphs below it."""
        self._replace(graphs_of(dataset), set(), from_quads(()))

    def remove_graph(self, graph: str) -> None:
        """Remove one graph."""
        self._replace({graph}, set(), from_quads(()))

    def set_scope(self, graph: str, *, in_scope: bool) -> None:
        """Put a stored graph into the default graph, or take it out."""
        self._replace({graph}, {graph} if in_scope else set(), from_quads(self._quads_of(graph)))

    def _replace(self, graphs: set[str], in_scope: set[str], source: Source) -> None:
        """Replace graphs; only what differs is written. in_scope: those that show in the default graph."""
        if SCOPE_GRAPH in graphs:
            raise DraftError(f"{SCOPE_GRAPH} is kept by the store; use set_scope")
        change = Change(self.store, graphs, in_scope, source)
        self._add(change.additions())
        for quad in change.removals():
            self.store.remove(quad)
        self._mark_scope(graphs, in_scope)
        self._hide(change.leaving())

    def _add(self, quads: Iterator[Quad]) -> None:
        first = list(islice(quads, _FEW))
        if len(first) < _FEW:
            self.store.extend(first)
        else:
            self.store.bulk_extend(chain(first, quads))

    def _mark_scope(self, graphs: set[str], in_scope: set[str]) -> None:
        for graph in graphs:
            (self.store.add if graph in in_scope else self.store.remove)(scope_quad(graph))
            if self._empty({graph}):
                self.store.remove_graph(NamedNode(graph))

    def _hide(self, quads: Iterator[Quad]) -> None:
        """Take triples out of the default graph unless a graph in scope still shows them."""
        shown = Shown(self.store)
        for quad in quads:
            if not shown.elsewhere(quad):
                self.store.remove(in_default_graph(quad))

    def _empty(self, graphs: set[str]) -> bool:
        return all(next(self._quads_of(graph), None) is None for graph in graphs)

    def _quads_of(self, graph: str) -> Iterator[Quad]:
        return self.store.quads_for_pattern(None, None, None, NamedNode(graph))


def graphs_of(dataset: str) -> set[str]:
    """Return the graph of a dataset and those below it."""
    return {dataset, *(f"{dataset}/{name}" for name in SUB_GRAPHS)}
