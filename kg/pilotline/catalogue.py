"""Turns what is known of a dataset into its catalogue entry and its provenance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from pilotline import __version__
from pilotline.dataset import Description, Staged
from pilotline.namespaces import CATALOGUE_GRAPH, DCAT, DCTERMS, PL, PROV, RDF, RDFS, XSD

_CATALOGUE = NamedNode(CATALOGUE_GRAPH)
_DATASET = NamedNode(DCAT + "Dataset")
_TYPE = NamedNode(RDF + "type")
_SPDX = "https://spdx.org/licenses/"
_TIMES = (NamedNode(PROV + "startedAtTime"), NamedNode(PROV + "endedAtTime"))


@dataclass(frozen=True)
class Entry:
    """A dataset as the catalogue lists it.

    triples: of the dataset graph.
    conforms: no rule of violation level is broken.
    """

    iri: str
    title: str
    licence: str
    simulated: bool
    conforms: bool
    triples: int
    version: int
    modified: str


def entry_quads(
    staged: Staged, *, conforms: bool, policy: str, version: int, triples: int, now: datetime
) -> Iterator[Quad]:
    """Yield the catalogue entry of a dataset that is being published."""
    description = staged.description
    dataset = NamedNode(description.iri)
    values: list[tuple[str, NamedNode | Literal]] = [
        (RDF + "type", _DATASET),
        (DCTERMS + "identifier", Literal(description.identifier)),
        (DCTERMS + "title", Literal(description.title)),
        (RDFS + "label", Literal(description.title)),
        (DCTERMS + "modified", _instant(now)),
        (PL + "simulated", Literal(description.simulated)),
        (PL + "conforms", Literal(conforms)),
        (PL + "policy", Literal(policy)),
        (PL + "version", Literal(version)),
        (PL + "tripleCount", Literal(triples)),
    ]
    if description.licence:
        values.append((DCTERMS + "license", _licence(description.licence)))
    if description.creator:
        values.append((DCTERMS + "creator", Literal(description.creator)))
    for predicate, value in values:
        yield Quad(dataset, NamedNode(predicate), value, _CATALOGUE)


def provenance_quads(staged: Staged, *, policy: str, now: datetime) -> Iterator[Quad]:
    """Yield how a dataset came to be: files with checksums, mapping, software, times."""
    description = staged.description
    graph = NamedNode(description.iri + "/provenance")
    activity = NamedNode(f"{description.iri}/provenance#ingest")
    facts: list[tuple[NamedNode, str, NamedNode | Literal]] = [
        (NamedNode(description.iri), PROV + "wasGeneratedBy", activity),
        (activity, RDF + "type", NamedNode(PROV + "Activity")),
        (activity, PROV + "startedAtTime", _instant(staged.read_at)),
        (activity, PROV + "endedAtTime", _instant(now)),
        (activity, PL + "mapping", Literal(staged.mapping)),
        (activity, PL + "policy", Literal(policy)),
        (activity, PL + "software", Literal(f"pilotline {__version__}")),
    ]
    for source in staged.sources:
        file = NamedNode(description.scope.source(source.name))
        facts += [
            (activity, PROV + "used", file),
            (file, RDF + "type", NamedNode(PROV + "Entity")),
            (file, PL + "sha256", Literal(source.sha256)),
            (file, DCAT + "byteSize", Literal(source.size)),
        ]
        if source.encoding:
            facts.append((file, PL + "encoding", Literal(source.encoding)))
    for subject, predicate, value in facts:
        yield Quad(subject, NamedNode(predicate), value, graph)


def entries(store: Store) -> list[Entry]:
    """Return the datasets of the store, ordered by their IRI."""
    quads = store.quads_for_pattern(None, _TYPE, _DATASET, _CATALOGUE)
    return [_entry(store, NamedNode(iri)) for iri in sorted({str(q.subject)[1:-1] for q in quads})]


def entry(store: Store, dataset: str) -> Entry:
    """Return the entry of one dataset."""
    return _entry(store, NamedNode(dataset))


def lists(store: Store, description: Description) -> bool:
    """Say whether a dataset is in the store."""
    return Quad(NamedNode(description.iri), _TYPE, _DATASET, _CATALOGUE) in store


def holds(store: Store, staged: Staged, policy: str) -> bool:
    """Say whether the store holds this dataset from these very files, by this mapping and software."""
    graph = NamedNode(staged.description.iri + "/provenance")
    recorded = {
        (quad.subject, quad.predicate, quad.object)
        for quad in store.quads_for_pattern(None, None, None, graph)
        if quad.predicate not in _TIMES
    }
    now = {
        (quad.subject, quad.predicate, quad.object)
        for quad in provenance_quads(staged, policy=policy, now=staged.read_at)
        if quad.predicate not in _TIMES
    }
    return recorded == now


def any_simulated(store: Store) -> bool:
    """Say whether a dataset of the store comes from a simulation."""
    quads = store.quads_for_pattern(None, NamedNode(PL + "simulated"), Literal(True), _CATALOGUE)
    return next(quads, None) is not None


def next_version(store: Store, description: Description) -> int:
    """Return the number of the version that would be published next, from 1."""
    return int(_value(store, NamedNode(description.iri), PL + "version") or 0) + 1


def in_scope_triples(store: Store) -> int:
    """Return how many triples the default graph holds."""
    counted = store.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    assert isinstance(counted, QuerySolutions)
    number = next(counted)["n"]
    assert isinstance(number, Literal)
    return int(number.value)


def _entry(store: Store, dataset: NamedNode) -> Entry:
    def value(predicate: str) -> str:
        return _value(store, dataset, predicate)

    return Entry(
        iri=dataset.value,
        title=value(DCTERMS + "title"),
        licence=value(DCTERMS + "license"),
        simulated=value(PL + "simulated") == "true",
        conforms=value(PL + "conforms") == "true",
        triples=int(value(PL + "tripleCount") or 0),
        version=int(value(PL + "version") or 0),
        modified=value(DCTERMS + "modified"),
    )


def _value(store: Store, subject: NamedNode, predicate: str) -> str:
    for quad in store.quads_for_pattern(subject, NamedNode(predicate), None, _CATALOGUE):
        if isinstance(quad.object, NamedNode | Literal):
            return quad.object.value
    return ""


def _licence(text: str) -> NamedNode:
    return NamedNode(text if "://" in text else _SPDX + text)


def _instant(moment: datetime) -> Literal:
    return Literal(moment.isoformat(timespec="seconds"), datatype=NamedNode(XSD + "dateTime"))
