"""Looks for what was swapped: electrodes by their values or by the lots named, day and month of dates."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from statistics import median

from pilotline.namespaces import PROV
from pilotline.validation.columns import Column, Entry, Named, Start
from pilotline.validation.slips import FEWEST, ODD, Slip, slip_of


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
            yield slip_of("Row-electrodesSwapped", entries, {"own": own, "other": other, "row": str(row)})


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
        if len(alike) > FEWEST and alike.count(each.polarity) <= max(1, ODD * len(alike)):
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
                PROV + "startedAtTime",
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
