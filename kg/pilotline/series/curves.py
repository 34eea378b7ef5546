"""Reads two columns of a series as a curve, thinned so that a page can draw it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Store

from pilotline.errors import PilotlineError
from pilotline.namespaces import PL, RDF
from pilotline.quantities.units import Units
from pilotline.trace import Graph

_TYPE, _SERIES = NamedNode(RDF + "type"), NamedNode(PL + "Series")
_COLUMN, _OF = NamedNode(PL + "hasColumn"), NamedNode(PL + "seriesOf")
_CHANNEL = "channel"
_DRAWN = 1_500  # points of a curve


class CurveError(PilotlineError, ValueError):
    """A series or a column of one that is not there."""


@dataclass(frozen=True)
class Column:
    """A column of a series. parameter: its label; unit: its symbol; empty where nothing is said."""

    name: str
    parameter: str
    unit: str


@dataclass(frozen=True)
class Series:
    """A series as the graph describes it. of: labels of the runs it belongs to."""

    iri: str
    title: str
    sha256: str
    rows: int
    columns: tuple[Column, ...]
    of: tuple[str, ...]


def series_of(store: Store) -> list[Series]:
    """Return the series that are in scope, ordered by title."""
    graph = Graph(store)
    nodes = (quad.subject for quad in store.quads_for_pattern(None, _TYPE, _SERIES, DefaultGraph()))
    found = [_series(graph, node) for node in nodes if isinstance(node, NamedNode)]
    return sorted(found, key=lambda series: (series.title, series.iri))


def _series(graph: Graph, node: NamedNode) -> Series:
    def text(name: str, of: NamedNode = node) -> str:
        return graph.text(of, NamedNode(PL + name))

    def named(column: NamedNode, name: str) -> str:
        term = graph.first(column, NamedNode(PL + name))
        return graph.name(term) if term else ""

    def symbol(column: NamedNode) -> str:
        term = graph.first(column, NamedNode(PL + "columnUnit"))
        unit = Units.load().named(term.value) if term else None
        return unit.symbol if unit else named(column, "columnUnit")

    columns = sorted(graph.objects(node, _COLUMN), key=lambda each: int(text("columnNumber", each)))
    told = (
        Column(text("columnName", each), named(each, "columnParameter"), symbol(each)) for each in columns
    )
    runs = sorted(graph.label(run) for run in graph.objects(node, _OF))
    return Series(
        node.value, graph.label(node), text("sha256"), int(text("rowCount")), tuple(told), tuple(runs)
    )


def numeric_columns(file: Path) -> list[str]:
    """Return the columns that can be drawn: numbers and times."""
    import pyarrow.parquet  # a quarter of a second that the start of a server need not wait for

    schema = pyarrow.parquet.read_schema(file)
    drawn = (pyarrow.types.is_floating, pyarrow.types.is_integer, pyarrow.types.is_timestamp)
    return [field.name for field in schema if any(is_a(field.type) for is_a in drawn)]


def read(file: Path, columns: list[str], filters: list[tuple[str, str, str]] | None = None) -> Any:
    """Return some columns of a file as an Arrow table; filters: as Arrow has them."""
    from pyarrow.parquet import read_table

    return read_table(file, columns=columns, filters=filters)


def channels(file: Path) -> list[str]:
    """Return the channels of a logger, whose rows hold a reading of one each; none for other series."""
    from pyarrow.parquet import read_schema

    if _CHANNEL not in read_schema(file).names:
        return []
    table = read(file, [_CHANNEL])
    return sorted(filter(None, table[_CHANNEL].unique().to_pylist()))


def curve(file: Path, across: str, up: str, channel: str = "") -> list[tuple[float, float]]:
    """Return the points of two columns, in the order of the rows.

    channel: of a logger, the one that is read. Of many rows, each stretch gives its first, its least and its
    most. A time counts in seconds from the first.
    Errors: CurveError for a column that is not there, or that holds no numbers.
    """
    known = numeric_columns(file)
    for name in (across, up):
        if name not in known:
            raise CurveError(f"no column {name!r} can be drawn; those that can are {', '.join(known)}")
    only = [(_CHANNEL, "=", channel)] if channel else None
    table = read(file, sorted({across, up}), only)
    rows = zip(*(_numbers(table[name].to_pylist()) for name in (across, up)), strict=True)
    points = [(x, y) for x, y in rows if x is not None and y is not None]
    return list(_thinned(points, max(1, 3 * len(points) // _DRAWN)))


def _numbers(values: list[Any]) -> Iterator[float | None]:
    first = next((value for value in values if value is not None), None)
    for value in values:
        if isinstance(value, datetime):
            yield (value - first).total_seconds() if isinstance(first, datetime) else None
        else:
            yield None if value is None or value != value else float(value)


def _thinned(points: list[tuple[float, float]], stretch: int) -> Iterator[tuple[float, float]]:
    for start in range(0, len(points), stretch):
        part = list(enumerate(points[start : start + stretch]))
        first, *_ = part
        extremes = (min(part, key=lambda each: each[1][1]), max(part, key=lambda each: each[1][1]))
        yield from (point for _, point in sorted({first, *extremes}))
