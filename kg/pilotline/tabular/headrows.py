"""Joins the rows of a header that stands in several: groups above, the columns below."""

from collections.abc import Sequence

# First and last row, first and last column (from 0) of cells that are merged.
Block = tuple[int, int, int, int]


def joined(rows: Sequence[tuple[int, list[str]]], merged: Sequence[Block] = ()) -> list[str]:
    """Return one header for each column: the group above it, then its own text.

    rows: the header rows with their numbers, the lowest last. merged: the merged cells of the sheet.
    A group reaches as far as its cell is merged; in a row without merged cells, to the next group.
    A column with no text in the lowest row is headed by its own text in a row above.

    >>> joined([(1, ["Roll", "Thickness", ""]), (2, ["", "in", "out"])])
    ['Roll', 'Thickness in', 'Thickness out']
    """
    width = max(len(texts) for _, texts in rows)
    own = [texts + [""] * (width - len(texts)) for _, texts in rows]
    groups = [spread(texts, number, merged) for (number, _), texts in zip(rows[:-1], own[:-1], strict=True)]
    return [
        _joined([group[column] for group in groups], [texts[column] for texts in own])
        for column in range(width)
    ]


def _joined(groups: list[str], own: list[str]) -> str:
    if own[-1]:
        return " ".join(text for text in (*groups, own[-1]) if text)
    lowest = max((level for level, text in enumerate(own) if text), default=-1)
    return " ".join(text for text in (*groups[:lowest], own[lowest]) if text) if lowest >= 0 else ""


def spread(texts: list[str], number: int, merged: Sequence[Block]) -> list[str]:
    """Return a row of group headers, each repeated over the columns that it reaches."""
    across = {left: right for top, bottom, left, right in merged if top <= number <= bottom and right > left}
    found, last, end = [], "", -1
    for column, text in enumerate(texts):
        if text:
            last, end = text, across.get(column, column if across else len(texts))
        found.append(last if column <= end else "")
    return found


def spans(number: int, texts: Sequence[str], merged: Sequence[Block]) -> bool:
    """Say whether a row has a merged cell over several columns, and more than a title over all of them."""
    across = [block for block in merged if block[0] == number and block[3] > block[2]]
    return bool(across) and (len(across) > 1 or sum(map(bool, texts)) > 1)
