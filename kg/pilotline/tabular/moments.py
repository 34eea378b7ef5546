"""Turns what stands in cells into days and points in time, and says what is doubtful about them."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pilotline.tabular.grid import Content, identity

_EXCEL_ZERO = date(1899, 12, 30)
_EXCEL_DAYS = range(32874, 73051)  # 1990 to 2099


class NoZoneError(ValueError):
    """A local time whose zone nobody declares."""


def located(found: date, zone: ZoneInfo | None) -> date:
    """Return a time in its own zone, else in the one that the source declares; a day stays a day."""
    if not isinstance(found, datetime) or found.tzinfo is not None:
        return found
    if zone is None:
        raise NoZoneError
    return found.replace(tzinfo=zone)


def clock_doubt(found: date) -> str:
    """Return what is wrong with a local time on a day on which the clocks were changed, else nothing."""
    if not isinstance(found, datetime) or found.tzinfo is None:
        return ""
    if found.astimezone(UTC).astimezone(found.tzinfo).replace(tzinfo=None) != found.replace(tzinfo=None):
        return f"no {found:%H:%M} was on {found:%Y-%m-%d} in {found.tzinfo}: the clocks were put forward"
    if found.replace(fold=1).utcoffset() != found.utcoffset():
        return f"{found:%H:%M} came twice on {found:%Y-%m-%d} in {found.tzinfo}: the clocks were put back"
    return ""


def excel_day(text: str) -> str:
    """Return the day of this age that a number of a spreadsheet counts to, empty for any other text.

    >>> excel_day("45789.5833"), excel_day("45789"), excel_day("17")
    ('2025-05-12 14:00', '2025-05-12', '')
    """
    whole, _, part = text.partition(".")
    if not re.fullmatch(r"\d{5}", whole) or int(whole) not in _EXCEL_DAYS or not (part or "0").isdecimal():
        return ""
    day = _EXCEL_ZERO + timedelta(int(whole))
    if not part:
        return str(day)
    minutes = timedelta(minutes=round(float(f"0.{part}") * 24 * 60))
    return str(datetime.combine(day, time()) + minutes)[:16]


def parse_time(text: str, formats: tuple[str, ...]) -> date:
    """Return the day or the time that a text holds by one of several `strptime` formats, or by ISO 8601.

    Errors: ValueError.
    """
    if not formats:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    for each in formats:
        try:
            found = datetime.strptime(text, each)  # noqa: DTZ007 - the zone is added where the sheet says it
        except ValueError:
            continue
        return found if re.search(r"%[HIcXsT]", each) else found.date()
    raise ValueError(text)


def joined(contents: Sequence[Content], parsed: Callable[[str], date]) -> date:
    """Return the time in one cell, or in a date cell and a time cell."""
    first = contents[0]
    if isinstance(first, date) and len(contents) == 1:
        return first
    if len(contents) == 2 and any(isinstance(content, date | time) for content in contents):
        day = first if isinstance(first, date) else parsed(identity(first))
        second = contents[1]
        clock = second if isinstance(second, time) else time.fromisoformat(identity(second))
        return datetime.combine(day, clock)
    if any(isinstance(content, date | time) for content in contents):
        return datetime.fromisoformat("T".join(identity(content) for content in contents))
    return parsed(" ".join(str(content).strip() for content in contents))
