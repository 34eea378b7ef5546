"""Looks for zeros that stand for "not measured" among values that are far from zero."""

from collections.abc import Iterator, Sequence
from statistics import median

from pilotline.validation.columns import Column
from pilotline.validation.slips import FEWEST, Slip, slip_of

# The smallest of the other values is at least this share of their median.
_FAR = 0.2


def zeros(columns: Sequence[Column]) -> Iterator[Slip]:
    """Yield the zeros of each column whose other values, no fewer than the zeros, are far from zero."""
    for column in columns:
        none = [entry for entry in column.entries if not entry.number]
        others = [abs(number) for number in column.numbers if number]
        if not none or len(column.entries) < FEWEST or len(none) > len(others) or not column.measured:
            continue
        if min(others) >= _FAR * median(others):
            least = min((entry for entry in column.entries if entry.number), key=lambda e: abs(e.number))
            yield slip_of("Column-zero", none, {"count": str(len(none)), "least": least.typed}, none[0].typed)
