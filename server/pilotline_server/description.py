"""Describes the endpoint as RDF (SPARQL 1.1 Service Description)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple, serialize

from pilotline.datasets import catalogue
from pilotline.namespaces import DCTERMS, RDF, RDFS
from pilotline.store.workers import GRAPH_FORMATS

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_VOID = "http://rdfs.org/ns/void#"
_RESULT_FORMATS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "JSON-LD", "RDF_XML", "N-Quads", "TriG",
)  # fmt: skip
_INPUT_FORMATS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "N-Quads", "TriG")
_PREFIXES = {"sd": _SD, "formats": _FORMATS, "void": _VOID, "dcterms": DCTERMS}

Value = NamedNode | BlankNode | Literal


@dataclass(frozen=True)
class Service:
    """What a server does. plain: a bare SPARQL store. writable: it has tokens. federated: SERVICE works."""

    plain: bool
    writable: bool
    federated: bool


def service_description(store: Store, base: str, service: Service, format_name: str) -> bytes:
    """Return the description. base: the URL of the server; format_name: one of GRAPH_FORMATS."""
    text = serialize(_triples(store, base, service), format=GRAPH_FORMATS[format_name], prefixes=_PREFIXES)
    assert text is not None
    return text


def _triples(store: Store, base: str, service: Service) -> Iterator[Triple]:
    dataset, default = BlankNode("dataset"), BlankNode("default")
    yield from _about(NamedNode(base + "/sparql"), _query_facts(base, service, dataset))
    if service.writable:
        yield from _about(NamedNode(base + "/update"), _update_facts(base, dataset))
    yield from _about(dataset, [("type", NamedNode(_SD + "Dataset")), (_SD + "defaultGraph", default)])
    said = _PLAIN if service.plain else _MERGED
    yield from _about(default, [("type", NamedNode(_SD + "Graph")), (RDFS + "label", said)])
    sizes = {entry.iri: entry.triples for entry in catalogue.entries(store)}
    names = sorted(graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode))
    for number, name in enumerate(names):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield Triple(dataset, NamedNode(_SD + "namedGraph"), named)
        yield from _about(
            named,
            [
                ("type", NamedNode(_SD + "NamedGraph")),
                (_SD + "name", NamedNode(name)),
                (_SD + "graph", graph),
            ],
        )
        yield Triple(graph, NamedNode(RDF + "type"), NamedNode(_SD + "Graph"))
        if name in sizes:
            yield Triple(graph, NamedNode(_VOID + "triples"), Literal(sizes[name]))


def _query_facts(base: str, service: Service, dataset: BlankNode) -> list[tuple[str, Value]]:
    features = ["EmptyGraphs", *(["BasicFederatedQuery"] if service.federated else [])]
    return [
        ("type", NamedNode(_SD + "Service")),
        (_SD + "endpoint", NamedNode(base + "/sparql")),
        (_SD + "supportedLanguage", NamedNode(_SD + "SPARQL10Query")),
        (_SD + "supportedLanguage", NamedNode(_SD + "SPARQL11Query")),
        (_SD + "defaultDataset", dataset),
        *((_SD + "feature", NamedNode(_SD + name)) for name in features),
        *((_SD + "resultFormat", NamedNode(_FORMATS + name)) for name in _RESULT_FORMATS),
        *((_SD + "inputFormat", NamedNode(_FORMATS + name)) for name in _INPUT_FORMATS),
    ]


def _update_facts(base: str, dataset: BlankNode) -> list[tuple[str, Value]]:
    return [
        ("type", NamedNode(_SD + "Service")),
        (_SD + "endpoint", NamedNode(base + "/update")),
        (_SD + "supportedLanguage", NamedNode(_SD + "SPARQL11Update")),
        (_SD + "defaultDataset", dataset),
    ]


def _about(subject: NamedNode | BlankNode, facts: Iterable[tuple[str, Value]]) -> Iterator[Triple]:
    for predicate, value in facts:
        yield Triple(subject, NamedNode(RDF + "type" if predicate == "type" else predicate), value)


_PLAIN = Literal("the default graph of a plain SPARQL store", language="en")
_MERGED = Literal(
    "the set of triples that are in scope: conforming datasets, ontology, hierarchy", language="en"
)
