"""Turns matches with BVCO and GPO into SKOS, and lets a query in their terms find ours."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from pilotline.namespaces import GPO_HAS_INPUT, GPO_HAS_OUTPUT, HAS_INPUT, HAS_OUTPUT, RDFS, SKOS
from pilotline.vocabulary.generator import SUBCLASS, Generator, some
from pilotline.vocabulary.names import expand
from pilotline.vocabulary.stubs import is_bridged, stub_triples
from pilotline.vocabulary.tables import Tables
from pilotline.vocabulary.upstream import read_releases

TABLES = ("steps", "lots", "equipment", "parameters", "techniques", "models")
_IMPLY_SUBCLASS = (SKOS + "exactMatch", SKOS + "broadMatch")


def bridge_triples(generator: Generator) -> Iterator[Triple]:
    """Yield the matches, `rdfs:subClassOf` for the exact and the broader ones, and the hierarchy above.

    BVCO and GPO give names, hierarchy, and the inputs and outputs of their processes: with their order,
    domains and equivalences the merge with today's EMMO makes over a thousand classes unsatisfiable.
    """
    for table in TABLES:
        for row, _, match, iri in generator.bridge(table):
            ours, theirs = generator.subject(row), NamedNode(iri)
            yield Triple(ours, NamedNode(match), theirs)
            if match in _IMPLY_SUBCLASS and row["nature"] != "individual":
                yield Triple(ours, SUBCLASS, theirs)
    stubs = [term for term in generator.upstream.terms.values() if is_bridged(term.iri)]
    yield from stub_triples(stubs, read_releases(generator.tables))
    yield from _uses(generator.tables)


def _uses(tables: Tables) -> Iterator[Triple]:
    """Yield the inputs and outputs in the terms of BVCO, and that those of EMMO are such."""
    for ours, theirs in ((HAS_INPUT, GPO_HAS_INPUT), (HAS_OUTPUT, GPO_HAS_OUTPUT)):
        yield Triple(NamedNode(ours), NamedNode(RDFS + "subPropertyOf"), NamedNode(theirs))
    for row in tables.rows("bvco_uses"):
        products: list[NamedNode | Literal] = [NamedNode(expand(name)) for name in row.values("products")]
        yield from some(NamedNode(expand(row["process"])), expand(row["property"]), products)
