"""Compares stored graphs with their replacement: what comes, what goes, what the default graph shows."""

from collections.abc import Iterator
from itertools import islice

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse
from pyoxigraph import Store as Oxigraph

from pilotline.store.quads import DraftError, Source
from pilotline.store.scope import STATUS, Excluded, graphs_in_scope
from pilotline.store.terms import as_stored

_BLOCK = 10_000  # quads parsed at once
_FEW_GRAPHS = 10  # up to which asking each graph beats asking the index of all


class Change:
    """What differs between stored graphs and their replacement; unchanged quads are not touched.

    Take `additions` to the end before `removals` and `leaving`.
    """

    def __init__(self, store: Oxigraph, graphs: set[str], in_scope: set[str], source: Source) -> None:
        self._source = source
        self._after = _excluded(source, graphs, in_scope)
        self._before = {
            NamedNode(graph): Excluded.of_graph(store, graph) for graph in graphs_in_scope(store) & graphs
        }
        # In the order of the index: removing in another order costs five times as much.
        self._gone = dict.fromkeys(
            str(quad)
            for graph in graphs
            for quad in store.quads_for_pattern(None, None, None, NamedNode(graph))
        )
        self._hidden: list[Quad] = []

    def additions(self) -> Iterator[Quad]:
        """Yield the quads that are new, as they stand in their graph and in the default graph."""
        source = self._source()
        for quad in as_stored(source) if self._gone else source:
            kept = self._keep(quad)
            was_shown = kept and _shows(self._before, quad)
            shown = _shows(self._after, quad)
            if not kept:
                yield quad
            if shown and not was_shown:
                yield Quad(quad.subject, quad.predicate, quad.object, DefaultGraph())
            if was_shown and not shown:
                self._hidden.append(quad)

    def removals(self) -> Iterator[Quad]:
        """Yield the quads that the replacement does not hold."""
        gone = iter(self._gone)
        while block := list(islice(gone, _BLOCK)):
            yield from parse(" .\n".join(block) + " .\n", RdfFormat.N_QUADS)

    def leaving(self) -> Iterator[Quad]:
        """Yield the quads that these graphs showed in the default graph and show no longer."""
        yield from self._hidden
        yield from (quad for quad in self.removals() if _shows(self._before, quad))

    def _keep(self, quad: Quad) -> bool:
        if not self._gone:
            return False
        text = str(quad)
        kept = text in self._gone
        self._gone.pop(text, None)
        return kept


class Shown:
    """What the graphs in scope show in the default graph."""

    def __init__(self, store: Oxigraph) -> None:
        self._store = store
        self._graphs = {NamedNode(graph): Excluded.of_graph(store, graph) for graph in graphs_in_scope(store)}

    def elsewhere(self, quad: Quad) -> bool:
        """Say whether a graph in scope shows the triple of this quad."""
        return any(quad not in self._graphs[graph] for graph in self._holders(quad))

    def _holders(self, quad: Quad) -> list[NamedNode]:
        s, p, o = quad.subject, quad.predicate, quad.object
        if len(self._graphs) <= _FEW_GRAPHS:
            return [graph for graph in self._graphs if Quad(s, p, o, graph) in self._store]
        holders = (held.graph_name for held in self._store.quads_for_pattern(s, p, o, None))
        return [graph for graph in holders if isinstance(graph, NamedNode) and graph in self._graphs]


Exclusions = dict[NamedNode, Excluded]


def _excluded(source: Source, graphs: set[str], in_scope: set[str]) -> Exclusions:
    """Read the replacement once: check the graphs it names, and find what it takes out of scope."""
    allowed = {NamedNode(graph) for graph in graphs}
    statuses: list[Quad] = []
    for quad in source():
        if quad.graph_name not in allowed:
            raise DraftError(f"{quad}: the graph must be one of {', '.join(sorted(graphs))}")
        if quad.predicate == STATUS:
            statuses.append(quad)
    return {
        graph: Excluded(quad for quad in statuses if quad.graph_name == graph)
        for graph in map(NamedNode, in_scope)
    }


def _shows(exclusions: Exclusions, quad: Quad) -> bool:
    graph = quad.graph_name
    return isinstance(graph, NamedNode) and graph in exclusions and quad not in exclusions[graph]
