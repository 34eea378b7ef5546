"""Takes from a table that nobody has mapped what is no row of values: summaries, gaps below a name."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from openpyxl.utils import get_column_letter

from pilotline.tabular.grid import Content, identity
from pilotline.tabular.guesses import DOUBT, Drafter
from pilotline.tabular.mapper import SUMMARIES
from pilotline.tabular.unmapped import Found
from pilotline.tabular.yamltext import flow, key

SAMPLE = "Sample"
_GAPS = 0.25  # so many of the cells below a name are empty where it holds for the rows below


def tidied(found: Found, drafter: Drafter) -> Found:
    """Return a table without its summary rows, with names filled down; its lines say so, marked DOUBTFUL.

    Where no column names a thing, a cell above the header that does becomes one.
    """
    return _named_above(_filled(_without_summaries(found), drafter), drafter)


def blocks(found: Found) -> list[Found]:
    """Return a table for each of the blocks that stand side by side, the name of each above it.

    A block has the same headers as the one before; its name becomes a column SAMPLE.
    """
    columns = [index for index, header in enumerate(found.headers) if header]
    own = [found.own[index] for index in columns] if len(found.own) >= len(found.headers) else []
    widths = (width for width in range(2, len(own) // 2 + 1) if len(own) % width == 0)
    width = next((width for width in widths if own == own[:width] * (len(own) // width)), 0)
    parts = [columns[start : start + width] for start in range(0, len(own), width)] if width else []
    named = [_named(found, part[0]) for part in parts]
    if not all(named) or len(set(named)) < 2:
        return [found]
    return [_block(found, part, *name) for part, name in zip(parts, named, strict=True) if name]


def _named(found: Found, column: int) -> tuple[str, str] | None:
    """Return place and text of the group above a column."""
    for number, cells in found.raw:
        if number >= found.rows[0][0] or column >= len(cells):
            continue
        if cells[column] and found.headers[column].startswith(f"{identity(cells[column])} "):
            return f"{get_column_letter(column + 1)}{number}", identity(cells[column])
    return None


def _block(found: Found, columns: Sequence[int], place: str, name: str) -> Found:
    rows = []
    for number, cells in found.rows:
        wide = [*cells, *[""] * (len(found.headers) - len(cells))]
        if any(wide[column] for column in columns):
            rows.append((number, [*(wide[column] for column in columns), name]))
    return Found(
        (*found.place, f"cells: {{{SAMPLE}: {place}}}"),
        [*(found.headers[column] for column in columns), SAMPLE],
        rows,
        [*(found.own[column] for column in columns), SAMPLE],
    )


def _without_summaries(found: Found) -> Found:
    for index, header in enumerate(found.headers[:2]):
        texts = [identity(cell) for cell in found.column(index)]
        summed = list(dict.fromkeys(text for text in texts if text.strip(" :.").casefold() in SUMMARIES))
        if header and summed:
            line = f"skip: {{{key(header)}: [{', '.join(map(flow, summed))}]}}   # {DOUBT}: summaries"
            rows = [row for row, text in zip(found.rows, texts, strict=True) if text not in summed]
            return replace(found, place=(*found.place, line), rows=rows)
    return found


def _filled(found: Found, drafter: Drafter) -> Found:
    columns = [index for index in range(len(found.headers)) if _has_gaps(found, index, drafter)]
    if not columns:
        return found
    rows = []
    above: dict[int, Content] = {}
    for number, cells in found.rows:
        wide = [*cells, *[""] * (len(found.headers) - len(cells))]
        above |= {column: wide[column] for column in columns if wide[column]}
        rows.append((number, [above.get(n, cell) if n in columns else cell for n, cell in enumerate(wide)]))
    names = ", ".join(flow(found.headers[column]) for column in columns)
    line = f"fill_down: [{names}]   # {DOUBT}: an empty cell holds what stands above it"
    return replace(found, place=(*found.place, line), rows=rows)


def _named_above(found: Found, drafter: Drafter) -> Found:
    headers = enumerate(found.headers)
    guesses = (drafter.guess(header, found.column(index)) for index, header in headers if header)
    if any(line.startswith("cells:") for line in found.place) or any(
        guess.role in ("lot", "identity") for guess in guesses
    ):
        return found
    named = next(names_above(found, drafter), None)
    if named is None:
        return found
    name, _, place, content = named
    width = len(found.headers)
    rows = [(number, [*cells, *[""] * (width - len(cells)), content]) for number, cells in found.rows]
    line = f"cells: {{{key(name)}: {place}}}"
    headers_ = [*found.headers, name]
    return replace(found, place=(*found.place, line), headers=headers_, own=[*found.own, name], rows=rows)


def names_above(found: Found, drafter: Drafter) -> Iterator[tuple[str, str, str, Content]]:
    """Yield label, kind of lot, place and text of cells above the values that name a thing, nearest first."""
    for number, cells in reversed(found.raw):
        if number >= found.rows[0][0]:
            continue
        for column, (label, value) in enumerate(pairwise(cells), start=2):
            guess = drafter.guess(identity(label).strip(" :"), [value])
            if label and value and guess.role in ("lot", "identity"):
                yield guess.header, guess.lot, f"{get_column_letter(column)}{number}", value


def _has_gaps(found: Found, index: int, drafter: Drafter) -> bool:
    """Say whether a column names things, once for several rows each."""
    header, cells = found.headers[index], found.column(index)
    if not header or not cells or not cells[0] or not _mostly_gaps(cells):
        return False
    return drafter.guess(header, cells).role in ("lot", "identity")


def _mostly_gaps(cells: Sequence[Content]) -> bool:
    return sum(not cell for cell in cells) >= _GAPS * len(cells)
