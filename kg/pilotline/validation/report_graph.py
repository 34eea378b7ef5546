"""Turns a report into the triples of a SHACL validation report, with a cell pointer on each result."""

from collections.abc import Iterator

import pyoxigraph as ox
from rdflib import SH as SHACL
from rdflib import BNode, Graph, URIRef
from rdflib.term import Node

from pilotline.findings import Finding
from pilotline.namespaces import DCTERMS, PL, RDF, SH, XSD
from pilotline.validation.causes import Located
from pilotline.validation.report import Report
from pilotline.validation.results import Result
from pilotline.validation.terms import Term, to_pyoxigraph, to_rdflib

_TYPE = ox.NamedNode(RDF + "type")
_DEFAULT_GRAPH = "urn:pilotline:report"


def report_quads(report: Report, graph: str = _DEFAULT_GRAPH) -> Iterator[ox.Quad]:
    """Yield the report as quads of a graph, which also gives the report and its results their IRIs."""
    name, whole = ox.NamedNode(graph), ox.NamedNode(f"{graph}#report")
    conforms = ox.Literal(str(not report.located).lower(), datatype=ox.NamedNode(XSD + "boolean"))
    yield ox.Quad(whole, _TYPE, _sh("ValidationReport"), name)
    yield ox.Quad(whole, _sh("conforms"), conforms, name)
    yield ox.Quad(whole, ox.NamedNode(PL + "shapesDigest"), ox.Literal(report.shapes.digest), name)
    for number, located in enumerate(report.located, 1):
        node = ox.NamedNode(f"{graph}#result-{number}")
        yield ox.Quad(whole, _sh("result"), node, name)
        for predicate, value in _statements(located):
            yield ox.Quad(node, predicate, value, name)
        for triple in _path(located.result, report.shapes.graph, node):
            yield ox.Quad(triple.subject, triple.predicate, triple.object, name)
    for number, finding in enumerate(report.noticed, 1):
        node = ox.NamedNode(f"{graph}#noticed-{number}")
        yield ox.Quad(whole, _sh("result"), node, name)
        for predicate, value in _noticed(finding):
            yield ox.Quad(node, predicate, value, name)


def _sh(local: str) -> ox.NamedNode:
    return ox.NamedNode(SH + local)


def _statements(located: Located) -> Iterator[tuple[ox.NamedNode, Term]]:
    result = located.result
    yield _TYPE, _sh("ValidationResult")
    yield _sh("focusNode"), result.focus
    yield _sh("resultSeverity"), ox.NamedNode(result.severity_iri)
    yield _sh("sourceConstraintComponent"), ox.NamedNode(result.component)
    yield _sh("sourceShape"), result.shape
    if result.value is not None:
        yield _sh("value"), result.value
    for message in result.messages:
        yield _sh("resultMessage"), message
    if located.whereabouts.pointer:
        yield ox.NamedNode(PL + "cell"), ox.NamedNode(located.whereabouts.pointer)


def _noticed(finding: Finding) -> Iterator[tuple[ox.NamedNode, Term]]:
    """Yield what is said of a finding that no shape made."""
    yield _TYPE, _sh("ValidationResult")
    yield _sh("resultSeverity"), _sh(finding.severity.value.capitalize())
    said = ": ".join(part for part in (finding.place, finding.message) if part)
    yield _sh("resultMessage"), ox.Literal(said)
    yield ox.NamedNode(DCTERMS + "identifier"), ox.Literal(finding.code)
    if finding.focus:
        yield _sh("focusNode"), ox.NamedNode(finding.focus)


def _path(result: Result, shapes: Graph, node: ox.NamedNode) -> Iterator[ox.Triple]:
    """Yield the path of a result; one with parts is the shape's own path, copied."""
    predicate = _sh("resultPath")
    if result.path.startswith("<"):
        yield ox.Triple(node, predicate, ox.NamedNode(result.path[1:-1]))
    elif result.path and (path := shapes.value(to_rdflib(result.shape), SHACL.path)):
        copied = Graph().add((URIRef(node.value), SHACL.resultPath, path)) + shapes.cbd(path)
        yield from _renamed(copied, node.value.rsplit("-", 1)[-1])


def _renamed(graph: Graph, suffix: str) -> Iterator[ox.Triple]:
    """Yield the triples, their blank nodes under names of their own."""
    names: dict[Node, Node] = {
        node: BNode(f"{node}r{suffix}") for node in graph.all_nodes() if isinstance(node, BNode)
    }
    for triple in graph:
        subject, predicate, value = (to_pyoxigraph(names.get(term, term)) for term in triple)
        if isinstance(predicate, ox.NamedNode) and not isinstance(subject, ox.Literal):
            yield ox.Triple(subject, predicate, value)
