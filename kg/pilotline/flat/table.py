"""Turns the values behind each row into columns with stable names, aggregated where there are several."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import sqrt

from pyoxigraph import NamedNode

from pilotline.flat.rows import Found, Gatherer, RowKind
from pilotline.namespaces import PL
from pilotline.quantities.units import Unit, Units
from pilotline.trace.graph import Graph

_USUAL_UNIT = NamedNode(PL + "usualUnit")
_MEAN = "mean"


@dataclass(frozen=True)
class Source:
    """Where one number of a table comes from: a quantity with its weight and the cell it was read from.

    number: in the unit of the column, None for a text.
    """

    row: str
    column: str
    quantity: str
    number: float | None
    typed: str
    weight: float
    cell: str


Field = float | int | str | None


@dataclass(frozen=True)
class Table:
    """A flat table: rows in the order of `things`, a value or None in each column.

    things: IRI and label of each row. sources: what each number was made from.
    """

    things: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Field, ...], ...]
    sources: tuple[Source, ...] = field(repr=False)


@dataclass(frozen=True)
class _Column:
    """A column before its name is known; kind, step and keys stand in the name only where they tell apart."""

    polarity: str
    parameter: str
    step: str
    kind: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class _Shown:
    """A column as the table shows it; several: some row has more than one value in it."""

    name: str
    unit: Unit | None
    several: bool

    @property
    def titles(self) -> list[str]:
        """Return the titles of its fields: the numbers, then kind and origin."""
        unit = f" [{self.unit.symbol}]" if self.unit and self.unit.symbol != "1" else ""
        statistics = [".mean", ".min", ".max", ".sd"] if self.several else [""]
        numbers = [f"{self.name}{each}{unit}" for each in statistics]
        return numbers + [f"{self.name}.n"] * self.several + [f"{self.name}.kind", f"{self.name}.from"]

    def fields(self, values: list[Found]) -> list[Field]:
        """Return the fields of one row."""
        kinds = sorted({each.value.key.partition("/")[0] for each in values})
        origins = {each.origin + ("" if each.sure else " (possible)") for each in values} - {""}
        companions: list[Field] = [", ".join(kinds) or None, ", ".join(sorted(origins)) or _own(values)]
        if self.several:
            return _statistics([(_number(each, self.unit), each.weight) for each in values]) + companions
        return [_single(values[0], self.unit) if values else None, *companions]


def flat_table(graph: Graph, kind: RowKind, units: Units) -> Table:
    """Return one row for each cell or run of a store.

    A number stands in the usual unit of its parameter; where it has none, in the unit as given.
    Several values behind one row (sheets, lots, replicates) become mean, min, max, sd and n; the mean is
    weighted by the share of their lots.
    """
    gatherer = Gatherer(graph, kind)
    things = kind.things(graph)
    found = {thing: _by_column(gatherer.values(thing)) for thing in things}
    shown = _shown(graph, units, list(found.values()))
    return Table(
        things=tuple((thing.value, graph.label(thing)) for thing in things),
        columns=tuple(title for each in shown.values() for title in each.titles),
        rows=tuple(
            tuple(
                value for column, each in shown.items() for value in each.fields(found[thing].get(column, []))
            )
            for thing in things
        ),
        sources=tuple(
            _source(thing, each, value)
            for thing in things
            for column, each in shown.items()
            for value in found[thing].get(column, [])
        ),
    )


def _shown(graph: Graph, units: Units, rows: list[Mapping[_Column, list[Found]]]) -> dict[_Column, _Shown]:
    """Return the columns of all rows in the order of their names."""
    names = _names({column for row in rows for column in row})
    shown = {}
    for column in sorted(names, key=lambda each: names[each]):
        values = [value for row in rows for value in row.get(column, ())]
        several = any(len(row.get(column, ())) > 1 for row in rows)
        shown[column] = _Shown(names[column], _unit(graph, units, values), several)
    return shown


def _by_column(values: Iterable[Found]) -> Mapping[_Column, list[Found]]:
    found: dict[_Column, list[Found]] = defaultdict(list)
    for each in values:
        kind, *keys = each.value.key.split("/")
        told = tuple(key for key in keys if key.partition("=")[0] in _TELLING and key != f"stat={_MEAN}")
        found[_Column(each.polarity, each.value.parameter, each.step, kind, told)].append(each)
    return found


# Keys of a quantity that make another fact of it; the others (replicate, sample, time) repeat one fact.
_TELLING = frozenset({"stat", "side", "lane", "zone", "stage", "at", "over"})


def _names(columns: set[_Column]) -> dict[_Column, str]:
    steps, kinds = defaultdict(set), defaultdict(set)
    for column in columns:
        steps[column.polarity, column.parameter].add(column.step)
        kinds[column.polarity, column.parameter, column.step].add(column.kind)
    names: dict[_Column, str] = {}
    for column in columns:
        parts = [column.polarity, column.parameter]
        if len(steps[column.polarity, column.parameter]) > 1:
            parts.append(column.step or "asReceived")
        if len(kinds[column.polarity, column.parameter, column.step]) > 1:
            parts.append(column.kind)
        parts += [_key_name(key) for key in column.keys]
        names[column] = ".".join(part for part in parts if part)
    return names


def _key_name(key: str) -> str:
    """Return a key as it stands in a name: `side=A` is `sideA`, `stat=D50` is `D50`."""
    name, _, value = key.partition("=")
    return value if name == "stat" else f"{name}{value}"


def _unit(graph: Graph, units: Units, values: list[Found]) -> Unit | None:
    """Return the unit of a column, nothing where its values have none in common."""
    symbol = graph.text(NamedNode(PL + values[0].value.parameter), _USUAL_UNIT)
    if symbol and all(each.value.si is not None for each in values):
        return units.parse(symbol)
    given = {each.value.unit for each in values}
    return units.parse(given.pop()) if len(given) == 1 and given != {""} else None


def _number(each: Found, unit: Unit | None) -> float | None:
    """Return the number in a unit; the number as typed where there is no SI value."""
    if each.value.si is not None and unit and unit.factor:
        return float(f"{(each.value.si - float(unit.offset)) / float(unit.factor):.12g}")
    try:
        return float(each.value.typed.replace(",", "."))
    except ValueError:
        return None


def _single(each: Found, unit: Unit | None) -> Field:
    number = _number(each, unit)
    return each.value.typed if number is None else number


def _own(values: list[Found]) -> str | None:
    return "own" if values else None


def _statistics(weighed: list[tuple[float | None, float]]) -> list[Field]:
    """Return mean (by weight), minimum, maximum, standard deviation and number of the known numbers."""
    known = [(number, weight) for number, weight in weighed if number is not None]
    if not known:
        return [None, None, None, None, len(weighed) or None]
    numbers = [number for number, _ in known]
    mean = sum(number * weight for number, weight in known) / sum(weight for _, weight in known)
    return [float(f"{mean:.12g}"), min(numbers), max(numbers), _spread(numbers), len(numbers)]


def _spread(numbers: list[float]) -> float | None:
    """Return the standard deviation of a sample, each value counted once; None for a single value."""
    if len(numbers) < 2:
        return None
    middle = sum(numbers) / len(numbers)
    variance = sum((each - middle) ** 2 for each in numbers) / (len(numbers) - 1)
    return float(f"{sqrt(variance):.6g}")


def _source(thing: NamedNode, shown: _Shown, each: Found) -> Source:
    value = each.value
    number = _number(each, shown.unit)
    return Source(
        thing.value, shown.titles[0], value.quantity, number, value.typed, each.weight, " ".join(value.cells)
    )
