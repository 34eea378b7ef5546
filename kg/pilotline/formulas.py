"""Keeps a program that opens a CSV file or a sheet from taking a text for a formula."""

import re

SIGNS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")


def csv_safe(text: str) -> str:
    """Return a text for a CSV file; one that a spreadsheet would run as a formula gets an apostrophe.

    >>> csv_safe("=1+1"), csv_safe("-1.5"), csv_safe("-cmd")
    ("'=1+1", '-1.5', "'-cmd")
    """
    return f"'{text}" if text.startswith(SIGNS) and not _NUMBER.fullmatch(text) else text
