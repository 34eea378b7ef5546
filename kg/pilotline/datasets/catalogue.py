"""Turns what is known of a dataset into its catalogue entry, and reads it back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from pilotline.datasets.dataset import Description
from pilotline.namespaces import (
    CATALOGUE_GRAPH,
    DCAT,
    DCTERMS,
    ONTOLOGY,
    ONTOLOGY_GRAPH,
    PL,
    RDF,
    RDFS,
    XSD,
)
from pilotline.store import Draft

_CATALOGUE = NamedNode(CATALOGUE_GRAPH)
_DATASET = NamedNode(DCAT + "Dataset")
_TYPE = NamedNode(RDF + "type")
_SPDX = "https://spdx.org/licenses/"


@dataclass(frozen=True)
class Entry:
    """A dataset as the catalogue lists it.

    triples: of the dataset graph.
    conforms: no rule of violation level is broken.
    policy: what was to happen with faulty records; hidden: quantities out of scope.
    further_shapes: names of those that apply besides the general ones.
    shapes, ontology: digests of what the dataset was last checked by.
    """

    iri: str
    title: str
    licence: str
    creator: str
    simulated: bool
    conforms: bool
    triples: int
    version: int
    modified: str
    policy: str
    hidden: int
    further_shapes: tuple[str, ...]
    shapes: str
    ontology: str


@dataclass(frozen=True)
class Judgement:
    """What a check said of a dataset, and by which shapes and ontology (digests) it was made."""

    conforms: bool
    hidden: int
    shapes: str
    ontology: str

    def facts(self) -> Iterator[tuple[str, Literal]]:
        """Yield what the catalogue says of it."""
        yield PL + "conforms", Literal(self.conforms)
        yield PL + "outOfScopeCount", Literal(self.hidden)
        yield PL + "shapesDigest", Literal(self.shapes)
        yield PL + "ontologyDigest", Literal(self.ontology)


def entry_quads(
    description: Description,
    judgement: Judgement,
    *,
    policy: str,
    further_shapes: Iterable[str],
    version: int,
    triples: int,
    now: datetime,
) -> Iterator[Quad]:
    """Yield the catalogue entry of a dataset that is being published."""
    values = [
        *metadata(description),
        (DCTERMS + "modified", instant(now)),
        (PL + "policy", Literal(policy)),
        (PL + "version", Literal(version)),
        (PL + "tripleCount", Literal(triples)),
        *judgement.facts(),
        *((PL + "furtherShapes", Literal(name)) for name in further_shapes),
    ]
    for predicate, value in values:
        yield Quad(NamedNode(description.iri), NamedNode(predicate), value, _CATALOGUE)


def metadata(description: Description) -> Iterator[tuple[str, NamedNode | Literal]]:
    """Yield what a dataset says of itself, as property and value."""
    yield RDF + "type", _DATASET
    yield DCTERMS + "identifier", Literal(description.identifier)
    yield DCTERMS + "title", Literal(description.title)
    yield RDFS + "label", Literal(description.title)
    yield PL + "simulated", Literal(description.simulated)
    if description.licence:
        yield DCTERMS + "license", _licence(description.licence)
    if description.creator:
        yield DCTERMS + "creator", Literal(description.creator)
    if description.text:
        yield DCTERMS + "description", Literal(description.text)
    yield from ((DCAT + "keyword", Literal(word)) for word in description.keywords)
    if description.contact:
        page = "://" in description.contact
        yield (
            DCAT + "contactPoint",
            NamedNode(description.contact if page else f"mailto:{description.contact}"),
        )


def enter(draft: Draft, dataset: str, entry_: Iterable[Quad]) -> None:
    """Put an entry in place of the one that a dataset has; no entry takes the dataset off the list."""
    before = set(draft.store.quads_for_pattern(NamedNode(dataset), None, None, _CATALOGUE))
    after = set(entry_)
    draft.change_graph(CATALOGUE_GRAPH, removed=before - after, added=after - before)


def judge(draft: Draft, dataset: str, judgement: Judgement) -> None:
    """Write what a new check said into the entry of a dataset."""
    facts = [(NamedNode(predicate), value) for predicate, value in judgement.facts()]
    judged = {predicate for predicate, _ in facts}
    node = NamedNode(dataset)
    kept = (
        quad
        for quad in draft.store.quads_for_pattern(node, None, None, _CATALOGUE)
        if quad.predicate not in judged
    )
    made = (Quad(node, predicate, value, _CATALOGUE) for predicate, value in facts)
    enter(draft, dataset, chain(kept, made))


def entries(store: Store) -> list[Entry]:
    """Return the datasets of the store, ordered by their IRI."""
    quads = store.quads_for_pattern(None, _TYPE, _DATASET, _CATALOGUE)
    return [_entry(store, NamedNode(iri)) for iri in sorted({str(q.subject)[1:-1] for q in quads})]


def entry(store: Store, dataset: str) -> Entry:
    """Return the entry of one dataset."""
    return _entry(store, NamedNode(dataset))


def lists(store: Store, dataset: str) -> bool:
    """Say whether a dataset is in the store."""
    return Quad(NamedNode(dataset), _TYPE, _DATASET, _CATALOGUE) in store


def any_simulated(store: Store) -> bool:
    """Say whether a dataset of the store comes from a simulation."""
    quads = store.quads_for_pattern(None, NamedNode(PL + "simulated"), Literal(True), _CATALOGUE)
    return next(quads, None) is not None


def ontology_digest(store: Store) -> str:
    """Return the digest of the ontology that a store holds."""
    found = store.quads_for_pattern(
        NamedNode(ONTOLOGY), NamedNode(PL + "sha256"), None, NamedNode(ONTOLOGY_GRAPH)
    )
    return next((quad.object.value for quad in found if isinstance(quad.object, Literal)), "")


def versions(store: Store, dataset: str) -> list[int]:
    """Return the earlier versions of a dataset that can be reached, oldest first."""
    return [
        n for n in range(1, entry(store, dataset).version) if _holds_graph(store, version_graph(dataset, n))
    ]


def version_graph(dataset: str, version: int) -> str:
    """Return the IRI of the graph that keeps an earlier version."""
    return f"{dataset}/version/{version}"


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
        creator=value(DCTERMS + "creator"),
        simulated=value(PL + "simulated") == "true",
        conforms=value(PL + "conforms") == "true",
        triples=int(value(PL + "tripleCount") or 0),
        version=int(value(PL + "version") or 0),
        modified=value(DCTERMS + "modified"),
        policy=value(PL + "policy"),
        hidden=int(value(PL + "outOfScopeCount") or 0),
        further_shapes=_values(store, dataset, PL + "furtherShapes"),
        shapes=value(PL + "shapesDigest"),
        ontology=value(PL + "ontologyDigest"),
    )


def _value(store: Store, subject: NamedNode, predicate: str) -> str:
    return next(iter(_values(store, subject, predicate)), "")


def _values(store: Store, subject: NamedNode, predicate: str) -> tuple[str, ...]:
    quads = store.quads_for_pattern(subject, NamedNode(predicate), None, _CATALOGUE)
    return tuple(sorted(q.object.value for q in quads if isinstance(q.object, NamedNode | Literal)))


def _holds_graph(store: Store, graph: str) -> bool:
    return any(True for _ in store.quads_for_pattern(None, None, None, NamedNode(graph)))


def _licence(text: str) -> NamedNode:
    return NamedNode(text if "://" in text else _SPDX + text)


def instant(moment: datetime) -> Literal:
    """Return a point in time as a literal, to the second."""
    return Literal(moment.isoformat(timespec="seconds"), datatype=NamedNode(XSD + "dateTime"))
