"""Looks for slips of the hand in whole columns: shifted decimals, other units, copied rows.

A rule that sees one value cannot know them; the column can. What is found says which cells have one cause.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from pyoxigraph import NamedNode

from pilotline.validation.columns import Column, Entry

# So many like values make a column that can judge one of its own.
FEWEST = 4
# Within this factor of their median values are alike; a slip by ten stands clear of them.
_ALIKE = 2.5
NARROW = 3.0
# Not more of a column than this can be slips; else it holds things of several sizes.
ODD = 0.1
# Of slips a few more, since each must fit once it is shifted.
SLIPS = 0.2
# An entry is odd so many times the usual distance from the median away, and by this share of it at least.
_FAR, _STEADY = 8, 0.05
_POWERS = (1, -1, 2, -2, 3, -3)
# A value is copied down when it repeats so often in a column whose values otherwise differ.
_REPEATS = 4
_DIFFERENT = 0.7
_LATCHED = 3
_LATCHING = ("InternalResistance", "DCInternalResistance", "ACInternalResistance")


@dataclass(frozen=True)
class Slip:
    """Cells with one cause.

    code: name of the rule. nodes: the quantities or runs. pointers: their cells.
    words: what fills the message of the rule.
    found, expected: in the words of the sheet; property: IRI of what is wrong, where it is no quantity.
    turned: the columns that it speaks of are rows of the file.
    """

    code: str
    nodes: tuple[NamedNode, ...]
    pointers: tuple[str, ...]
    words: Mapping[str, str]
    found: str = ""
    expected: str = ""
    property: str = ""
    turned: bool = False


def shifted_values(columns: Sequence[Column]) -> Iterator[Slip]:
    """Yield values that fit their column once the decimal point or the sign is moved.

    columns: of one sheet. A row with a further value that stands out unexplained is about another kind of
    thing, such as a half cell among full cells, and no slip.
    """
    found = [(column, entry, meant) for column in columns for entry, meant in _outliers(column)]
    apart = {entry.row for _, entry, meant in found if meant is None}
    for column, entry, meant in found:
        if meant is not None and entry.row not in apart:
            wanted = plain(meant, sign_of(column))
            words = {"found": entry.typed, "meant": wanted}
            code = "Column-sign" if meant == -entry.number else "Column-decimalPoint"
            yield slip_of(code, [entry], words, entry.typed, wanted)


def _outliers(column: Column) -> Iterator[tuple[Entry, float | None]]:
    """Yield the entries that are unlike the others of a narrow column, each with what may be meant."""
    core = _core(column.numbers)
    others = len(column.entries) - len(core)
    if (
        len(core) < FEWEST - 1
        or others > max(1, SLIPS * len(column.entries))
        or column.kind.endswith("/component")
    ):
        return
    if max(core, key=abs) / min(core, key=abs) <= NARROW:
        inside = set(core)
        for entry in column.entries:
            if entry.number not in inside:
                yield entry, _meant(entry.number, core)


def _core(numbers: Sequence[float]) -> list[float]:
    """Return the values that are alike: of one sign and near the median."""
    if not numbers or not (middle := median(numbers)):
        return []
    return [number for number in numbers if 1 / _ALIKE <= number / middle <= _ALIKE]


def _meant(number: float, core: Sequence[float]) -> float | None:
    """Return what a value was meant to be, nothing where no shift of the point or sign makes it fit."""
    low, high = sorted((abs(min(core, key=abs)), abs(max(core, key=abs))))
    sign = 1 if core[0] > 0 else -1
    shifts = [-number] if number * sign < 0 else [number * 10.0**power for power in _POWERS]
    return next((meant for meant in shifts if number and 0.85 * low <= abs(meant) <= 1.15 * high), None)


@dataclass(frozen=True)
class Scale:
    """The plausible range of a parameter in the unit of a column, and the units that a number may be in.

    others: symbols of units of the same dimension, each with factor and offset into the unit of the column.
    """

    low: float
    high: float
    symbol: str
    others: Mapping[str, tuple[float, float]]

    def holds(self, number: float) -> bool:
        """Say whether a number is plausible."""
        return self.low <= number <= self.high


def odd_one(columns: Sequence[Column]) -> Iterator[Entry]:
    """Yield the entries that are far from all others of a column that is steady otherwise.

    That alone is no fault; where two values contradict each other it tells which of them to look at.
    """
    for column in columns:
        middle = median(column.numbers)
        spread = median(abs(number - middle) for number in column.numbers)
        far = max(_FAR * spread, _STEADY * abs(middle))
        odd = [entry for entry in column.entries if abs(entry.number - middle) > far]
        if len(column.entries) > FEWEST and len(odd) <= max(1, ODD * len(column.entries)):
            yield from odd


def shifted_column(column: Column, scale: Scale) -> Slip | None:
    """Return that a whole column, or all its implausible cells, is in another unit than its header says."""
    odd = [entry for entry in column.entries if not scale.holds(entry.number)]
    if not odd or any(entry.number <= 0 for entry in odd) or 0 < len(column.entries) - len(odd) < len(odd):
        return None
    first = odd[0]
    for symbol, factor, offset in _conversions(scale):
        if all(scale.holds(entry.number * factor + offset) for entry in odd):
            meant = plain(first.number * factor + offset, sign_of(column))
            words = {"found": first.typed, "meant": meant, "unit": scale.symbol, "other": symbol}
            code = {"": "Column-scale", "1": "Column-fractions"}.get(symbol, "Column-unit")
            return slip_of(code, odd, words, first.typed, meant)
    return None


def _conversions(scale: Scale) -> Iterator[tuple[str, float, float]]:
    """Yield units with factor and offset, the nearest units first, then bare powers of ten."""
    near = sorted(scale.others.items(), key=lambda pair: max(pair[1][0], 1 / pair[1][0]))
    yield from ((symbol, factor, offset) for symbol, (factor, offset) in near)
    yield from (("", 10.0**power, 0.0) for power in _POWERS)


def copied_rows(columns: Sequence[Column]) -> Iterator[Slip]:
    """Yield rows of one sheet whose measured values repeat those of the row before.

    columns: of one sheet.
    """
    measured = [column for column in columns if column.measured and len(column.entries) >= FEWEST]
    seen: set[NamedNode] = set()
    for slip in _whole_rows(measured):
        seen.update(slip.nodes)
        yield slip
    for column in measured:
        for run in _repeats(column):
            if not seen.intersection(entry.quantity for entry in run):
                yield _copied(column, run)


def _copied(column: Column, run: Sequence[Entry]) -> Slip:
    latched = column.parameter in _LATCHING
    words = {"found": run[0].typed, "count": str(len(run))}
    return slip_of("Column-latched" if latched else "Column-copied", run[1:], words, run[0].typed)


def _whole_rows(columns: Sequence[Column]) -> Iterator[Slip]:
    """Yield rows that repeat all that was measured in the row before, in two varying columns or more."""
    varying = {number for number, column in enumerate(columns) if _varies(column)}
    rows: dict[int, dict[int, Entry]] = defaultdict(dict)
    for number, column in enumerate(columns):
        for entry in column.entries:
            rows[entry.row][number] = entry
    copied = [row for row in sorted(rows) if _repeats_row(rows, row, varying)]
    for run in _consecutive(copied):
        cells = [entry for row in run for entry in rows[row].values()]
        yield slip_of("Row-copied", cells, {"row": str(run[0]), "count": str(len(run))})


def _repeats_row(rows: Mapping[int, Mapping[int, Entry]], row: int, varying: Set[int]) -> bool:
    above = rows.get(row - 1, {})
    shared = rows[row].keys() & above.keys()
    alike = all(rows[row][each].typed == above[each].typed for each in shared)
    return alike and len(shared) >= 3 and len(shared & varying) >= 2


def _consecutive(rows: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _repeats(column: Column) -> Iterator[list[Entry]]:
    """Yield runs of equal values in a column whose other values differ."""
    least = _LATCHED if column.parameter in _LATCHING else _REPEATS
    counts = Counter(entry.typed for entry in column.entries)
    runs = [list(run) for _, run in groupby(column.entries, key=lambda entry: entry.typed)]
    for run in runs:
        next_to_each_other = run[-1].row - run[0].row == len(run) - 1
        if len(run) >= least and next_to_each_other and run[0].number and _vary(counts, run):
            yield run


def _varies(column: Column) -> bool:
    """Say whether the values of a column differ enough for a repetition to be odd."""
    return _vary(Counter(entry.typed for entry in column.entries), ())


def _vary(counts: Counter[str], without: Sequence[Entry]) -> bool:
    """Say whether texts, counted, differ enough once some entries of one text are left out."""
    others = counts.total() - len(without)
    gone = bool(without) and counts[without[0].typed] == len(without)
    return others >= FEWEST and len(counts) - gone >= _DIFFERENT * others


def slip_of(
    code: str, entries: Iterable[Entry], words: Mapping[str, str], found: str = "", expected: str = ""
) -> Slip:
    """Return the slip of which some entries are the cells."""
    cells = list(entries)
    nodes, pointers = tuple(each.quantity for each in cells), tuple(each.pointer for each in cells)
    return Slip(code, nodes, pointers, words, found, expected)


def sign_of(column: Column) -> str:
    """Return the decimal sign of the texts in a column."""
    texts = [entry.typed for entry in column.entries]
    return "," if any("," in text for text in texts) and not any("." in text for text in texts) else "."


def plain(number: float, sign: str = ".") -> str:
    """Return a number as people write it."""
    return f"{number:.6g}".replace(".", sign)
