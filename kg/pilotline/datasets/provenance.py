"""Turns how a dataset came to be into PROV-O: files with checksums, mapping, software, who and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Quad, Store

from pilotline import __version__
from pilotline.datasets.catalogue import instant
from pilotline.datasets.dataset import SourceFile, Staged
from pilotline.namespaces import DCAT, DCTERMS, PL, PROV, RDF

# What may differ though the files, the mapping and the software are the same.
_OCCASION = frozenset(
    NamedNode(PROV + name) for name in ("startedAtTime", "endedAtTime", "wasAssociatedWith", "agent")
)


def provenance_quads(staged: Staged, *, policy: str, now: datetime) -> Iterator[Quad]:
    """Yield the provenance of a dataset that is being published, as quads of a graph of its own."""
    description = staged.description
    graph = NamedNode(description.iri + "/provenance")
    activity = NamedNode(f"{graph.value}#ingest")
    facts: list[tuple[NamedNode, str, NamedNode | Literal]] = [
        (NamedNode(description.iri), PROV + "wasGeneratedBy", activity),
        (activity, RDF + "type", NamedNode(PROV + "Activity")),
        (activity, PROV + "startedAtTime", instant(staged.read_at)),
        (activity, PROV + "endedAtTime", instant(now)),
        (activity, PL + "mapping", Literal(staged.mapping)),
        (activity, PL + "policy", Literal(policy)),
        (activity, PL + "software", Literal(f"pilotline {__version__}")),
    ]
    if staged.mapping_sha256:
        facts.append((activity, PL + "mappingDigest", Literal(staged.mapping_sha256)))
    if staged.names_people:
        facts.append((activity, PL + "namesPeople", Literal(True)))
    if staged.by:
        facts.append((activity, PROV + "wasAssociatedWith", Literal(staged.by)))
    for source in staged.sources:
        file = NamedNode(description.scope.source(source.name))
        facts += [
            (activity, PROV + "used", file),
            (file, RDF + "type", NamedNode(PROV + "Entity")),
            (file, DCTERMS + "title", Literal(source.name)),
            (file, PL + "sha256", Literal(source.sha256)),
            (file, DCAT + "byteSize", Literal(source.size)),
        ]
        if source.encoding:
            facts.append((file, PL + "encoding", Literal(source.encoding)))
    for subject, predicate, value in facts:
        yield Quad(subject, NamedNode(predicate), value, graph)


def holds(store: Store, staged: Staged, policy: str) -> bool:
    """Say whether the store holds this dataset from these very files, by this mapping and software."""
    graph = NamedNode(staged.description.iri + "/provenance")
    recorded = store.quads_for_pattern(None, None, None, graph)
    return _lasting(recorded) == _lasting(provenance_quads(staged, policy=policy, now=staged.read_at))


def _lasting(quads: Iterator[Quad]) -> set[Quad]:
    return {quad for quad in quads if quad.predicate not in _OCCASION}


@dataclass(frozen=True)
class Origin:
    """How a version of a dataset came to be, as recorded; what is not known is empty.

    names_people: the sources name operators whom the graph does not name.
    """

    sources: tuple[SourceFile, ...]
    mapping: str
    mapping_sha256: str
    policy: str
    software: str
    by: str
    began: str
    at: str
    names_people: bool


def origin(store: Store, dataset: str) -> Origin:
    """Return how a dataset, or an earlier version of one (given its graph), came to be."""
    graph = NamedNode(dataset + "/provenance")

    def values(subject: NamedNode | None, predicate: str) -> list[NamedNode | Literal]:
        quads = store.quads_for_pattern(subject, NamedNode(predicate), None, graph)
        return [quad.object for quad in quads if isinstance(quad.object, NamedNode | Literal)]

    def one(predicate: str, subject: NamedNode | None = None) -> str:
        return next((value.value for value in values(subject, predicate)), "")

    files = [node for node in values(None, PROV + "used") if isinstance(node, NamedNode)]
    return Origin(
        sources=tuple(
            SourceFile(
                one(DCTERMS + "title", file),
                one(PL + "sha256", file),
                int(one(DCAT + "byteSize", file) or 0),
                one(PL + "encoding", file),
            )
            for file in sorted(files, key=str)
        ),
        mapping=one(PL + "mapping"),
        mapping_sha256=one(PL + "mappingDigest"),
        policy=one(PL + "policy"),
        software=one(PL + "software"),
        by=one(PROV + "wasAssociatedWith"),
        began=one(PROV + "startedAtTime"),
        at=one(PROV + "endedAtTime"),
        names_people=one(PL + "namesPeople") == "true",
    )
