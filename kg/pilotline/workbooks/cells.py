"""Puts texts into cells so that Excel shows them as they are and runs none of them."""

import re
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from pilotline import formulas
from pilotline.tabular.grid import Content, Digits

# What a number is divided by in a cell of Excel, and the format that shows it as it was.
_FORMATS = {
    "%": (100, "0.00%"),
    "h": (24, "[h]:mm:ss"),
    "min": (24 * 60, "[h]:mm:ss"),
    "s": (24 * 3600, "[h]:mm:ss.000"),
}
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?")


def number_in(text: str) -> int | float | None:
    """Return the number that a cell can hold in place of a text, so that the digits read back the same.

    >>> number_in("1.5"), number_in("1.50"), number_in("0042"), number_in("1,5")
    (1.5, None, None, None)
    """
    if len(text) > 15 or not _NUMBER.fullmatch(text) or text == "-0":
        return None
    found = float(text) if "." in text else int(text)
    return found if str(found) == text else None


def as_text(cell: Cell, text: str) -> Cell:
    """Set a cell to a text, with the sign that keeps Excel from reading a formula in it."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    if text.startswith(formulas.SIGNS):
        cell.quotePrefix = True
    return cell


def put(cell: Any, content: Content) -> None:
    """Set a cell so that it reads back as what was read: a number as one, a per cent by its format."""
    if isinstance(content, Digits):
        number, _, unit = content.partition(" ")
        size, form = _FORMATS.get(unit, (1, f'General" {unit}"' if unit else "General"))
        cell.value, cell.number_format = Decimal(number) / size, form
    elif isinstance(content, str):
        as_text(cell, content)
    else:
        zoned = isinstance(content, datetime | time) and content.tzinfo
        cell.value = content.isoformat() if zoned else content


def content(sheet: Any, text: str, *, number: bool) -> Any:
    """Return what to append for a text: a number where the digits stay the same, else the text."""
    if not text:
        return None
    found = number_in(text) if number else None
    if found is not None:
        return found
    if text.startswith(formulas.SIGNS) or ILLEGAL_CHARACTERS_RE.search(text):
        return as_text(WriteOnlyCell(sheet), text)
    return text
