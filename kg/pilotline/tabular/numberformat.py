"""Turns the number in a cell of a workbook into what Excel shows by its format."""

import re
from datetime import date, datetime, time
from functools import lru_cache

from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel

from pilotline.quantities.units import Units
from pilotline.tabular.grid import Broken, Content, Digits

# What a number format writes behind the number: `0.00" mAh"`, `0\\ \\m\\m`; `_x` and `*x` only pad.
# A comma behind the digits shows thousands: `0.0," kN"` is 1.2 kN for 1200.
_BEHIND = re.compile(r'(?:[0#?]|General)(,*)((?:"[^"]*"|\\.|_.|\*.|\s)+)$')
_DAY = 86400


@lru_cache(maxsize=256)
def _unit_in(code: str) -> tuple[str, int]:
    """Return the unit that a number format writes behind the number, and what it divides the number by.

    The unit is empty where the format writes none.
    """
    match = _BEHIND.search(code.split(";")[0])
    text = re.sub(r'_.|\*.|["\\]', "", match[2]).strip() if match else ""
    known = match and text and Units.load().knows(text)
    return (text, 1000 ** len(match[1])) if match and known else ("", 1)


def duration(days: float) -> Digits:
    """Return a length of time in the largest of h, min and s of which it is a whole number.

    >>> duration(26 / 24), duration(1.5 / 24), duration(0.25 / 86400)
    ('26 h', '90 min', '0.25 s')
    """
    seconds = round(days * _DAY, 3)
    size, unit = next(((s, u) for s, u in ((3600, "h"), (60, "min")) if seconds % s == 0), (1, "s"))
    return Digits(f"{_plain(seconds / size)} {unit}")


@lru_cache(maxsize=256)
def _meaning(code: str) -> str:
    """Return what a number format makes of a number: `date`, `moment`, `duration`, `percent`, `number`."""
    code = re.sub(r"\\.", "", code)
    if is_timedelta_format(code):
        return "duration"
    if is_date_format(code):
        return "moment" if re.search(r"[hs]", re.sub(r'"[^"]*"|\[[^\]]*\]', "", code), re.I) else "date"
    return "percent" if "%" in re.sub(r'"[^"]*"', "", code) else "number"


def shown(text: str, code: str, epoch: datetime) -> Content:
    """Return what a number cell shows; Excel itself shows 15 digits."""
    meaning = "number" if code == "General" else _meaning(code)
    if meaning == "number":
        plain = text if len(text) < 16 and "E" not in text else _plain(float(text))
        unit, size = ("", 1) if code == "General" else _unit_in(code)
        plain = plain if size == 1 else _plain(float(text) / size)
        return Digits(f"{plain} {unit}" if unit else plain)
    if meaning == "percent":
        return Digits(f"{_plain(float(text) * 100)} %")
    if meaning == "duration":
        return duration(float(text))
    return _date(float(text), meaning, epoch, text)


def _plain(number: float) -> str:
    return format(number, ".15g")


def _date(serial: float, meaning: str, epoch: datetime, text: str) -> Content:
    try:
        found = from_excel(serial, epoch)
    except (OverflowError, ValueError):
        return Broken(text)
    if isinstance(found, datetime):
        return found.date() if meaning == "date" else found.replace(microsecond=0)
    return found if isinstance(found, date | time) else Digits(text)
