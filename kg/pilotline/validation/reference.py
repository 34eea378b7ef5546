"""Validates a graph with pySHACL, the reference engine."""

import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox
import pyshacl
from rdflib import RDF, RDFS, SH, Graph, Literal
from rdflib.term import Node

from pilotline.validation.model import TARGETS
from pilotline.validation.paths import sparql_path
from pilotline.validation.results import Result
from pilotline.validation.shapes import Shapes, ShapesError
from pilotline.validation.terms import rdflib_graph, to_pyoxigraph


def validate_with_pyshacl(
    store: ox.Store, shapes: Shapes, only: Iterable[Node] | None = None
) -> list[Result]:
    """Return the results for the default graph of a store.

    only: the shapes to use, with those that they name; all of them when not given.
    """
    data = rdflib_graph(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    graph = shapes.graph if only is None else _untargeted(shapes.graph, frozenset(only))
    report = _report(data, graph)
    messages = _Messages(shapes.graph)
    return [_result(report, node, messages) for node in _top_results(report)]


def _report(data: Graph, shapes: Graph) -> Graph:
    try:
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True, do_owl_imports=False)
    except Exception as error:  # rdflib raises the bare class for a query that it cannot read
        raise ShapesError(f"these shapes cannot be used: {error}") from error
    if not isinstance(report, Graph):
        raise ShapesError(f"these shapes cannot be used: {report}")
    return report


def _untargeted(shapes: Graph, kept: frozenset[Node]) -> Graph:
    """Return the shapes without the targets of all but some."""
    graph = Graph()
    for subject, predicate, value in shapes:
        targets = predicate in TARGETS or (predicate == RDF.type and value == RDFS.Class)
        if subject in kept or not targets:
            graph.add((subject, predicate, value))
    return graph


def _top_results(report: Graph) -> Iterator[Node]:
    for whole in report.subjects(RDF.type, SH.ValidationReport):
        yield from report.objects(whole, SH.result)


def _result(report: Graph, node: Node, messages: "_Messages") -> Result:
    def one(predicate: Node) -> Node:
        found = report.value(node, predicate)
        if found is None:
            raise RuntimeError(f"a result of pySHACL lacks {predicate}")
        return found

    shape, path = one(SH.sourceShape), report.value(node, SH.resultPath)
    value = report.value(node, SH.value)
    return Result(
        shape=to_pyoxigraph(shape),
        focus=to_pyoxigraph(one(SH.focusNode)),
        severity_iri=str(one(SH.resultSeverity)),
        component=str(one(SH.sourceConstraintComponent)),
        path="" if path is None else sparql_path(report, path),
        value=None if value is None else to_pyoxigraph(value),
        messages=messages.of(shape, report.objects(node, SH.resultMessage)),
    )


class _Messages:
    """Gives back to a message its language, which pySHACL drops when it fills in a value."""

    def __init__(self, shapes: Graph) -> None:
        self._shapes = shapes
        self._templates: dict[Node, list[tuple[re.Pattern[str], str]]] = {}

    def of(self, shape: Node, texts: Iterable[Node]) -> tuple[ox.Literal, ...]:
        found = [self._with_language(shape, text) for text in texts if isinstance(text, Literal)]
        return tuple(sorted(found, key=lambda message: (message.language or "", message.value)))

    def _with_language(self, shape: Node, text: Literal) -> ox.Literal:
        if not text.language:
            for pattern, language in self._of_shape(shape):
                if pattern.fullmatch(str(text)):
                    return ox.Literal(str(text), language=language)
        return ox.Literal(str(text), language=text.language) if text.language else ox.Literal(str(text))

    def _of_shape(self, shape: Node) -> list[tuple[re.Pattern[str], str]]:
        if shape not in self._templates:
            holders = [shape, *self._shapes.objects(shape, SH.sparql)]
            literals = [text for holder in holders for text in self._shapes.objects(holder, SH.message)]
            self._templates[shape] = [
                (_pattern(text), text.language)
                for text in literals
                if isinstance(text, Literal) and text.language
            ]
        return self._templates[shape]


def _pattern(template: Literal) -> re.Pattern[str]:
    parts = re.split(r"\{[?$]\w+\}", str(template))
    return re.compile("(?s:.*)".join(re.escape(part) for part in parts))
