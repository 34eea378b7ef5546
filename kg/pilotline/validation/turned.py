"""Turns the columns of sheets whose parameters stand in rows: each row of a parameter becomes a column."""

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from pilotline.datasets.columns import Line
from pilotline.datasets.pointers import number_of, parse_pointer, row_and_column
from pilotline.validation.columns import Column, Entry
from pilotline.validation.slips import Slip

_Found: TypeAlias = dict[Column, list[Entry]]


def turned(columns: Sequence[Column], lines: Container[Line]) -> Iterator[Column]:
    """Yield the columns sheet by sheet, in place of those of turned sheets one for each row of a parameter.

    lines: the rows that hold parameters. Of a turned column the letter is the number of its row, and the
    row of an entry is the number of its column.
    """
    found: _Found = defaultdict(list)
    for column in columns:
        for entry in column.entries:
            if (column.file, column.sheet, entry.row) in lines:
                head = replace(column, letter=str(entry.row), entries=(), turned=True)
                found[head].append(entry._replace(row=number_of(column.letter)))
            else:
                found[replace(column, entries=())].append(entry)
    for column in sorted(found, key=lambda each: (each.file, each.sheet, each.turned)):
        entries = found[column]
        yield replace(column, entries=tuple(sorted(entries, key=lambda entry: entry.row)))


def across(slip: Slip) -> Slip:
    """Return a slip of a turned sheet, which names a column of the file where others name a row."""
    if "row" not in slip.words:
        return replace(slip, turned=True)
    _, column = row_and_column(parse_pointer(slip.pointers[0]).cell)
    return replace(slip, turned=True, words={**slip.words, "row": column})
