"""Tells how the times in a column are written."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from pilotline.tabular.grid import Content

FORMATS = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y %H:%M", "%d/%m/%Y",
    "%m/%d/%Y %H:%M", "%m/%d/%Y", "%Y/%m/%d %H:%M", "%Y/%m/%d",
)  # fmt: skip
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")


def format_of(cells: Sequence[Content]) -> str:
    """Return the first format that reads nearly all texts of a column, empty where none does."""
    texts = [cell.strip() for cell in cells if type(cell) is str and cell.strip()][:50]
    wanted = max(1.0, 0.7 * len(texts))
    return next((fmt for fmt in FORMATS if sum(_fits(text, fmt) for text in texts) >= wanted), "")


def _fits(text: str, fmt: str) -> bool:
    try:
        datetime.strptime(text, fmt)  # noqa: DTZ007 - only the form counts
    except ValueError:
        return False
    return True


def hold_times(cells: Sequence[Content]) -> bool:
    """Say whether the cells of a column hold days or points in time."""
    texts = [cell for cell in cells if cell]
    times = [cell for cell in texts if isinstance(cell, date)]
    iso = [cell for cell in texts if isinstance(cell, str) and re.match(r"\d{4}-\d\d-\d\d", cell)]
    return bool(texts) and (len(times) + len(iso) > len(texts) / 2 or bool(format_of(cells)))


def are_clock_times(cells: Sequence[Content]) -> bool:
    """Say whether a column holds times of the day, which stand beside a column of days."""
    filled = [cell for cell in cells if cell]
    clock = [cell for cell in filled if isinstance(cell, time) or _CLOCK.fullmatch(str(cell).strip())]
    return len(clock) > len(filled) / 2
