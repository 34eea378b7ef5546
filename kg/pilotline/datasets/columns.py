"""Finds the cell that states a property of a thing, where the graph knows the cell of the thing alone."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from pilotline.datasets.pointers import first_row, parse_pointer
from pilotline.namespaces import CSVW, PL

# Stands in a pointer for what differs between the rows.
HOLE = "*"
_CELL = NamedNode(PL + "cell")
_NAMED_AT = NamedNode(PL + "namedAt")
# The column of a cell, which differs between the samples of a sheet whose parameters stand in rows.
_COLUMN = re.compile(r"(?<=cell=)(?P<letters>[A-Z]+)(?=\d+$)|(?<=,)(?P<csv>\d+)$")
_ROW = re.compile(r"(?<=cell=)(?P<csv>\d+)(?=,\d+$)|(?<=cell=)(?P<letters>[A-Z]+)(?P<row>\d+)$")
# A cell of a parameter that stands in a row.
_TURNED = re.compile(r"\*(\d+)|row (\d+), column \*")
# File, sheet and row.
Line = tuple[str, str, int]
_STATED = f"""
SELECT ?key ?property ?about ?value ?cell WHERE {{{{ GRAPH <{{graph}}> {{{{
    ?column <{PL}keyCell> ?key ; <{PL}cell> ?cell .
    OPTIONAL {{{{ ?column <{CSVW}propertyUrl> ?property }}}}
    OPTIONAL {{{{ ?column <{CSVW}aboutUrl> ?about }}}}
    OPTIONAL {{{{ ?column <{CSVW}valueUrl> ?value }}}}
}}}} }}}} ORDER BY ?cell
"""


@dataclass(frozen=True)
class _Column:
    """A column that states a property, none where it holds quantities of their own.

    about, value: what the IRIs of things and values begin with.
    """

    property: str
    about: str
    value: str
    cell: str


class Columns:
    """The columns of the sheets that datasets were read from.

    store: with the graph `/pointers` of each dataset.
    """

    def __init__(self, store: Store, datasets: Iterable[str] = ()) -> None:
        self._store = store
        self._graphs = [NamedNode(f"{dataset}/pointers") for dataset in datasets]
        self._named: dict[str, list[str]] = {}
        self._rows: dict[tuple[str, str, tuple[_Column, ...]], dict[str, list[str]]] = {}
        self._by_key: dict[str, list[_Column]] = defaultdict(list)
        for graph in self._graphs:
            for key, column in _stated(store, graph):
                self._by_key[key].append(column)
        self._json = [(_pattern(key), key) for key in self._by_key if "#/" in key]

    def cell(self, pointer: str, node: str, properties: Iterable[str], value: str = "") -> str:
        """Return the pointer to the cell that states one of the properties of a node.

        pointer: to the cell that names the node.
        value: what it states, where several columns state one property.
        Where nothing is known of columns that is the cell itself.
        """
        for key, holes in self._keys(pointer):
            for wanted in properties:
                columns = [
                    column
                    for column in self._by_key.get(key, ())
                    if column.property == wanted and node.startswith(column.about)
                ]
                if columns:
                    cells = _cells(columns, holes, value)
                    named = sorted(self._named_at(value, node, key, columns), key=first_row)
                    return next((cell for cell in named if cell in cells), (*named, *cells)[0])
        return pointer

    @cached_property
    def turned(self) -> frozenset[Line]:
        """Return the rows that hold parameters, in sheets whose columns are the samples."""
        pointers = {*self._by_key, *(column.cell for found in self._by_key.values() for column in found)}
        places = [(place, _TURNED.fullmatch(place.cell)) for place in map(parse_pointer, pointers)]
        return frozenset((place.file, place.sheet, int(row[1] or row[2])) for place, row in places if row)

    def named(self) -> Iterator[tuple[NamedNode, str]]:
        """Yield the lots that one of several like columns names, each with the pointer of its cell."""
        for graph in self._graphs:
            for quad in self._store.quads_for_pattern(None, _NAMED_AT, None, graph):
                assert isinstance(quad.subject, NamedNode)
                assert isinstance(quad.object, NamedNode)
                yield quad.subject, quad.object.value

    def _keys(self, pointer: str) -> Iterator[tuple[str, list[str]]]:
        """Yield the keys that a pointer fits, with what stands in their holes."""
        if found := _ROW.search(pointer):
            hole = (found["letters"] or "") + HOLE
            yield _ROW.sub(hole, pointer), [found["csv"] or found["row"]]
        if found := _COLUMN.search(pointer):
            yield _COLUMN.sub(HOLE, pointer), [found["csv"] or found["letters"]]
        for pattern, key in self._json:
            if fits := pattern.fullmatch(pointer):
                yield key, list(fits.groups())

    def _named_at(self, value: str, node: str, key: str, columns: Sequence[_Column]) -> Iterator[str]:
        """Yield the cells of the columns that name a value, in a row of the node."""
        if "://" in value and (rows := self._rows_naming(value, key, tuple(columns))):
            quads = self._store.quads_for_pattern(NamedNode(node), _CELL, None, None)
            for pointer in {quad.object.value for quad in quads if isinstance(quad.object, NamedNode)}:
                yield from rows.get(pointer, ())

    def _rows_naming(self, value: str, key: str, columns: tuple[_Column, ...]) -> dict[str, list[str]]:
        """Return the cells of the columns that name a value, by the pointers to their rows."""
        known = (value, key, columns)
        if known not in self._rows:
            rows = self._rows[known] = defaultdict(list)
            for pattern in [_pattern(column.cell) for column in columns]:
                for cell in self._mentions(value):
                    if fits := pattern.fullmatch(cell):
                        rows[_filled(key, fits.groups())].append(cell)
        return self._rows[known]

    def _mentions(self, lot: str) -> list[str]:
        """Return the cells that name a lot among several like columns; many runs ask for the same."""
        if lot not in self._named:
            node = NamedNode(lot)
            quads = [
                quad
                for graph in self._graphs
                for quad in self._store.quads_for_pattern(node, _NAMED_AT, None, graph)
            ]
            self._named[lot] = [quad.object.value for quad in quads if isinstance(quad.object, NamedNode)]
        return self._named[lot]


def _cells(columns: Iterable[_Column], holes: Sequence[str], value: str) -> list[str]:
    """Return the cells of a row that may state a value, those of its kind where the columns tell."""
    of_kind = [each for each in columns if each.value and value.startswith(each.value)] or columns
    return list(dict.fromkeys(_filled(each.cell, holes) for each in of_kind))


def _stated(store: Store, graph: NamedNode) -> Iterator[tuple[str, _Column]]:
    rows = store.query(_STATED.format(graph=graph.value))
    assert isinstance(rows, QuerySolutions)
    for row in rows:
        found = [row[name] for name in ("key", "property", "about", "value", "cell")]
        key, named, about, value, cell = (
            each.value if isinstance(each, NamedNode | Literal) else "" for each in found
        )
        yield key, _Column(named, about, value, cell)


def _pattern(key: str) -> re.Pattern[str]:
    hole = "([A-Z]+)" if re.search(r"cell=\*\d+$", key) else "([^/&,]+)"
    return re.compile(re.escape(key).replace(re.escape(HOLE), hole))


def _filled(cell: str, holes: Iterable[str]) -> str:
    for hole in holes:
        cell = cell.replace(HOLE, hole, 1)
    return cell
