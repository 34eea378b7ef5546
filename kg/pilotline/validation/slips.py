"""Looks for slips of the hand in whole columns: shifted decimals, copied rows, swapped electrodes and dates.

A rule that sees one value cannot know them; the column can. What is found says which cells have one cause.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from statistics import median

from pyoxigraph import NamedNode

from pilotline.validation.columns import Column, Entry, Named, Start

# So many like values make a column that can judge one of its own.
FEWEST = 4
# Within this factor of their median values are alike; a slip by ten stands clear of them.
_ALIKE = 2.5
_NARROW = 3.0
# Not more of a column than this can be slips; else it holds things of several sizes.
_ODD = 0.1
# Of slips a few more, since each must fit once it is shifted.
_SLIPS = 0.2
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
    """

    code: str
    nodes: tuple[NamedNode, ...]
    pointers: tuple[str, ...]
    words: Mapping[str, str]
    found: str = ""
    expected: str = ""
    property: str = ""


def shifted_values(columns: Sequence[Column]) -> Iterator[Slip]:
    """Yield values that fit their column once the decimal point or the sign is moved.

    columns: of one sheet. A row with a further value that stands out unexplained is about another kind of
    thing, such as a half cell among full cells, and no slip.
    """
    found = [(column, entry, meant) for column in columns for entry, meant in _outliers(column)]
    apart = {entry.row for _, entry, meant in found if meant is None}
    for column, entry, meant in found:
        if meant is not None and entry.row not in apart:
            wanted = _plain(meant, _sign(column))
            words = {"found": entry.typed, "meant": wanted}
            code = "Column-sign" if meant == -entry.number else "Column-decimalPoint"
            yield _slip(code, [entry], words, entry.typed, wanted)


def _outliers(column: Column) -> Iterator[tuple[Entry, float | None]]:
    """Yield the entries that are unlike the others of a narrow column, each with what may be meant."""
    core = _core(column.numbers)
    others = len(column.entries) - len(core)
    if (
        len(core) < FEWEST - 1
        or others > max(1, _SLIPS * len(column.entries))
        or column.kind.endswith("/component")
    ):
        return
    if max(core, key=abs) / min(core, key=abs) <= _NARROW:
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
        if len(column.entries) > FEWEST and len(odd) <= max(1, _ODD * len(column.entries)):
            yield from odd


def shifted_column(column: Column, scale: Scale) -> Slip | None:
    """Return that a whole column, or all its implausible cells, is in another unit than its header says."""
    odd = [entry for entry in column.entries if not scale.holds(entry.number)]
    if not odd or any(entry.number <= 0 for entry in odd) or 0 < len(column.entries) - len(odd) < len(odd):
        return None
    first = odd[0]
    for symbol, factor, offset in _conversions(scale):
        if all(scale.holds(entry.number * factor + offset) for entry in odd):
            meant = _plain(first.number * factor + offset, _sign(column))
            words = {"found": first.typed, "meant": meant, "unit": scale.symbol, "other": symbol}
            return _slip("Column-unit" if symbol else "Column-scale", odd, words, first.typed, meant)
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
    return _slip("Column-latched" if latched else "Column-copied", run[1:], words, run[0].typed)


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
        yield _slip("Row-copied", cells, {"row": str(run[0]), "count": str(len(run))})


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


def swapped_electrodes(columns: Sequence[Column], polarity: Mapping[str, str]) -> Iterator[Slip]:
    """Yield rows whose values are those of the other electrode.

    columns: of one sheet. polarity: of the bearers of the values.
    """
    votes: dict[int, list[tuple[bool, Entry]]] = defaultdict(list)
    for column in columns:
        for entry, odd in _judged(column, polarity):
            votes[entry.row].append((odd, entry))
    for row, voted in sorted(votes.items()):
        if all(odd for odd, _ in voted) and len(voted) >= 2:
            entries = [entry for _, entry in voted]
            own = polarity[entries[0].bearer]
            other = "Anode" if own == "Cathode" else "Cathode"
            yield _slip("Row-electrodesSwapped", entries, {"own": own, "other": other, "row": str(row)})


def _judged(column: Column, polarity: Mapping[str, str]) -> Iterator[tuple[Entry, bool]]:
    """Yield the entries of a column that tells anodes from cathodes; True for one among the others."""
    sides = {
        name: [entry for entry in column.entries if polarity.get(entry.bearer) == name]
        for name in ("Cathode", "Anode")
    }
    if min(map(len, sides.values())) < FEWEST - 1:
        return
    middles = {name: median(entry.number for entry in entries) for name, entries in sides.items()}
    spreads = [median(abs(e.number - middles[n]) for e in entries) for n, entries in sides.items()]
    gap = abs(middles["Cathode"] - middles["Anode"])
    if not gap or max(spreads) > gap / 8:
        return
    for name, entries in sides.items():
        other = middles["Anode" if name == "Cathode" else "Cathode"]
        for entry in entries:
            yield entry, abs(entry.number - other) < gap / 3


def swapped_lots(named: Sequence[Named]) -> Iterator[Slip]:
    """Yield the rows that name an anode in a column of cathodes, or the reverse.

    named: the lots with a polarity in the columns of one sheet.
    """
    rows: dict[int, list[Named]] = defaultdict(list)
    sides: dict[str, list[str]] = defaultdict(list)
    for each in named:
        sides[each.letter].append(each.polarity)
    for each in named:
        alike = sides[each.letter]
        if len(alike) > FEWEST and alike.count(each.polarity) <= max(1, _ODD * len(alike)):
            rows[each.row].append(each)
    for row, odd in sorted(rows.items()):
        own = odd[0].polarity
        words = {"own": own, "other": "Cathode" if own == "Anode" else "Anode", "found": odd[0].name}
        yield Slip(
            "Row-lotsSwapped",
            tuple(each.lot for each in odd),
            tuple(each.pointer for each in odd),
            words | {"row": str(row)},
            odd[0].name,
        )


def swapped_dates(starts: Sequence[Start]) -> Iterator[Slip]:
    """Yield runs whose day and month are swapped: out of line as they stand, in line the other way round."""
    days = sorted((day, number) for number, start in enumerate(starts) if (day := _day(start.text)))
    if len(days) < FEWEST:
        return
    # Only the first and the last day can be out of line with all others.
    for (day, number), others in ((days[0], days[1:]), (days[-1], days[:-1])):
        first, last, turned, start = others[0][0], others[-1][0], _turned(day), starts[number]
        far = min(abs((day - first).days), abs((day - last).days))
        span = max((last - first).days, 20)
        if turned and not first <= day <= last and first <= turned <= last and far > span:
            words = {"found": day.isoformat(), "meant": turned.isoformat()}
            yield Slip(
                "Column-dayAndMonth",
                (start.run,),
                (start.pointer,),
                words,
                day.isoformat(),
                turned.isoformat(),
                "http://www.w3.org/ns/prov#startedAtTime",
            )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _turned(day: date | None) -> date | None:
    """Return a date with day and month swapped, where both ways are dates."""
    if day is None or day.day > 12 or day.day == day.month:
        return None
    return date(day.year, day.day, day.month)


def _slip(
    code: str, entries: Iterable[Entry], words: Mapping[str, str], found: str = "", expected: str = ""
) -> Slip:
    cells = list(entries)
    nodes, pointers = tuple(each.quantity for each in cells), tuple(each.pointer for each in cells)
    return Slip(code, nodes, pointers, words, found, expected)


def _sign(column: Column) -> str:
    """Return the decimal sign of the texts in a column."""
    texts = [entry.typed for entry in column.entries]
    return "," if any("," in text for text in texts) and not any("." in text for text in texts) else "."


def _plain(number: float, sign: str = ".") -> str:
    return f"{number:.6g}".replace(".", sign)
