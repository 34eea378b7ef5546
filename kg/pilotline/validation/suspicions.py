"""Gathers the slips of a dataset: hands its columns, with what is plausible, to the rules of slips."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from math import log10

from pyoxigraph import NamedNode

from pilotline.datasets.columns import Columns
from pilotline.namespaces import PL
from pilotline.quantities.units import Unit, Units
from pilotline.validation.columns import Column, Start, lots_of, polarities
from pilotline.validation.fractions import fractions
from pilotline.validation.links import Links
from pilotline.validation.paths import Step
from pilotline.validation.slips import (
    Scale,
    Slip,
    copied_rows,
    shifted_column,
    shifted_values,
)
from pilotline.validation.swaps import swapped_dates, swapped_electrodes, swapped_lots
from pilotline.validation.terms import text_of
from pilotline.validation.turned import across
from pilotline.validation.zeros import zeros

_BY_TEN = ("time", "frequency", "temperature", "speed")  # dimensions whose units differ by other factors too


def find_slips(
    columns: Sequence[Column],
    links: Links,
    starts: Iterable[Sequence[Start]] = (),
    places: Columns | None = None,
) -> tuple[Slip, ...]:
    """Return the slips in the columns of sheets, which follow each other sheet by sheet.

    links: of the data with the ontology and what they lean on.
    starts: when the runs of each sheet started. places: in which cells lots are named.
    """
    found, scales, polarity = list[Slip](), Scales(_bounds_in(links)), polarities(links)
    for _, sheet in groupby(columns, key=lambda column: (column.file, column.sheet, column.turned)):
        alike = list(sheet)
        slips = [*slips_of_sheet(alike, scales), *copied_rows(alike)]
        slips += [*swapped_electrodes(alike, polarity), *zeros(alike)]
        found += map(across, slips) if alike[0].turned else slips
    for named in lots_of(places, polarity) if places else ():
        lots = swapped_lots(named)
        found += map(across, lots) if named[0].turned else lots
    for each in starts:
        found += swapped_dates(each)
    return tuple(each_cell_once(found))


def slips_of_sheet(columns: Sequence[Column], scales: "Scales") -> Iterator[Slip]:
    """Yield fractions among per cents, whole columns in another unit, then single values that stand out."""
    mixed = {id(column): slip for column in columns if (slip := scales.fractions(column))}
    yield from mixed.values()
    columns = [column for column in columns if id(column) not in mixed]
    shifted = [
        slip for column in columns if (scale := scales.of(column)) if (slip := shifted_column(column, scale))
    ]
    whole = [slip for slip in shifted if len(slip.nodes) > 1]
    yield from whole
    told = {node for slip in whole for node in slip.nodes}
    yield from shifted_values([column for column in columns if column.entries[0].quantity not in told])
    yield from (slip for slip in shifted if len(slip.nodes) == 1)


def each_cell_once(slips: Iterable[Slip]) -> Iterator[Slip]:
    """Yield the slips, without those whose cells all have a cause already."""
    told: set[NamedNode] = set()
    for slip in slips:
        if not told.issuperset(slip.nodes):
            told.update(slip.nodes)
            yield slip


# Gives the lower and the upper bound of what is plausible for a parameter, in SI units.
Bounds = Callable[[str], tuple[float, float] | None]


def _bounds_in(links: Links) -> Bounds:
    """Return the bounds of an ontology."""

    def bound(parameter: str, name: str) -> float | None:
        found = links.ends(Step(NamedNode(PL + name)), f"<{PL}{parameter}>")
        return float(text_of(found[0])) if found else None

    def bounds(parameter: str) -> tuple[float, float] | None:
        low, high = (bound(parameter, name) for name in ("plausibleMinimum", "plausibleMaximum"))
        return None if low is None or high is None else (low, high)

    return bounds


class Scales:
    """Answers what is plausible for a column; bounds: of each parameter."""

    def __init__(self, bounds: Bounds) -> None:
        units = Units.load()
        self._bounds = bounds
        # Of units with one IRI, such as per cents of all kinds, the plainest is named; it stands first.
        self._units: dict[str, Unit] = {}
        for symbol in units.symbols:
            self._units.setdefault(units.parse(symbol).iri, units.parse(symbol))

    def of(self, column: Column) -> Scale | None:
        """Return the plausible range in the unit of the column, nothing where it is not known."""
        unit, bounds = self._units.get(column.unit), self._bounds(column.parameter)
        spread = "stat=sd" in column.kind or "stat=n" in column.kind
        if unit is None or unit.factor is None or bounds is None or spread:
            return None
        factor, offset = float(unit.factor), float(unit.offset)
        low, high = ((bound - offset) / factor for bound in bounds)
        return Scale(low * (1 - 1e-9), high * (1 + 1e-9), unit.symbol, self._others(unit))

    def fractions(self, column: Column) -> Slip | None:
        """Return the fractions among the per cents of a column."""
        unit = self._units.get(column.unit)
        return fractions(column, unit, self.of(column)) if unit else None

    def _others(self, unit: Unit) -> Mapping[str, tuple[float, float]]:
        """Return the units that people mix up with one, with factor and offset into it."""
        assert unit.factor is not None
        found: dict[str, tuple[float, float]] = {}
        for other in self._units.values():
            if other.dimension != unit.dimension or other.factor is None or other.iri == unit.iri:
                continue
            factor = float(other.factor / unit.factor)
            if unit.dimension in _BY_TEN or log10(factor).is_integer():
                found[other.symbol] = (factor, float((other.offset - unit.offset) / unit.factor))
        return found
