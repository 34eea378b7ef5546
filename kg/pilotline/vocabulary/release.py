"""Joins the modules into one ontology that imports nothing: the files of a release."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from pilotline.namespaces import ONTOLOGY, OWL, PREFIXES, RDF, SKOS
from pilotline.vocabulary.closure import load_ontology
from pilotline.vocabulary.facts import Facts
from pilotline.vocabulary.turtle import Node, write_turtle

_HEAD = (NamedNode(RDF + "type"), NamedNode(OWL + "Ontology"))
_IMPORTS = NamedNode(OWL + "imports")
_REMARK = "Pilotline in one file, without imports. Made by `pilotline ontology build --release`."


def release_files(folder: Path) -> dict[str, str]:
    """Return the text of each file of a release by its name; the same modules give the same text.

    folder: holds the modules and their root.
    """
    triples = list(merged(load_ontology(folder)))
    turtle = write_turtle(triples, _REMARK, _labels(triples))
    return {"pilotline-merged.ttl": turtle, "pilotline-merged.owl": rdf_xml(turtle)}


def merged(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield the triples of all modules under the head of the root, imports and other heads left out."""
    triples = list(triples)
    heads = {triple.subject for triple in triples if (triple.predicate, triple.object) == _HEAD}
    others = heads - {NamedNode(ONTOLOGY)}
    for triple in triples:
        if triple.subject not in others and triple.predicate != _IMPORTS:
            yield triple


def rdf_xml(turtle: str) -> str:
    """Return a Turtle document as RDF/XML; subjects and blank nodes are in the order of the document."""
    blank: dict[BlankNode, BlankNode] = {}
    subjects: dict[Node, list[Triple]] = {}
    for quad in parse(turtle, format=RdfFormat.TURTLE):
        subject, node = (_numbered(node, blank) for node in (quad.subject, quad.object))
        assert not isinstance(subject, Literal)
        subjects.setdefault(subject, []).append(Triple(subject, quad.predicate, node))
    ordered = (triple for triples in subjects.values() for triple in triples)
    written = serialize(ordered, format=RdfFormat.RDF_XML, prefixes=PREFIXES)
    assert written
    # An XML reader takes a bare carriage return for a line feed.
    return written.decode().replace("\r", "&#13;")


def _numbered(node: Node, blank: dict[BlankNode, BlankNode]) -> Node:
    return blank.setdefault(node, BlankNode(f"b{len(blank)}")) if isinstance(node, BlankNode) else node


def _labels(triples: list[Triple]) -> dict[str, str]:
    facts = Facts({"": triples})
    labels = {iri: facts.literals(iri, SKOS + "prefLabel") for iri in facts.by_subject}
    return {iri: found[0] for iri, found in labels.items() if found}
