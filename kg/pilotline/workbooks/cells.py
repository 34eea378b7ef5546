"""Puts texts into cells so that Excel shows them as they are and runs none of them."""

import re
from typing import Any

from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?")
# What a program that opens a CSV file or a sheet may take for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


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
    if text.startswith(FORMULA_SIGNS):
        cell.quotePrefix = True
    return cell


def content(sheet: Any, text: str, *, number: bool) -> Any:
    """Return what to append for a text: a number where the digits stay the same, else the text."""
    if not text:
        return None
    found = number_in(text) if number else None
    if found is not None:
        return found
    if text.startswith(FORMULA_SIGNS) or ILLEGAL_CHARACTERS_RE.search(text):
        return as_text(WriteOnlyCell(sheet), text)
    return text


def csv_safe(text: str) -> str:
    """Return a text for a CSV file; one that a spreadsheet would run as a formula gets an apostrophe.

    >>> csv_safe("=1+1"), csv_safe("-1.5"), csv_safe("-cmd")
    ("'=1+1", '-1.5', "'-cmd")
    """
    plain_number = re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?", text)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) and not plain_number else text
