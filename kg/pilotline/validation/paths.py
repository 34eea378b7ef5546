"""Turns a SHACL path into a SPARQL path, and short ones into the steps that they consist of."""

from typing import NamedTuple

from pyoxigraph import NamedNode
from rdflib import RDF, SH, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

_POSTFIX = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


class PathError(ValueError):
    """A node that is not a SHACL path."""


class Step(NamedTuple):
    """One predicate, from subject to object or, backwards, from object to subject."""

    predicate: NamedNode
    backwards: bool = False


def steps(graph: Graph, node: Node) -> tuple[Step, ...]:
    """Return the steps of which a path takes one, empty where it may take another number of steps.

    graph: holds the path's blank nodes.
    """
    if isinstance(node, URIRef):
        return (Step(NamedNode(str(node))),)
    if (node, RDF.first, None) in graph:
        return ()
    inverse = graph.value(node, SH.inversePath)
    if isinstance(inverse, URIRef):
        return (Step(NamedNode(str(inverse)), backwards=True),)
    if alternatives := graph.value(node, SH.alternativePath):
        parts = [steps(graph, item) for item in Collection(graph, alternatives)]
        return tuple(step for part in parts for step in part) if all(parts) else ()
    return ()


def sparql_path(graph: Graph, node: Node) -> str:
    """Return a path in SPARQL, with every step in brackets where it has parts.

    graph: holds the path's blank nodes.
    """
    if isinstance(node, URIRef):
        return node.n3()
    if (node, RDF.first, None) in graph:
        return _joined(graph, node, "/")
    if alternatives := graph.value(node, SH.alternativePath):
        return _joined(graph, alternatives, "|")
    if inverse := graph.value(node, SH.inversePath):
        return f"(^{sparql_path(graph, inverse)})"
    for predicate, mark in _POSTFIX.items():
        if inner := graph.value(node, predicate):
            return f"({sparql_path(graph, inner)}{mark})"
    raise PathError(f"{node} is not a SHACL path: an IRI, a list, or a node with sh:inversePath or the like")


def may_stay(graph: Graph, node: Node) -> bool:
    """Say whether a path also leads from a node to itself, in no step at all."""
    if isinstance(node, URIRef):
        return False
    if (node, RDF.first, None) in graph:
        return all(may_stay(graph, item) for item in Collection(graph, node))
    if alternatives := graph.value(node, SH.alternativePath):
        return any(may_stay(graph, item) for item in Collection(graph, alternatives))
    if inner := graph.value(node, SH.inversePath) or graph.value(node, SH.oneOrMorePath):
        return may_stay(graph, inner)
    return True


def _joined(graph: Graph, items: Node, operator: str) -> str:
    steps_ = [sparql_path(graph, item) for item in Collection(graph, items)]
    return "(" + operator.join(steps_) + ")"
