"""Finds what a cell of a source became; a cell that gave nothing is told by its row and its column."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from pyoxigraph import NamedNode

from pilotline.datasets import catalogue
from pilotline.datasets.pointers import Place, row_and_column
from pilotline.errors import PilotlineError
from pilotline.iris import csv_cell, json_node, sheet_cell
from pilotline.namespaces import HAS_PROPERTY, PL
from pilotline.trace.graph import Graph
from pilotline.trace.values import Value, value_of

_CELL, _HAS_PROPERTY = NamedNode(PL + "cell"), NamedNode(HAS_PROPERTY)
_COLUMNS = 500  # columns of a row that are looked at for its things
_ROWS = 500  # rows of a column that are looked at for its parameters


class CellError(PilotlineError, ValueError):
    """A text that names no cell."""


@dataclass(frozen=True)
class Origins:
    """What was read from one cell.

    values: quantities; derived ones name several cells. things: runs, lots and states that the cell names.
    hidden: values that are out of scope, since they are invalid, excluded or of a dataset with violations.
    row: where nothing was read, what its row gave. parameters: what its column gives in other rows.
    """

    place: Place
    values: tuple[Value, ...]
    things: tuple[tuple[str, str], ...]
    row: tuple[tuple[str, str], ...] = ()
    parameters: tuple[str, ...] = ()
    hidden: tuple[Value, ...] = ()


def parse_place(text: str) -> Place:
    """Return the place that a person writes, as messages show it.

    >>> parse_place("coating.xlsx!Runs!C7")
    Place(file='coating.xlsx', sheet='Runs', cell='C7')
    >>> parse_place("runs.csv!3,2").cell
    'row 3, column 2'

    Errors: CellError where no cell is named.
    """
    file, _, rest = text.partition("!")
    sheet, _, cell = rest.rpartition("!")
    row, comma, column = cell.partition(",")
    if comma and row.strip().isdecimal() and column.strip().isdecimal():
        cell = f"row {int(row)}, column {int(column)}"
    if not file or not (cell.startswith("/") or row_and_column(cell)[0] > 0):
        raise CellError(
            f"{text!r} names no cell; write coating.xlsx!Runs!C7, runs.csv!3,2 (row, column) "
            "or robot.json!/cells/3"
        )
    return Place(file, sheet, cell)


def read_from(graph: Graph, place: Place) -> Origins:
    """Return what was read from a cell; from its row and column where the cell gave nothing."""
    nodes = list(_nodes(graph, [place]))
    values = tuple(value for node in nodes for value in _values(graph, node))
    quantities = {value.quantity for value in values}
    things = _named(graph, (node for node in nodes if node.value not in quantities))
    if nodes:
        return Origins(place, values, things)
    if hidden := tuple(_out_of_scope(graph, place)):
        return Origins(place, (), (), hidden=hidden)
    row = _named(graph, _nodes(graph, _along_row(place)))
    return Origins(place, (), (), row, _parameters(graph, _along_column(place)))


def _nodes(graph: Graph, places: Iterable[Place]) -> Iterator[NamedNode]:
    """Yield the nodes read from places, whatever the scope of the file."""
    scopes = {entry.iri.partition("/dataset/")[0] for entry in catalogue.entries(graph.store)}
    for place in places:
        for scope in sorted(scopes):
            pointer = NamedNode(_pointer(f"{scope}/source/{quote(place.file)}", place))
            yield from sorted(graph.subjects(_CELL, pointer), key=str)


def _out_of_scope(graph: Graph, place: Place) -> Iterator[Value]:
    """Yield the values read from a cell that only the graph of their dataset holds."""
    for entry in catalogue.entries(graph.store):
        told = Graph(graph.store, NamedNode(entry.iri))
        scope = entry.iri.partition("/dataset/")[0]
        pointer = NamedNode(_pointer(f"{scope}/source/{quote(place.file)}", place))
        for node in sorted(told.subjects(_CELL, pointer), key=str):
            found = (value_of(graph, bearer, node, told) for bearer in told.subjects(_HAS_PROPERTY, node))
            yield from (value for value in found if value is not None)


def _pointer(source: str, place: Place) -> str:
    if place.cell.startswith("/"):
        return json_node(source, place.cell)
    row, column = row_and_column(place.cell)
    if place.sheet:
        return sheet_cell(source, place.sheet, place.cell)
    return csv_cell(source, row, int(column))


def _along_row(place: Place) -> Iterator[Place]:
    from openpyxl.utils import (
        get_column_letter,
    )  # brings numpy along, which a server's start need not wait for

    row, _ = row_and_column(place.cell)
    if place.cell.startswith("/"):
        parent, slash, _ = place.cell.rpartition("/")
        yield Place(place.file, place.sheet, parent or slash)
        return
    for column in range(1, _COLUMNS + 1):
        cell = f"{get_column_letter(column)}{row}" if place.sheet else f"row {row}, column {column}"
        yield Place(place.file, place.sheet, cell)


def _along_column(place: Place) -> Iterator[Place]:
    row, column = row_and_column(place.cell)
    if row > 0 and not place.cell.startswith("/"):
        for near in range(max(1, row - _ROWS), row + _ROWS):
            cell = f"{column}{near}" if place.sheet else f"row {near}, column {column}"
            yield Place(place.file, place.sheet, cell)


def _values(graph: Graph, node: NamedNode) -> list[Value]:
    bearers = sorted(graph.subjects(_HAS_PROPERTY, node), key=str)
    found = (value_of(graph, bearer, node) for bearer in bearers)
    return [value for value in found if value is not None]


def _named(graph: Graph, nodes: Iterable[NamedNode]) -> tuple[tuple[str, str], ...]:
    return tuple((_name(graph, node), node.value) for node in dict.fromkeys(nodes))


def _name(graph: Graph, node: NamedNode) -> str:
    quantity, point, number = node.value.partition("/curve/point/")
    values = _values(graph, NamedNode(quantity))
    if not values:
        return graph.label(node)
    return f"point {number} of {_called(values[0])}" if point else _called(values[0])


def _called(value: Value) -> str:
    return f"{value.parameter} ({value.key})"


def _parameters(graph: Graph, places: Iterable[Place]) -> tuple[str, ...]:
    values = (value for node in _nodes(graph, places) for value in _values(graph, node))
    return tuple(dict.fromkeys(map(_called, values)))
