"""Turns facts about upstream terms into triples: IRI, label, hierarchy and release, no prose."""

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from pilotline.namespaces import DCTERMS, OWL, RDF, RDFS, SKOS
from pilotline.vocabulary.generator import Generator
from pilotline.vocabulary.names import BRIDGED
from pilotline.vocabulary.upstream import Release, UpstreamTerm, read_releases

_TYPE, _LABEL = NamedNode(RDF + "type"), NamedNode(SKOS + "prefLabel")
_DEFINED_BY, _SOURCE = NamedNode(RDFS + "isDefinedBy"), NamedNode(DCTERMS + "source")
# Annotation properties of other vocabularies: an OWL tool wants them declared.
_ANNOTATIONS = (
    DCTERMS + "license", DCTERMS + "references", DCTERMS + "source", DCTERMS + "title",
    SKOS + "altLabel", SKOS + "broadMatch", SKOS + "closeMatch", SKOS + "exactMatch", SKOS + "narrowMatch",
    SKOS + "note", SKOS + "prefLabel", SKOS + "scopeNote",
)  # fmt: skip


def stack_triples(generator: Generator) -> Iterator[Triple]:
    """Yield the terms of the EMMO stack, and the annotation properties of SKOS and Dublin Core."""
    for iri in _ANNOTATIONS:
        yield Triple(NamedNode(iri), _TYPE, NamedNode(OWL + "AnnotationProperty"))
    terms = [term for term in generator.upstream.terms.values() if not is_bridged(term.iri)]
    yield from stub_triples(terms, read_releases(generator.tables))


def stub_triples(terms: Iterable[UpstreamTerm], releases: dict[str, Release]) -> Iterator[Triple]:
    """Yield the terms and the releases that they come from."""
    terms = list(terms)
    for term in terms:
        yield from _term(term, releases[term.release])
    for name in sorted({term.release for term in terms}):
        yield from _release(releases[name])


def is_bridged(iri: str) -> bool:
    """Say whether a term belongs to BVCO or GPO, which the bridge holds."""
    return iri.startswith(BRIDGED)


def _term(term: UpstreamTerm, release: Release) -> Iterator[Triple]:
    subject = NamedNode(term.iri)
    yield Triple(subject, _TYPE, NamedNode(OWL + term.kind))
    yield Triple(subject, _LABEL, Literal(term.label, language=term.language or None))
    yield Triple(subject, _DEFINED_BY, NamedNode(release.iri))
    above = NamedNode(RDFS + ("subClassOf" if term.kind == "Class" else "subPropertyOf"))
    for parent in term.parents:
        yield Triple(subject, above, NamedNode(parent))
    for equal in term.equivalents:
        yield Triple(subject, NamedNode(OWL + "equivalentClass"), NamedNode(equal))


def _release(release: Release) -> Iterator[Triple]:
    subject = NamedNode(release.iri)
    yield Triple(subject, NamedNode(DCTERMS + "title"), Literal(release.name))
    yield Triple(subject, NamedNode(DCTERMS + "license"), NamedNode(release.licence))
    yield Triple(subject, _SOURCE, NamedNode(release.address))
