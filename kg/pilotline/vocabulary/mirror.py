"""Reads a local mirror of the upstream releases: their Turtle files become facts about terms."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import BlankNode, Dataset, Literal, NamedNode, Quad, RdfFormat, parse

from pilotline.errors import PilotlineError
from pilotline.namespaces import BVCO, GPO_HAS_INPUT, GPO_HAS_OUTPUT, OWL, RDF, RDFS, SKOS
from pilotline.vocabulary.names import BRIDGED, EMMO_STACK, is_upstream
from pilotline.vocabulary.tables import Row, Tables
from pilotline.vocabulary.upstream import KINDS, Upstream, UpstreamTerm

_TYPE, _LABEL = NamedNode(RDF + "type"), NamedNode(SKOS + "prefLabel")
_ABOVE = NamedNode(RDFS + "subClassOf"), NamedNode(RDFS + "subPropertyOf")
_EQUIVALENT, _INTERSECTION = NamedNode(OWL + "equivalentClass"), NamedNode(OWL + "intersectionOf")
_RESTRICTED, _SOME = NamedNode(OWL + "onProperty"), NamedNode(OWL + "someValuesFrom")
_UNION = NamedNode(OWL + "unionOf")
_FIRST, _REST = NamedNode(RDF + "first"), NamedNode(RDF + "rest")
_BRIDGED_ONTOLOGIES = {namespace.rstrip("/") for namespace in BRIDGED}
_INPUT_OUTPUT = (NamedNode(GPO_HAS_INPUT), NamedNode(GPO_HAS_OUTPUT))
_DEPRECATED = NamedNode(OWL + "deprecated")


class MirrorError(PilotlineError):
    """A folder that is not the mirror of the pinned releases."""


@dataclass(frozen=True, order=True)
class Use:
    """What each instance of a process of BVCO takes in or gives: some value of one of the products."""

    process: str
    property: str
    products: tuple[str, ...]


@dataclass(frozen=True)
class Mirror:
    """The upstream terms of all pinned releases, deprecated ones apart.

    uses: inputs and outputs that BVCO states for processes of its own.
    """

    upstream: Upstream
    deprecated: frozenset[str]
    uses: tuple[Use, ...] = ()


def read_mirror(folder: Path, tables: Tables) -> Mirror:
    """Return the terms of the pinned releases.

    folder: holds one folder for each row of the table `releases`.
    """
    terms: dict[str, UpstreamTerm] = {}
    deprecated: set[str] = set()
    uses: set[Use] = set()
    for row in tables.rows("releases"):
        graph = _read_release(folder, row)
        for term in _terms(graph, row["name"]):
            known = terms.get(term.iri)
            terms[term.iri] = _merged(known, term) if known else term
        deprecated |= set(_named_of(quad.subject for quad in graph.quads_for_predicate(_DEPRECATED)))
        uses |= set(_uses(graph)) if _is_bridged(graph) else set()
    complete = {iri: term for iri, term in terms.items() if term.label and term.kind}
    return Mirror(Upstream(complete.values()), frozenset(deprecated), tuple(sorted(uses)))


def _read_release(folder: Path, row: Row) -> Dataset:
    files = sorted((folder / row["folder"]).rglob("*.ttl"))
    if not files:
        raise MirrorError(f"{folder}: no Turtle file below {row['folder']}/, where {row['name']} is expected")
    graph = Dataset(
        quad for file in files for quad in parse(path=file, format=RdfFormat.TURTLE, rename_blank_nodes=True)
    )
    _check_version(graph, row, folder)
    return graph


def _check_version(graph: Dataset, row: Row, folder: Path) -> None:
    quads = [
        *graph.quads_for_predicate(NamedNode(OWL + "versionIRI")),
        *graph.quads_for_object(NamedNode(OWL + "Ontology")),
    ]
    found = {
        node.value for quad in quads for node in (quad.subject, quad.object) if isinstance(node, NamedNode)
    }
    if row["iri"] not in found:
        raise MirrorError(f"{folder / row['folder']} does not hold the pinned version {row['iri']}")


def _terms(graph: Dataset, release: str) -> Iterator[UpstreamTerm]:
    """Yield what one release says of each term; label or kind may be empty.

    BVCO and GPO are heard on their own terms and names only: what they say of EMMO terms, and what they
    define by an equivalence, makes most of today's EMMO unsatisfiable.
    """
    namespaces = BRIDGED if (bridged := _is_bridged(graph)) else EMMO_STACK
    facts: dict[str, dict[str, list[Quad]]] = defaultdict(lambda: defaultdict(list))
    for quad in graph:
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(namespaces):
            facts[quad.subject.value][quad.predicate.value].append(quad)
    for iri, quads in facts.items():
        types = {quad.object.value for quad in quads[_TYPE.value] if isinstance(quad.object, NamedNode)}
        label = _label(quad.object for quad in quads[_LABEL.value])
        equal = [] if bridged else [quad.object for quad in quads[_EQUIVALENT.value]]
        above = [quad.object for predicate in _ABOVE for quad in quads[predicate.value]]
        parents = set(_named_of(above)).union(*(_conjuncts(graph, node) for node in [*equal, *above]))
        parents = {parent for parent in parents if parent.startswith(namespaces)}
        yield UpstreamTerm(
            iri,
            next((kind for kind in KINDS if OWL + kind in types), ""),
            label.value if label else "",
            (label.language or "") if label else "",
            tuple(sorted(parents - {iri})),
            tuple(sorted(set(_named_of(equal)) - {iri})),
            release if label else "",
        )


def _uses(graph: Dataset) -> Iterator[Use]:
    """Yield the inputs and outputs of BVCO among the restrictions.

    Those of GPO are not heard: they count energy, knowledge and parameters as inputs of every process.
    """
    for quad in graph.quads_for_predicate(_ABOVE[0]):
        if isinstance(quad.object, BlankNode) and isinstance(quad.subject, NamedNode):
            parts = {each.predicate: each.object for each in graph.quads_for_subject(quad.object)}
            on, products = parts.get(_RESTRICTED), tuple(sorted(_products(graph, parts.get(_SOME))))
            inside = quad.subject.value.startswith(BVCO) and all(iri.startswith(BRIDGED) for iri in products)
            if isinstance(on, NamedNode) and on in _INPUT_OUTPUT and products and inside:
                yield Use(quad.subject.value, on.value, products)


def _products(graph: Dataset, node: object) -> Iterator[str]:
    """Yield a named class, or those of a union."""
    if isinstance(node, NamedNode):
        yield node.value
    elif isinstance(node, BlankNode):
        for quad in graph.quads_for_subject(node):
            if quad.predicate == _UNION:
                yield from _named_of(_items(graph, quad.object))


def _is_bridged(graph: Dataset) -> bool:
    ontologies = (quad.subject for quad in graph.quads_for_object(NamedNode(OWL + "Ontology")))
    return any(node.value in _BRIDGED_ONTOLOGIES for node in ontologies if isinstance(node, NamedNode))


def _label(nodes: Iterable[object]) -> Literal | None:
    """Return the label: in English or without a language where there is one, then the first by alphabet."""
    found = [node for node in nodes if isinstance(node, Literal)]
    return min(found, key=lambda node: (node.language not in (None, "en"), node.value), default=None)


def _named_of(nodes: Iterable[object]) -> Iterator[str]:
    yield from (node.value for node in nodes if isinstance(node, NamedNode) and is_upstream(node.value))


def _conjuncts(graph: Dataset, node: object) -> Iterator[str]:
    """Yield the named classes of an intersection: each of them is above the class it defines."""
    if isinstance(node, BlankNode):
        for quad in graph.quads_for_subject(node):
            if quad.predicate == _INTERSECTION:
                yield from _named_of(_items(graph, quad.object))


def _items(graph: Dataset, node: object) -> Iterator[object]:
    while isinstance(node, BlankNode):
        cell = {quad.predicate: quad.object for quad in graph.quads_for_subject(node)}
        yield cell[_FIRST]
        node = cell[_REST]


def _merged(one: UpstreamTerm, other: UpstreamTerm) -> UpstreamTerm:
    """Join what two releases say of one term; the release that labels it is its source."""
    labelled = one if one.label else other
    return replace(
        labelled,
        kind=one.kind or other.kind,
        parents=tuple(sorted({*one.parents, *other.parents})),
        equivalents=tuple(sorted({*one.equivalents, *other.equivalents})),
    )
