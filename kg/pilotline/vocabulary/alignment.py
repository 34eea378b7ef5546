"""Turns matches with the vocabularies of machine makers and projects into SKOS: no axiom, no import."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from pilotline.namespaces import DCTERMS, RDFS, SKOS
from pilotline.vocabulary.generator import LABEL, Generator
from pilotline.vocabulary.tables import Row

MATCHES = ("exact", "close", "narrow", "broad")
_DEFINED_BY = NamedNode(RDFS + "isDefinedBy")


def alignment_triples(generator: Generator) -> Iterator[Triple]:
    """Yield the matches of our terms with those of the vocabularies, and where these come from."""
    vocabularies = {row["name"]: row for row in generator.tables.rows("vocabularies")}
    for vocabulary in vocabularies.values():
        yield from _release(vocabulary)
    for row in generator.tables.rows("alignments"):
        if row["vocabulary"] not in vocabularies:
            raise row.error("vocabulary", f"vocabularies.csv has no {row['vocabulary']!r}")
        if row["match"] not in MATCHES:
            raise row.error("match", f"{row['match']!r} is none of {', '.join(MATCHES)}")
        vocabulary = vocabularies[row["vocabulary"]]
        theirs = NamedNode(vocabulary["namespace"] + row["local"])
        yield Triple(generator.subject(row), NamedNode(f"{SKOS}{row['match']}Match"), theirs)
        yield Triple(theirs, LABEL, Literal(row["name"], language="en"))
        yield Triple(theirs, _DEFINED_BY, NamedNode(vocabulary["iri"]))


def _release(row: Row) -> Iterator[Triple]:
    subject = NamedNode(row["iri"])
    yield Triple(subject, NamedNode(DCTERMS + "title"), Literal(row["name"]))
    yield Triple(subject, NamedNode(DCTERMS + "license"), NamedNode(row["licence"]))
    source = NamedNode(f"{row['repository']}/tree/{row['commit']}")
    yield Triple(subject, NamedNode(DCTERMS + "source"), source)
