"""Says which graphs a client may write beside what was ingested, and marks them as unchecked."""

from collections.abc import Iterable
from datetime import UTC, datetime

from pyoxigraph import Literal, NamedNode, Quad, Store

from pilotline.datasets import catalogue
from pilotline.namespaces import DCTERMS, GRAPH, ONTOLOGY, PL, PROV, RDF, SHAPES, XSD
from pilotline.store.scope import graphs_in_scope
from pilotline.store.workers.errors import QueryRefusedError

USER_GRAPHS = GRAPH + "user"
_KEPT = (GRAPH, ONTOLOGY, SHAPES)
_MARKS = NamedNode(USER_GRAPHS)
_TYPE, _UNCHECKED = NamedNode(RDF + "type"), NamedNode(PL + "UncheckedGraph")
_MODIFIED, _BY = NamedNode(DCTERMS + "modified"), NamedNode(PROV + "wasAttributedTo")
_AGENT, _LABEL = NamedNode(PROV + "Agent"), NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


def check_writable(store: Store, graphs: Iterable[str]) -> None:
    """Raise QueryRefusedError for a graph that only ingest and remove may change."""
    managed = graphs_in_scope(store)
    datasets = tuple(entry.iri for entry in catalogue.entries(store))
    for graph in graphs:
        ours = graph.startswith(_KEPT) or graph in managed
        if ours or any(graph == dataset or graph.startswith(dataset + "/") for dataset in datasets):
            raise QueryRefusedError(f"<{graph}> is kept by Pilotline; change it by ingest or remove")
        if store.contains_named_graph(NamedNode(graph)) and not _is_marked(store, graph):
            raise QueryRefusedError(f"<{graph}> was not written by a client; choose another name")


def mark(store: Store, graphs: Iterable[str], client: str) -> None:
    """Say of each graph that nobody checked it, who wrote it and when; forget those that are gone."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for name in graphs:
        graph = NamedNode(name)
        for quad in list(store.quads_for_pattern(graph, None, None, _MARKS)):
            store.remove(quad)
        if store.contains_named_graph(graph):
            store.extend(_marks(graph, client, Literal(now, datatype=NamedNode(XSD + "dateTime"))))


def _marks(graph: NamedNode, client: str, now: Literal) -> Iterable[Quad]:
    agent = NamedNode(f"{USER_GRAPHS}/agent/{client}")
    yield Quad(graph, _TYPE, _UNCHECKED, _MARKS)
    yield Quad(graph, _MODIFIED, now, _MARKS)
    yield Quad(graph, _BY, agent, _MARKS)
    yield Quad(agent, _TYPE, _AGENT, _MARKS)
    yield Quad(agent, _LABEL, Literal(client), _MARKS)


def _is_marked(store: Store, graph: str) -> bool:
    return Quad(NamedNode(graph), _TYPE, _UNCHECKED, _MARKS) in store
