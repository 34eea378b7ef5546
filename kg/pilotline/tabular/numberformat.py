"""Turns the number in a cell of a workbook into what Excel shows by its format."""

import re
from datetime import date, datetime, time
from functools import lru_cache

from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel

from pilotline.tabular.grid import Broken, Content, Digits


@lru_cache(maxsize=256)
def _meaning(code: str) -> str:
    """Return what a number format makes of a number: `date`, `moment`, `duration`, `percent`, `number`."""
    if is_timedelta_format(code):
        return "duration"
    if is_date_format(code):
        return "moment" if re.search(r"[hs]", re.sub(r'"[^"]*"|\[[^\]]*\]', "", code), re.I) else "date"
    return "percent" if "%" in re.sub(r'"[^"]*"', "", code) else "number"


def shown(text: str, code: str, epoch: datetime) -> Content:
    """Return what a number cell shows; Excel itself shows 15 digits."""
    meaning = "number" if code == "General" else _meaning(code)
    if meaning == "number":
        return Digits(text if len(text) < 16 and "E" not in text else _plain(float(text)))
    if meaning == "percent":
        return Digits(f"{_plain(float(text) * 100)} %")
    if meaning == "duration":
        return Digits(f"{_plain(float(text))} d")
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
