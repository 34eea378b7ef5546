"""Chooses the cells that others are compared with: by name, by disposition, or by a value of theirs."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from operator import gt, lt

from pyoxigraph import NamedNode

from pilotline.errors import PilotlineError
from pilotline.namespaces import HAS_PROPERTY, PL, RDFS
from pilotline.quantities.units import UnitError, Units
from pilotline.questions.labels import node_called
from pilotline.trace.graph import CELL, STATE_OF, Graph

_HAS_PROPERTY, _SUB_CLASS = NamedNode(HAS_PROPERTY), NamedNode(RDFS + "subClassOf")
_PARAMETER, _KIND = NamedNode(PL + "Parameter"), NamedNode(PL + "DispositionKind")
_DISPOSITION_OF, _OF_KIND = NamedNode(PL + "dispositionOf"), NamedNode(PL + "dispositionKind")
_SI, _STATISTIC, _SPREAD = (NamedNode(PL + name) for name in ("siValue", "statistic", "StandardDeviation"))
_BOUND = re.compile(r"\s*([+-]?\d+(?:[.,]\d+)?)\s*(.*?)\s*")


class ChoiceError(PilotlineError, ValueError):
    """A bound that is no number with a unit, or a name that is no cell."""


def cells_disposed(graph: Graph, kind: str) -> set[NamedNode]:
    """Return the cells that have a disposition of a kind, such as `scrap`; NamingError for what is none."""
    return cells_with(graph, node_called(graph.store, kind, below=_KIND))


def cells_with(graph: Graph, disposition: NamedNode) -> set[NamedNode]:
    """Return the cells that have a disposition of a kind, such as `pl:Scrap`."""
    nodes = graph.subjects(_OF_KIND, disposition)
    lots = {lot for node in nodes for lot in graph.objects(node, _DISPOSITION_OF)}
    return {lot for lot in lots if graph.has_type(lot, CELL)}


def cells_called(graph: Graph, names: Iterable[str]) -> set[NamedNode]:
    """Return cells by label or IRI; NamingError for what is not in the store, ChoiceError for no cell."""
    found = set()
    for name in names:
        node = node_called(graph.store, name)
        if not graph.has_type(node, CELL):
            raise ChoiceError(f"{name!r} is no cell, but {graph.kind(node) or 'something else'}")
        found.add(node)
    return found


def cells_beyond(graph: Graph, parameter: str, *, below: str = "", above: str = "") -> set[NamedNode]:
    """Return the cells whose mean of a parameter lies below or above a bound.

    below, above: a number, with its unit or in the usual one of the parameter; of two, either will do.
    Errors: NamingError for what is no parameter, ChoiceError for a bound that is none.
    """
    node = node_called(graph.store, parameter, below=_PARAMETER)
    bounds = [
        (side, bound_in_si(graph, node, text)) for side, text in ((lt, below), (gt, above)) if text.strip()
    ]
    if not bounds:
        raise ChoiceError(f"say below or above which value of {graph.name(node)} the cells lie")
    means = {cell: sum(numbers) / len(numbers) for cell, numbers in _values(graph, node).items()}
    return {cell for cell, mean in means.items() if any(side(mean, bound) for side, bound in bounds)}


def bound_in_si(graph: Graph, parameter: NamedNode, text: str) -> float:
    """Return a bound such as `86 %` in SI units; a bare number is in the usual unit. ChoiceError for none."""
    match = _BOUND.fullmatch(text)
    usual, dimension = (
        graph.text(parameter, NamedNode(PL + name)) for name in ("usualUnit", "dimensionName")
    )
    if match is None:
        raise ChoiceError(f"{text!r} is no number; write it as 86 or as 86 %")
    try:
        unit = Units.load().parse(match[2] or usual, dimension)
    except UnitError as error:
        raise ChoiceError(f"{text!r}: {error}") from error
    si = unit.si(Decimal(match[1].replace(",", ".")))
    if si is None or (dimension and unit.dimension != dimension):
        raise ChoiceError(f"{text!r} is no {dimension}; {graph.name(parameter)} is stated in {usual}")
    return si


def _values(graph: Graph, parameter: NamedNode) -> dict[NamedNode, list[float]]:
    """Return the values that cells bear, or the runs that made their states, in SI units."""
    found: dict[NamedNode, list[float]] = defaultdict(list)
    for kind in (parameter, *graph.subjects(_SUB_CLASS, parameter)):
        for quantity in graph.instances(kind):
            number = graph.number(quantity, _SI)
            if number is not None and graph.first(quantity, _STATISTIC) != _SPREAD:
                for cell in {
                    cell
                    for bearer in graph.subjects(_HAS_PROPERTY, quantity)
                    for cell in _cells(graph, bearer)
                }:
                    found[cell].append(number)
    return found


def _cells(graph: Graph, bearer: NamedNode) -> Iterator[NamedNode]:
    for state in (bearer, *graph.outputs(bearer)):
        for lot in graph.objects(state, STATE_OF):
            if graph.has_type(lot, CELL):
                yield lot
