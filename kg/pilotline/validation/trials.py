"""Looks at the numbers that a tried mapping reads, for units that do not fit them; nothing is stored."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache

from pyoxigraph import NamedNode

from pilotline.findings import Finding
from pilotline.quantities.units import Units
from pilotline.tabular.ledger import Number, TableUse
from pilotline.validation.columns import Column, Entry, kind_of
from pilotline.validation.slips import Slip
from pilotline.validation.suspicions import Bounds, Scales, each_cell_once, slips_of_sheet
from pilotline.validation.wording import SLIP_SEVERITY, slip_words
from pilotline.vocabulary.limits import si_number
from pilotline.vocabulary.tables import Tables

_LANGUAGE = "en"


def doubts(uses: Iterable[TableUse]) -> Iterator[Finding]:
    """Yield one finding for each cause in the columns that the tables of a mapping read."""
    scales = Scales(_shipped_bounds())
    for use in uses:
        slips = slips_of_sheet(_columns(use), scales)
        yield from (_finding(use, slip) for slip in each_cell_once(slips))


def _columns(use: TableUse) -> Sequence[Column]:
    """Return the numbers of a sheet by what tells their size: column, parameter, kind, zone, unit."""
    found: dict[tuple[int, str, str, str], list[Entry]] = defaultdict(list)
    for number in use.numbers:
        found[number.column, number.parameter, kind_of(*number.meaning), number.unit].append(_entry(number))
    return [
        Column(use.file, use.sheet, str(index), parameter, kind, unit, tuple(entries))
        for (index, parameter, kind, unit), entries in found.items()
    ]


def _entry(number: Number) -> Entry:
    node = NamedNode(f"urn:cell:{number.row}:{number.column}")
    return Entry(node, "", number.place, number.row, number.number, number.typed)


def _finding(use: TableUse, slip: Slip) -> Finding:
    message, hint = slip_words(replace(slip, turned=use.turned), _LANGUAGE)
    if (count := len(slip.pointers)) > 1:
        message += f" ({count} cells, the last is {slip.pointers[-1]})"
    hint = hint.replace("in the header", "in the header, or in the mapping")
    return Finding(
        slip.code,
        SLIP_SEVERITY,
        message,
        hint,
        use.file,
        use.sheet,
        slip.pointers[0],
        value=slip.found,
        expected=slip.expected,
    )


@cache
def _shipped_bounds() -> Bounds:
    """Return the plausible ranges of the shipped tables."""
    units, bounds = Units.load(), dict[str, tuple[float, float]]()
    for row in Tables.shipped().rows("limits"):
        low, high = (Decimal(si_number(row, f"plausible_{end}", units)) for end in ("min", "max"))
        bounds[row["parameter"].removeprefix("pl:")] = float(low), float(high)
    return bounds.get
