"""Looks for fractions among per cents: 0.45 in a column that says 45 % elsewhere."""

from pilotline.quantities.units import Unit
from pilotline.validation.columns import Column
from pilotline.validation.slips import FEWEST, NARROW, SLIPS, Scale, Slip, plain, sign_of, slip_of

_PER_CENT = 100
# A fraction fits the per cents when it is this near to the least and the greatest of them.
_BELOW, _ABOVE = 0.85, 1.15


def fractions(column: Column, unit: Unit, scale: Scale | None = None) -> Slip | None:
    """Return the values from 0 to 1 of a column of per cents whose others are a hundred times as large.

    scale: what is plausible; where it leaves no room for the small ones, one large value tells.
    """
    if unit.factor is None or unit.dimension != "1" or unit.factor * _PER_CENT != 1:
        return None
    small = [entry for entry in column.entries if 0 < entry.number <= 1]
    large = [entry.number for entry in column.entries if entry.number > 1]
    if not small or not large or len(small) + len(large) < FEWEST:
        return None
    if len(large) >= FEWEST - 1 and len(small) <= max(1, SLIPS * len(column.entries)):
        return None  # a slip of the decimal point, told as such
    implausible = scale is not None and not any(scale.holds(entry.number) for entry in small)
    if max(large) > NARROW * min(large) or (len(large) == 1 and not implausible):
        return None
    low, high = _BELOW * min(large), _ABOVE * max(large)
    if not all(low <= entry.number * _PER_CENT <= high for entry in small):
        return None
    first, sign = small[0], sign_of(column)
    other = next(entry.typed for entry in column.entries if entry.number > 1)
    words = {"found": first.typed, "meant": plain(first.number * _PER_CENT, sign), "other": other}
    return slip_of("Column-fraction", small, words | {"unit": unit.symbol}, first.typed, words["meant"])
