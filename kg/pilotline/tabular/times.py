"""Tells how the times in a column are written."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from pilotline.tabular.grid import Content

FORMATS = (
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%d.%m.%y %H:%M",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %I:%M %p",
    "%m/%d/%Y %I:%M %p",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
)
_ISO = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")  # fmt: skip
_MIXED = 4  # ways in which one column writes its days
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")


def format_of(cells: Sequence[Content]) -> str:
    """Return the first format that reads nearly all texts of a column, empty where none does."""
    texts = [cell.strip() for cell in cells if type(cell) is str and cell.strip()][:50]
    wanted = max(1.0, 0.7 * len(texts))
    return next((fmt for fmt in FORMATS if sum(_fits(text, fmt) for text in texts) >= wanted), "")


def formats_of(cells: Sequence[Content]) -> list[str]:
    """Return the formats that read the texts of a column between them, the commonest first.

    ISO 8601 alone needs none.
    """
    left = [cell.strip() for cell in cells if type(cell) is str and cell.strip()][:50]
    found: list[str] = []
    while left and len(found) < _MIXED:
        best = max((*FORMATS, *_ISO), key=lambda fmt: sum(_fits(text, fmt) for text in left))
        rest = [text for text in left if not _fits(text, best)]
        if len(rest) == len(left):
            break
        found, left = [*found, best], rest
    return [] if set(found) <= set(_ISO) else found


def _fits(text: str, fmt: str) -> bool:
    try:
        datetime.strptime(text, fmt)  # noqa: DTZ007 - only the form counts
    except ValueError:
        return False
    return True


def hold_times(cells: Sequence[Content]) -> bool:
    """Say whether the cells of a column hold days or points in time, however they are written."""
    filled = [cell for cell in cells if cell]
    times = [cell for cell in filled if isinstance(cell, date) or _is_time(cell)]
    return len(times) > len(filled) / 2


def _is_time(cell: Content) -> bool:
    if type(cell) is not str:
        return False
    text = cell.strip()
    return bool(re.match(r"\d{4}-\d\d-\d\d", text)) or any(_fits(text, fmt) for fmt in FORMATS)


def are_clock_times(cells: Sequence[Content]) -> bool:
    """Say whether a column holds times of the day, which stand beside a column of days."""
    filled = [cell for cell in cells if cell]
    clock = [cell for cell in filled if isinstance(cell, time) or _CLOCK.fullmatch(str(cell).strip())]
    return len(clock) > len(filled) / 2
