"""Reads a dataset back as the columns of its sheets, so that a value can be judged by its neighbours."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple, TypeAlias

import numpy as np
from pyoxigraph import NamedNode

from pilotline.datasets.columns import Columns
from pilotline.datasets.pointers import (
    Place,
    cell_of,
    number_of,
    parse_pointer,
    records_of,
    row_and_column,
)
from pilotline.iris import name_of
from pilotline.namespaces import (
    HAS_MEASUREMENT_UNIT,
    HAS_NUMBER_VALUE,
    HAS_NUMERICAL_PART,
    HAS_PROPERTY,
    PL,
    PROV,
)
from pilotline.validation.edges import Edges, Nodes, distinct, joined
from pilotline.validation.links import Links
from pilotline.validation.paths import Step
from pilotline.validation.terms import Token, text_of

# Keys of a quantity that tell like values apart without changing their size.
_ALIKE = ("replicate", "time", "sample", "dataset", "side", "lane", "position")
_QUANTITY = re.compile(r"/q/(?P<parameter>[^/]+)/(?P<kind>[^/>]+)(?P<keys>[^>]*)")

_Key: TypeAlias = tuple[str, str, str, str, str, str]


class Entry(NamedTuple):
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
    turned: it is a row of the file, and its rows are columns.
    """

    file: str
    sheet: str
    letter: str
    parameter: str
    kind: str
    unit: str
    entries: tuple[Entry, ...]
    turned: bool = False

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
    """A lot of a known polarity that a cell names among others of its kind.

    letter: of the column. turned: that is a row of the file.
    """

    lot: NamedNode
    name: str
    polarity: str
    pointer: str
    place: Place
    row: int
    letter: str
    turned: bool = False


def columns_of(links: Links) -> list[Column]:
    """Return the columns of numbers that a dataset was read from."""
    found: dict[_Key, list[Entry]] = defaultdict(list)
    for key, entry in _entries(links):
        found[key].append(entry)
    return [
        Column(file, sheet, letter, parameter, kind, unit, _by_row(entries))
        for (file, sheet, letter, parameter, kind, unit), entries in sorted(found.items())
    ]


def _by_row(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.row, entry.quantity.value)))


def _entries(links: Links) -> Iterator[tuple[_Key, Entry]]:
    for bearer, quantity, cell, number, unit, typed in _stated(links):
        split, pointer = _QUANTITY.search(quantity), text_of(cell)
        file, sheet, row, letter = cell_of(pointer)
        if split is None or row <= 0:
            continue
        kind = kind_of(split["kind"], split["keys"], "/component/" in bearer)
        key = file, sheet or records_of(letter), letter, split["parameter"], kind, unit
        node = NamedNode(text_of(quantity))
        yield key, Entry(node, text_of(bearer), pointer, row, float(text_of(number)), typed)


def _stated(links: Links) -> Iterator[tuple[Token, ...]]:
    """Yield of each number in a cell bearer, quantity, cell and number; as texts unit and what was typed."""

    def edges(predicate: str) -> Edges:
        return links.edges(Step(NamedNode(predicate)))

    properties = edges(HAS_PROPERTY)
    rows = joined([properties.starts, properties.ends], 1, edges(HAS_MEASUREMENT_UNIT), optional=True)
    rows = joined(rows, 1, edges(PL + "cell"))
    bearer, quantity, unit, cell, part = joined(rows, 1, edges(HAS_NUMERICAL_PART))
    rows = joined([bearer, quantity, unit, cell, part], 4, edges(HAS_NUMBER_VALUE))
    bearer, quantity, unit, cell, _, number, typed = joined(rows, 4, edges(PL + "asTyped"), optional=True)
    stated = map(links.named, (bearer, quantity, cell, number))
    return zip(*stated, _texts_of(links, unit), _texts_of(links, typed), strict=True)


def _texts_of(links: Links, nodes: Nodes) -> list[str]:
    """Return the texts of terms, an empty one for what is not stated."""
    texts = {node: text_of(links.tokens[node]) if node >= 0 else "" for node in distinct(nodes).tolist()}
    return list(map(texts.__getitem__, nodes.tolist()))


@cache
def kind_of(kind: str, keys: str, component: bool) -> str:
    """Return the kind with the keys that change the size of a value."""
    telling = [key for key in keys.split("/") if key and key.split("=")[0] not in _ALIKE]
    return "/".join([kind, *telling, *(["component"] if component else [])])


def times_of(links: Links) -> list[tuple[str, str, str]]:
    """Return the runs of a dataset, each with the pointer of its row and the text of its start."""
    starts = links.edges(Step(NamedNode(PROV + "startedAtTime")))
    run, start, cell = joined([starts.starts, starts.ends], 0, links.edges(Step(NamedNode(PL + "cell"))))
    return list(zip(*(_texts_of(links, nodes) for nodes in (run, cell, start)), strict=True))


def starts_of(times: Iterable[tuple[str, str, str]], columns: Columns) -> list[list[Start]]:
    """Return when the runs of each sheet started, by row.

    columns: in which cells the times of the rows stand.
    """
    found: dict[tuple[str, str], list[Start]] = defaultdict(list)
    for run, cell, text in times:
        pointer = columns.cell(cell, run, [PROV + "startedAtTime"])
        place = parse_pointer(pointer)
        row, column = row_and_column(place.cell)
        if row > 0:
            sheet = place.sheet or records_of(column)
            found[place.file, sheet].append(Start(NamedNode(run), pointer, place, row, text))
    return [sorted(starts, key=lambda start: start.row) for _, starts in sorted(found.items())]


def lots_of(columns: Columns, polarity: Mapping[str, str]) -> list[list[Named]]:
    """Return the lots that each sheet names, where several of its columns name such.

    Where parameters stand in rows, a row of the file counts as a column.
    """
    found: dict[tuple[str, str], list[Named]] = defaultdict(list)
    for lot, pointer in columns.named():
        place = parse_pointer(pointer)
        row, letter = row_and_column(place.cell)
        if row > 0 and lot.value in polarity:
            turned = (place.file, place.sheet, row) in columns.turned
            ends = (number_of(letter), str(row)) if turned else (row, letter)
            named = Named(lot, name_of(lot.value), polarity[lot.value], pointer, place, *ends, turned)
            found[place.file, place.sheet or records_of(letter)].append(named)
    return [sorted(named, key=lambda each: (each.row, each.letter)) for _, named in sorted(found.items())]


def polarities(links: Links) -> Mapping[str, str]:
    """Return the polarity of runs, states and lots; who has both, such as a stack, has none."""
    found: dict[str, set[str]] = defaultdict(set)
    stated = links.edges(Step(NamedNode(PL + "polarity")))
    bearers, values = [stated.starts], [stated.ends]
    for predicate in ("stateOf", "outputLot"):
        of_lot = links.edges(Step(NamedNode(PL + predicate)))
        bearer, _, value = joined([of_lot.starts, of_lot.ends], 1, stated)
        bearers, values = [*bearers, bearer], [*values, value]
    texts = (_texts_of(links, np.concatenate(nodes)) for nodes in (bearers, values))
    for named, polarity in zip(*texts, strict=True):
        found[named].add(polarity.removeprefix(PL))
    return {named: next(iter(told)) for named, told in found.items() if len(told) == 1}
