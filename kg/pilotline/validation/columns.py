"""Reads a dataset back as the columns of its sheets, so that a value can be judged by its neighbours."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from pyoxigraph import NamedNode, QuerySolutions, Store

from pilotline.datasets.columns import Columns
from pilotline.datasets.pointers import Place, parse_pointer, row_and_column
from pilotline.iris import name_of
from pilotline.namespaces import (
    HAS_MEASUREMENT_UNIT,
    HAS_NUMBER_VALUE,
    HAS_NUMERICAL_PART,
    HAS_PROPERTY,
    PL,
    PROV,
)

# Keys of a quantity that tell like values apart without changing their size.
_ALIKE = ("replicate", "time", "sample", "dataset", "side", "lane", "position")
_QUANTITY = re.compile(r"/q/(?P<parameter>[^/]+)/(?P<kind>[^/]+)(?P<keys>.*)")


_Key: TypeAlias = tuple[str, str, str, str, str, str]


@dataclass(frozen=True)
class Entry:
    """One number in a cell.

    row: counted as in the sheet. number: in the unit as given; typed: its text. bearer: the node that has it.
    """

    quantity: NamedNode
    bearer: str
    pointer: str
    row: int
    number: float
    typed: str


@dataclass(frozen=True)
class Column:
    """The numbers of one parameter, kind and unit in one column of one sheet, by row.

    letter: of the column, in CSV its number. kind: with the keys that change a value's size, as `set/zone=3`.
    """

    file: str
    sheet: str
    letter: str
    parameter: str
    kind: str
    unit: str
    entries: tuple[Entry, ...]

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        """Return the numbers, by row."""
        return tuple(entry.number for entry in self.entries)

    @property
    def measured(self) -> bool:
        """Say whether the numbers come from an instrument, as far as the source tells."""
        return self.kind.split("/")[0] in ("measured", "unstated")


@dataclass(frozen=True)
class Start:
    """When the run of a row started: its text is an xsd:date or an xsd:dateTime."""

    run: NamedNode
    pointer: str
    place: Place
    row: int
    text: str


@dataclass(frozen=True)
class Named:
    """A lot of a known polarity that a cell names among others of its kind. letter: of the column."""

    lot: NamedNode
    name: str
    polarity: str
    pointer: str
    place: Place
    row: int
    letter: str


def columns_of(store: Store, graphs: Iterable[str]) -> list[Column]:
    """Return the columns of numbers that graphs of a store were read from."""
    found: dict[_Key, list[Entry]] = defaultdict(list)
    for graph in graphs:
        for key, entry in _entries(store, graph):
            found[key].append(entry)
    return [
        Column(file, sheet, letter, parameter, kind, unit, _by_row(entries))
        for (file, sheet, letter, parameter, kind, unit), entries in sorted(found.items())
    ]


def _by_row(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.row, entry.quantity.value)))


_NUMBERS = f"""
SELECT ?bearer ?quantity ?cell ?number ?typed ?unit WHERE {{ GRAPH <%s> {{
    ?bearer <{HAS_PROPERTY}> ?quantity .
    ?quantity <{PL}cell> ?cell ; <{HAS_NUMERICAL_PART}> ?part .
    ?part <{HAS_NUMBER_VALUE}> ?number .
    OPTIONAL {{ ?part <{PL}asTyped> ?typed }}
    OPTIONAL {{ ?quantity <{HAS_MEASUREMENT_UNIT}> ?unit }}
}} }}"""


def _entries(store: Store, graph: str) -> Iterator[tuple[_Key, Entry]]:
    for bearer, quantity, cell, number, typed, unit in _select(store, _NUMBERS % graph):
        split = _QUANTITY.search(quantity)
        place = parse_pointer(cell)
        row, column = row_and_column(place.cell)
        if split and row > 0:
            keys = [key for key in split["keys"].split("/") if key and key.split("=")[0] not in _ALIKE]
            kind = "/".join([split["kind"], *keys, *(["component"] if "/component/" in bearer else [])])
            entry = Entry(NamedNode(quantity), bearer, cell, row, float(number), typed)
            yield (place.file, place.sheet, column, split["parameter"], kind, unit), entry


_STARTS = f"""
SELECT ?run ?cell ?start WHERE {{ GRAPH <%s> {{ ?run <{PROV}startedAtTime> ?start ; <{PL}cell> ?cell }} }}"""


def starts_of(store: Store, graphs: Iterable[str], columns: Columns) -> list[list[Start]]:
    """Return when the runs of each sheet started, by row."""
    found: dict[tuple[str, str], list[Start]] = defaultdict(list)
    for graph in graphs:
        for run, cell, text in _select(store, _STARTS % graph):
            pointer = columns.cell(cell, run, [PROV + "startedAtTime"])
            place = parse_pointer(pointer)
            row, _ = row_and_column(place.cell)
            if row > 0:
                found[place.file, place.sheet].append(Start(NamedNode(run), pointer, place, row, text))
    return [sorted(starts, key=lambda start: start.row) for _, starts in sorted(found.items())]


def lots_of(columns: Columns, polarity: Mapping[str, str]) -> list[list[Named]]:
    """Return the lots that each sheet names, where several of its columns name such."""
    found: dict[tuple[str, str], list[Named]] = defaultdict(list)
    for lot, pointer in columns.named():
        place = parse_pointer(pointer)
        row, letter = row_and_column(place.cell)
        if row > 0 and lot.value in polarity:
            named = Named(lot, name_of(lot.value), polarity[lot.value], pointer, place, row, letter)
            found[place.file, place.sheet].append(named)
    return [sorted(named, key=lambda each: (each.row, each.letter)) for _, named in sorted(found.items())]


_POLARITIES = f"""
SELECT DISTINCT ?bearer ?polarity WHERE {{
    {{ ?bearer <{PL}stateOf>/<{PL}polarity> ?polarity }}
    UNION {{ ?bearer <{PL}outputLot>/<{PL}polarity> ?polarity }}
    UNION {{ ?bearer <{PL}polarity> ?polarity }}
}}"""


def polarities(scope: Store) -> Mapping[str, str]:
    """Return the polarity of runs, states and lots; who has both, such as a stack, has none.

    scope: its default graph holds the data with its neighbourhood.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for bearer, polarity in _select(scope, _POLARITIES):
        found[bearer].add(polarity.removeprefix(PL))
    return {bearer: next(iter(values)) for bearer, values in found.items() if len(values) == 1}


def _select(store: Store, query: str) -> Iterator[tuple[str, ...]]:
    rows = store.query(query)
    assert isinstance(rows, QuerySolutions)
    for row in rows:
        yield tuple("" if term is None else term.value for term in row)
