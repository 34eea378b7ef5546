"""Finds the columns that a mapping names among the headers of a sheet."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from pilotline.datasets.dataset import SourceError
from pilotline.ingest.sieve import origins
from pilotline.quantities.units import UnitError, Units
from pilotline.tabular.grid import Grid

_NUMBER = re.compile(r"\{[A-Za-z]\w*\}")
_SAME = re.compile(r"(?P<name>.*\S)\s*\{(?P<number>\d+)\}")
UNIT_IN_HEADER = re.compile(
    r"(?P<name>.*?[^\s/])\s*/?\s*[(\[](?P<unit>[^\[\]]+)[)\]]"
    r"|(?P<name2>.*\S)(?:\s*/\s+|\s+in\s+)(?P<unit2>\S.*)"
)
# Where a unit may stand close behind a name: `I/mA`, `Speed, m/min`.
_CLOSE = re.compile(r"\s*/|,\s+")


def folded(header: str) -> str:
    """Return what two spellings of a header have in common.

    >>> folded("Coating_Speed (µm)") == folded("coating speed [μm]")
    True
    """
    plain = unicodedata.normalize("NFKC", header).replace("[", "(").replace("]", ")")
    return re.sub(r"[\s_]+", "", plain).casefold()


def unit_text(header: str) -> str:
    """Return what stands where a header has its unit, known or not; a numbered header has none there.

    >>> unit_text("Torque (mNm)"), unit_text("Speed {2}")
    ('mNm', '')
    """
    match = UNIT_IN_HEADER.fullmatch(header.strip())
    return (match["unit"] or match["unit2"]) if match else ""


def closely_split(header: str, units: Units) -> tuple[str, str]:
    """Return the name and the unit of a header such as `I/mA`, both empty where it may be read otherwise.

    `Speed m/min` names one unit with a slash in it, `control/V/mA` two units.

    >>> units = Units.load()
    >>> closely_split("Q discharge/mA.h", units), closely_split("v/m/min", units)
    (('Q discharge', 'mA.h'), ('v', 'm/min'))
    >>> closely_split("Capacity mAh/g", units), closely_split("control/V/mA", units)
    (('', ''), ('', ''))
    """
    for match in _CLOSE.finditer(header):
        name, unit = header[: match.start()].strip(), header[match.end() :].strip()
        if name and re.search(r"[^\W\d]|[%°‰]", unit) and units.knows(unit):
            return ("", "") if _ends_in_unit(name, unit, units) else (name, unit)
    return "", ""


def _ends_in_unit(name: str, unit: str, units: Units) -> bool:
    """Say whether what stands before a slash is a unit, too; a single letter may be the symbol of a quantity.

    >>> [_ends_in_unit(name, "min", Units.load()) for name in ("Speed m", "U", "km", "t", "Zeit t", "U/V")]
    [True, True, True, False, False, True]
    """
    *_, last = re.split(r"[\s/]", name)
    long = len(last) > 1 or name.endswith(f"/{last}")
    return units.knows(f"{last}/{unit}") or (long and units.knows(last))


@dataclass(frozen=True)
class Found:
    """A column: its index from 0, its header, the unit text in it, the number that stands for `{n}`.

    close: the unit stands close behind a slash or a comma, where other things may stand, too.
    """

    index: int
    header: str
    unit: str = ""
    number: str = ""
    placeholder: str = ""
    close: bool = False

    def unit_for(self, dimension: str, units: Units, others: Container[str] = ()) -> str:
        """Return the unit text for a parameter of a dimension: `Output cells/h` is no time in hours.

        others: symbols of further units that the parameter may have.
        """
        if not self.close:
            return self.unit
        try:
            unit = units.parse(self.unit, dimension)
        except UnitError:
            return ""
        return self.unit if units.fits(unit, dimension) or unit.symbol in others else ""


class Headers:
    """The headers of one sheet; keeps which of them the mapping has named.

    others: what else a column may be headed, by the name that the mapping uses.
    """

    def __init__(self, grid: Grid, units: Units, others: Mapping[str, Sequence[str]]) -> None:
        self._grid = grid
        self._others = {folded(name): names for name, names in others.items()}
        self._units = units
        self.used = {index for origin in origins(grid.headers) for index in (origin, origin + 1)}
        self._lines: dict[int, str] = {}
        self._whole: dict[str, list[Found]] = defaultdict(list)
        self._bare: dict[str, list[Found]] = defaultdict(list)
        # Headers by what stands before a bracket that holds no unit, or one that no table knows.
        self._before: dict[str, list[Found]] = defaultdict(list)
        self._named: dict[str, list[Found]] = defaultdict(list)
        for index, header in enumerate(grid.headers):
            name, unit, close = self._split(header)
            column = Found(index, header, unit, close=close)
            if given := _at(grid.names, index):
                apart = _at(grid.units, index)
                known = units.knows(apart)
                self._named[given].append(Found(index, header, apart) if known else column)
                continue
            self._whole[folded(header)].append(column)
            if unit:
                self._bare[folded(name)].append(column)
            elif match := UNIT_IN_HEADER.fullmatch(header.strip()):
                self._before[folded(match["name"] or match["name2"])].append(Found(index, header))

    @property
    def where(self) -> str:
        """Return file and sheet, for messages."""
        return f"{self._grid.file}, sheet {self._grid.sheet}" if self._grid.sheet else self._grid.file

    def column(self, name: str) -> Found:
        """Return the column of a name; the unit in the header need not be named.

        Errors: SourceError, when there is none or more than one.
        """
        found = self._headed(name)
        if len(found) != 1:
            raise SourceError(self._missing(name) if not found else self._ambiguous(name, found))
        self.used.add(found[0].index)
        return found[0]

    def line(self, name: str, *, required: bool) -> list[Found]:
        """Return the columns of one line of the mapping: one, or one for each number in place of `{n}`."""
        numbered = name not in self._named and _NUMBER.search(name)
        found = self._numbered(name) if numbered else self._single(name, required=required)
        if not found and required:
            raise SourceError(self._missing(name))
        for column in found:
            other = self._lines.setdefault(column.index, name)
            if other != name:
                raise SourceError(
                    f"{self.where}: two lines name the column {column.header!r}: {other!r}, {name!r}"
                )
        self.used.update(column.index for column in found)
        return found

    def unnamed(self) -> list[Found]:
        """Return the columns that the mapping does not name."""
        groups = (*self._named.values(), *self._whole.values())
        columns = [column for columns in groups for column in columns]
        return sorted(
            (each for each in columns if each.index not in self.used), key=lambda column: column.index
        )

    def _single(self, name: str, *, required: bool) -> list[Found]:
        return [self.column(name)] if required or self._headed(name) else []

    def _headed(self, name: str) -> list[Found]:
        """Return the columns that a name fits: as a whole, without the unit, by another name, by number."""
        found = self._named.get(name) or self._whole.get(folded(name)) or self._bare.get(folded(name)) or []
        if not found and (match := _SAME.fullmatch(name)):
            same = self._headed(match["name"])
            return same[int(match["number"]) - 1 :][:1] if int(match["number"]) else []
        others = [column for other in self._others.get(folded(name), ()) for column in self._headed(other)]
        found += [column for column in others if column not in found]
        return found or self._before.get(folded(name)) or []

    def _numbered(self, name: str) -> list[Found]:
        names = (name, *self._others.get(folded(name), ()))
        patterns = [r"(\d+)".join(re.escape(folded(part)) for part in _NUMBER.split(each)) for each in names]
        found: dict[str, list[Found]] = defaultdict(list)
        placeholder = _NUMBER.findall(name)[0][1:-1]
        spellings = [*self._whole.items(), *self._bare.items()]
        for header, columns in spellings:
            matches = (re.fullmatch(pattern, header) for pattern in patterns)
            if match := next(filter(None, matches), None):
                number = match[1].lstrip("0") or "0"
                found[number] += [replace(each, number=number, placeholder=placeholder) for each in columns]
        for columns in found.values():
            if len({column.index for column in columns}) > 1:
                raise SourceError(self._ambiguous(name, columns))
        return [columns[0] for columns in found.values()]

    def _split(self, header: str) -> tuple[str, str, bool]:
        """Return the name and the unit text of a header such as `Speed (m/min)`; whether they stand close."""
        match = UNIT_IN_HEADER.fullmatch(header.strip())
        if match:
            name, unit = match["name"] or match["name2"], match["unit"] or match["unit2"]
            if self._units.knows(unit):
                return name, unit, False
        name, unit = closely_split(header, self._units)
        if not unit or (unit == "min" and self._has_extremes(name)):
            return header, "", False
        return name, unit, True

    def _has_extremes(self, name: str) -> bool:
        """Say whether `min` behind a slash may be the least value: in records, or beside the greatest."""
        others = {folded(header) for header in self._grid.headers}
        return bool(self._grid.records) or folded(f"{name}/max") in others

    def _missing(self, name: str) -> str:
        known = {folded(header): header for header in self._grid.headers if header}
        near = get_close_matches(folded(name), known, n=3)
        hint = f"did you mean {', '.join(repr(known[key]) for key in near)}?"
        has = f"it has {', '.join(known.values())}"
        return f"{self.where}: no column is headed {name!r}; {hint if near else has}"

    def _ambiguous(self, name: str, found: list[Found]) -> str:
        places = ", ".join(
            f"{self._grid.place(self._grid.header_row, column.index)} {column.header!r}" for column in found
        )
        hint = f"give each its own header, or say {name + ' {1}'!r}"
        return f"{self.where}: {name!r} fits more than one header ({places}); {hint}"


def _at(texts: Sequence[str], index: int) -> str:
    return texts[index] if index < len(texts) else ""
