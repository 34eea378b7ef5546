"""Turns matches with BVCO and GPO into SKOS, and lets a query in their terms find ours."""

from collections.abc import Iterator

from pyoxigraph import NamedNode, Triple

from pilotline.namespaces import SKOS
from pilotline.vocabulary.generator import SUBCLASS, Generator
from pilotline.vocabulary.stubs import is_bridged, stub_triples
from pilotline.vocabulary.upstream import read_releases

TABLES = ("steps", "lots", "equipment", "parameters", "techniques", "models")
_IMPLY_SUBCLASS = (SKOS + "exactMatch", SKOS + "broadMatch")


def bridge_triples(generator: Generator) -> Iterator[Triple]:
    """Yield the matches, `rdfs:subClassOf` for the exact and the broader ones, and the hierarchy above.

    BVCO and GPO give only names and hierarchy: with their restrictions, domains and equivalences the merge
    with today's EMMO makes over a thousand classes unsatisfiable.
    """
    for table in TABLES:
        for row, _, match, iri in generator.bridge(table):
            ours, theirs = generator.subject(row), NamedNode(iri)
            yield Triple(ours, NamedNode(match), theirs)
            if match in _IMPLY_SUBCLASS and row["nature"] != "individual":
                yield Triple(ours, SUBCLASS, theirs)
    stubs = [term for term in generator.upstream.terms.values() if is_bridged(term.iri)]
    yield from stub_triples(stubs, read_releases(generator.tables))
