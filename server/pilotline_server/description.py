"""Describes the endpoint as RDF (SPARQL 1.1 Service Description)."""

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple, serialize

from pilotline import catalogue
from pilotline.namespaces import DCTERMS, RDF, RDFS
from pilotline.store.workers import GRAPH_FORMATS

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_VOID = "http://rdfs.org/ns/void#"
_RESULT_FORMATS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "JSON-LD", "RDF_XML", "N-Quads", "TriG",
)  # fmt: skip
_PREFIXES = {"sd": _SD, "formats": _FORMATS, "void": _VOID, "dcterms": DCTERMS}

Value = NamedNode | BlankNode | Literal


def service_description(store: Store, endpoint: str, format_name: str) -> bytes:
    """Return the description; format_name: one of GRAPH_FORMATS."""
    text = serialize(_triples(store, endpoint), format=GRAPH_FORMATS[format_name], prefixes=_PREFIXES)
    assert text is not None
    return text


def _triples(store: Store, endpoint: str) -> Iterator[Triple]:
    service, dataset, default = NamedNode(endpoint), BlankNode("dataset"), BlankNode("default")
    yield from _about(service, _service_facts(service, dataset))
    yield from _about(dataset, [("type", NamedNode(_SD + "Dataset")), (_SD + "defaultGraph", default)])
    yield from _about(default, [("type", NamedNode(_SD + "Graph")), (RDFS + "label", _DEFAULT)])
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


def _service_facts(service: NamedNode, dataset: BlankNode) -> list[tuple[str, Value]]:
    return [
        ("type", NamedNode(_SD + "Service")),
        (_SD + "endpoint", service),
        (_SD + "supportedLanguage", NamedNode(_SD + "SPARQL11Query")),
        (_SD + "defaultDataset", dataset),
        *((_SD + "resultFormat", NamedNode(_FORMATS + name)) for name in _RESULT_FORMATS),
    ]


def _about(subject: NamedNode | BlankNode, facts: Iterable[tuple[str, Value]]) -> Iterator[Triple]:
    for predicate, value in facts:
        yield Triple(subject, NamedNode(RDF + "type" if predicate == "type" else predicate), value)


_DEFAULT = Literal(
    "the set of triples that are in scope: conforming datasets, ontology, hierarchy", language="en"
)
