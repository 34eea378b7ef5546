"""Turns the shipped ontology into triples, and its class hierarchy into one hop."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from pilotline.namespaces import OWL, RDF, RDFS
from pilotline.resources import data_folder

_TYPE, _CLASS = NamedNode(RDF + "type"), NamedNode(OWL + "Class")
_BELOW, _EQUALS = NamedNode(RDFS + "subClassOf"), NamedNode(OWL + "equivalentClass")

# Roots: they import modules and hold nothing else.
ROOTS = ("pilotline", "pilotline-full")


def module_files(folder: Path | None = None) -> list[Path]:
    """Return the Turtle files of the ontology without those that only import others."""
    folder = folder or data_folder("ontology")
    return [path for path in sorted(folder.glob("*.ttl")) if path.stem not in ROOTS]


def load_ontology(folder: Path | None = None) -> Iterator[Triple]:
    """Yield the triples of all modules that ship, the specification with them."""
    for path in [*module_files(folder), *(folder or data_folder("ontology")).glob("pilotline.ttl")]:
        yield from read_module(path)


def read_module(path: Path) -> list[Triple]:
    """Return the triples of one Turtle file."""
    quads = parse(path=path, format=RdfFormat.TURTLE, rename_blank_nodes=True)
    return [Triple(quad.subject, quad.predicate, quad.object) for quad in quads]


def specification(folder: Path | None = None) -> Path:
    """Return the file of the published specification: which parameter matters at which step, and how much."""
    return (folder or data_folder("ontology")) / "specification.ttl"


def closed_hierarchy(triples: Iterable[Triple] | None = None) -> Iterator[Triple]:
    """Yield `rdfs:subClassOf` from each named class to itself and to every class above it.

    Equivalent classes are below each other. Property hierarchies, domains and ranges stay out: they would
    type everything as everything.

    triples: the ontology; by default the one that ships.
    """
    above = _direct(load_ontology() if triples is None else triples)
    for node in sorted(above, key=lambda node: node.value):
        for ancestor in sorted(_reachable(node, above), key=lambda node: node.value):
            yield Triple(node, _BELOW, ancestor)


def _direct(triples: Iterable[Triple]) -> Mapping[NamedNode, set[NamedNode]]:
    """Return the named classes with those stated to be above them."""
    above: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for triple in triples:
        subject, node = triple.subject, triple.object
        if not isinstance(subject, NamedNode) or not isinstance(node, NamedNode):
            continue
        if triple.predicate == _TYPE and node == _CLASS:
            above[subject].add(subject)
        if triple.predicate in (_BELOW, _EQUALS):
            above[subject].add(node)
            above[node].add(subject if triple.predicate == _EQUALS else node)
    return above


def _reachable(start: NamedNode, above: Mapping[NamedNode, set[NamedNode]]) -> set[NamedNode]:
    found = {start}
    pending = [start]
    while pending:
        new = above[pending.pop()] - found
        found |= new
        pending += new
    return found
