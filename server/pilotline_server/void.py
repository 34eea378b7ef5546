"""Describes the data as RDF (VoID): size, classes, properties, where to ask and what may be done with it."""

import json
from collections.abc import Iterator
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple, serialize

from pilotline.datasets import catalogue
from pilotline.namespaces import DCTERMS, PL, PREFIXES, RDF, XSD
from pilotline.store.workers import GRAPH_FORMATS, Pool, Question

_VOID = "http://rdfs.org/ns/void#"
_CLASSES = "SELECT ?term (COUNT(DISTINCT ?s) AS ?n) { ?s a ?term } GROUP BY ?term ORDER BY ?term"
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) { ?s ?term ?o } GROUP BY ?term ORDER BY ?term"
_CLIENT = "the server itself"
Counts = list[tuple[str, int]]


class Void:
    """The description of one store; its counts are made once for each generation."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._counted: tuple[int, Counts, Counts] | None = None

    async def text(self, store: Store, generation: int, base: str, format_name: str) -> bytes:
        """Return the description. base: the URL of the server; format_name: one of GRAPH_FORMATS."""
        if self._counted is None or self._counted[0] != generation:
            classes, properties = await self._count(_CLASSES), await self._count(_PROPERTIES)
            self._counted = (generation, classes, properties)
        triples = _triples(store, base, *self._counted[1:])
        text = serialize(triples, format=GRAPH_FORMATS[format_name], prefixes=PREFIXES | {"void": _VOID})
        assert text is not None
        return text

    async def _count(self, query: str) -> Counts:
        answer = await self._pool.query(Question(query, "json", client=_CLIENT))
        text = b"".join([block async for block in answer.blocks()])
        rows: list[dict[str, Any]] = json.loads(text)["results"]["bindings"]
        return [
            (row["term"]["value"], int(row["n"]["value"])) for row in rows if row["term"]["type"] == "uri"
        ]


def _triples(store: Store, base: str, classes: Counts, properties: Counts) -> Iterator[Triple]:
    here = base + "/.well-known/void"
    dataset = NamedNode(here + "#dataset")
    facts: list[tuple[str, NamedNode | Literal]] = [
        (RDF + "type", NamedNode(_VOID + "Dataset")),
        (DCTERMS + "title", Literal("Pilotline", language="en")),
        (_VOID + "sparqlEndpoint", NamedNode(base + "/sparql")),
        (_VOID + "dataDump", NamedNode(base + "/graphs?default")),
        (_VOID + "triples", Literal(sum(count for _, count in properties))),
        (_VOID + "classes", Literal(len(classes))),
        (_VOID + "properties", Literal(len(properties))),
        *(
            (_VOID + "feature", NamedNode(f"http://www.w3.org/ns/formats/{name}"))
            for name in ("Turtle", "N-Triples")
        ),
        *((_VOID + "vocabulary", NamedNode(iri)) for iri in sorted(set(PREFIXES.values()))),
    ]
    yield Triple(NamedNode(here), NamedNode(RDF + "type"), NamedNode(_VOID + "DatasetDescription"))
    yield Triple(NamedNode(here), NamedNode("http://xmlns.com/foaf/0.1/primaryTopic"), dataset)
    for predicate, value in facts:
        yield Triple(dataset, NamedNode(predicate), value)
    yield from _partitions(dataset, "class", "entities", classes)
    yield from _partitions(dataset, "property", "triples", properties)
    yield from _subsets(dataset, store)


def _partitions(dataset: NamedNode, kind: str, counted: str, counts: Counts) -> Iterator[Triple]:
    for number, (term, count) in enumerate(counts):
        part = BlankNode(f"{kind}{number}")
        yield Triple(dataset, NamedNode(f"{_VOID}{kind}Partition"), part)
        yield Triple(part, NamedNode(_VOID + kind), NamedNode(term))
        yield Triple(part, NamedNode(_VOID + counted), Literal(count))


def _subsets(dataset: NamedNode, store: Store) -> Iterator[Triple]:
    for entry in catalogue.entries(store):
        subset = NamedNode(entry.iri)
        yield Triple(dataset, NamedNode(_VOID + "subset"), subset)
        yield Triple(subset, NamedNode(RDF + "type"), NamedNode(_VOID + "Dataset"))
        yield Triple(subset, NamedNode(DCTERMS + "title"), Literal(entry.title))
        yield Triple(subset, NamedNode(_VOID + "triples"), Literal(entry.triples))
        yield Triple(subset, NamedNode(PL + "simulated"), Literal(entry.simulated))
        if entry.licence:
            licence = NamedNode(entry.licence) if ":" in entry.licence else Literal(entry.licence)
            yield Triple(subset, NamedNode(DCTERMS + "license"), licence)
        if entry.modified:
            modified = Literal(entry.modified, datatype=NamedNode(XSD + "dateTime"))
            yield Triple(subset, NamedNode(DCTERMS + "modified"), modified)
