"""Finds the columns that a mapping names among the headers of a sheet."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from pilotline.datasets.dataset import SourceError
from pilotline.quantities.units import Units
from pilotline.tabular.grid import Grid

_NUMBER = re.compile(r"\{[A-Za-z]\w*\}")
_SAME = re.compile(r"(?P<name>.*\S)\s*\{(?P<number>\d+)\}")
UNIT_IN_HEADER = re.compile(
    r"(?P<name>.*?\S)\s*[(\[](?P<unit>[^\[\]]+)[)\]]|(?P<name2>.*\S)(?:\s*/\s+|\s+in\s+)(?P<unit2>\S.*)"
)


def folded(header: str) -> str:
    """Return what two spellings of a header have in common.

    >>> folded("Coating_Speed (µm)") == folded("coating speed [μm]")
    True
    """
    plain = unicodedata.normalize("NFKC", header).replace("[", "(").replace("]", ")")
    return re.sub(r"[\s_]+", "", plain).casefold()


@dataclass(frozen=True)
class Found:
    """A column: its index from 0, its header, the unit text in it, the number that stands for `{n}`."""

    index: int
    header: str
    unit: str = ""
    number: str = ""
    placeholder: str = ""


class Headers:
    """The headers of one sheet; keeps which of them the mapping has named.

    others: what else a column may be headed, by the name that the mapping uses.
    """

    def __init__(self, grid: Grid, units: Units, others: Mapping[str, Sequence[str]]) -> None:
        self._grid = grid
        self._others = {folded(name): names for name, names in others.items()}
        self._units = units
        self.used: set[int] = set()
        self._lines: dict[int, str] = {}
        self._whole: dict[str, list[Found]] = defaultdict(list)
        self._bare: dict[str, list[Found]] = defaultdict(list)
        # Headers by what stands before a bracket that holds no unit, or one that no table knows.
        self._before: dict[str, list[Found]] = defaultdict(list)
        self._named: dict[str, list[Found]] = defaultdict(list)
        for index, header in enumerate(grid.headers):
            name, unit = self._split(header)
            given = _at(grid.names, index)
            if given:
                apart = _at(grid.units, index)
                unit = apart if units.knows(apart) else unit
                self._named[given].append(Found(index, header, unit))
                continue
            self._whole[folded(header)].append(Found(index, header, unit))
            if unit:
                self._bare[folded(name)].append(Found(index, header, unit))
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

    def _split(self, header: str) -> tuple[str, str]:
        """Return the name and the unit text of a header such as `Speed (m/min)`."""
        match = UNIT_IN_HEADER.fullmatch(header.strip())
        if match:
            name, unit = match["name"] or match["name2"], match["unit"] or match["unit2"]
            if self._units.knows(unit):
                return name, unit
        return header, ""

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
