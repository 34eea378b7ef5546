"""What reading one sheet needs: its columns, its conventions, and ways to say what is wrong in it."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pilotline.datasets.dataset import Description, SourceError
from pilotline.findings import Severity
from pilotline.ingest.people import People
from pilotline.ingest.sieve import Sieve
from pilotline.iris import Scope
from pilotline.quantities.units import Units
from pilotline.rdf.ntriples import Lines, moment
from pilotline.tabular.grid import Broken, Content, Grid, identity
from pilotline.tabular.headers import Headers
from pilotline.tabular.model import TEMPLATE, Mapping, Source, Table
from pilotline.tabular.moments import NoZoneError, clock_doubt, excel_day, joined, located, parse_time
from pilotline.tabular.naming import Cell, From, Text, Thing, Time, When
from pilotline.tabular.report import Report
from pilotline.vocabulary.terms import Vocabulary

_EXAMPLE = datetime(2025, 3, 4, 8, 15, tzinfo=UTC)
_ISO_8601 = ("%Y-%m-%d %H:%M", "%Y-%m-%d")
_PRECISE = ("z", "S", "S.", "S.%f", "f")  # parts of a time that nobody types
_SHOWN = 3  # examples of how a date is written
Cells = list[Content]
Getter = Callable[[Cells], str]
Identity = Callable[[Cells], tuple[str, ...]]
Moment = Callable[[int, Cells], str]


@dataclass(frozen=True)
class Job:
    """One run of a mapping: what all its sheets share.

    described: slugs of the steps whose runs this dataset describes. sieve: what holds back rows.
    people: whom the sources name.
    """

    mapping: Mapping
    description: Description
    vocabulary: Vocabulary
    units: Units
    lines: Lines
    described: frozenset[str]
    sieve: Sieve = field(default_factory=Sieve)
    people: People = field(default_factory=People)

    @property
    def scope(self) -> Scope:
        """Return the scope below which the IRIs are made."""
        return self.description.scope


@dataclass
class Sheet:
    """One grid with the table of the mapping that it is read by."""

    job: Job
    table: Table
    grid: Grid
    headers: Headers
    report: Report
    seen: dict[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.source: Source = self.table.source or self.job.mapping.source
        self.source_iri = self.job.scope.source(self.grid.file)
        self.missing = frozenset(text.strip().casefold() for text in (*self.source.missing, ""))

    def problem(
        self,
        code: str,
        row: int,
        index: int,
        message: str,
        *,
        value: str = "",
        hint: str = "",
        severity: Severity = Severity.VIOLATION,
        cause: str = "",
    ) -> None:
        """Report what is wrong with a cell.

        index: of its column, from 0. cause: the same for cells that are wrong together.
        """
        self.report.add(
            code,
            severity,
            self.grid.place(row, index),
            message,
            column=self.grid.headers[index] or str(index),
            value=value,
            hint=hint,
            cause=cause,
        )

    @property
    def is_template(self) -> bool:
        """Say whether it was filled in by somebody who never saw a mapping."""
        return self.job.mapping.mapping == TEMPLATE

    def term(self, text: str) -> str:
        """Return the IRI of a term of ours by its name or label; an IRI stands for itself.

        Errors: UnknownTermError, with near matches.
        """
        return text if "://" in text else self.job.vocabulary.thing(text).iri

    def error(self, message: str) -> SourceError:
        """Return an error about this sheet as a whole."""
        return SourceError(f"{self.headers.where}: {message}")

    def pointer(self, index: int) -> Callable[[int], str]:
        """Return what gives the pointer to a row's cell in a column."""
        return self.grid.pointer(self.source_iri, index)

    def text(self, name: str) -> tuple[int, Getter]:
        """Return the index of a column and what reads its text; a missing value is empty."""
        index, missing = self.headers.column(name).index, self.missing

        def get(cells: Cells) -> str:
            content = cells[index]
            text = "" if type(content) is Broken else identity(content)
            return "" if text.casefold() in missing else text

        return index, get

    def cell(self, cell: Cell) -> tuple[int | None, Getter]:
        """Return what reads a cell of `row:`, its texts replaced by what the mapping says they mean."""
        if isinstance(cell, str):
            return self.text(cell)
        if cell.column is None:
            fixed = str(cell.value)
            return None, lambda _: fixed
        index, get = self.text(cell.column)
        return index, translated(cell, get)

    def identity(self, thing: Thing) -> tuple[int, Identity]:
        """Return the first identity column and what reads the identity; it is empty where a part of it is."""
        if thing.hash:
            found = [self.text(name) for name in thing.hash]
            return found[0][0], _hashed([get for _, get in found])
        if thing.parts and len(thing.id) == 1 and isinstance(thing.id[0], str):
            index, get = self.text(thing.id[0])
            return index, _parted(get, thing.parts)
        parts = [self._part(part) for part in thing.id]
        first = next((index for index, _ in parts if index is not None), None)
        if first is None:
            raise self.error("an identity needs at least one column, not fixed texts alone")
        getters = [get for _, get in parts]
        if len(getters) == 1:
            only = getters[0]
            return first, lambda cells: (text,) if (text := only(cells)) else ()

        def several(cells: Cells) -> tuple[str, ...]:
            values = tuple([get(cells) for get in getters])
            return values if all(values) else ()

        return first, several

    def _part(self, part: str | Text) -> tuple[int | None, Getter]:
        if isinstance(part, str):
            return self.text(part)
        fixed = part.text
        return None, lambda _: fixed

    def when(self, when: When) -> Moment:
        """Return what reads a point in time as a term, empty where there is none."""
        spec = Time(column=when) if isinstance(when, str) else when
        names = (spec.column,) if isinstance(spec.column, str) else spec.column
        indexes = [self.headers.column(name).index for name in names]
        zone = self._zone(spec.timezone or self.source.timezone)
        said = spec.dates or self.source.dates or ()
        formats = (said,) if isinstance(said, str) else said

        @lru_cache(maxsize=4096)
        def term(*contents: Content) -> tuple[str, str]:
            if all(identity(content).casefold() in self.missing for content in contents):
                return "", ""
            found = joined(contents, lambda text: parse_time(text, formats))
            zoned = located(found, zone)
            return moment(zoned), "" if zoned is found else clock_doubt(zoned)

        several = len(indexes) > 1

        def read(row: int, cells: Cells) -> str:
            contents = [cells[index] for index in indexes]
            gaps = [i for i in indexes if identity(cells[i]).casefold() in self.missing] if several else ()
            try:
                if 0 < len(gaps) < len(indexes):
                    return self._part_of_time(row, indexes, gaps, cells, formats)
                text, doubt = term(*contents)
                if doubt:
                    self._doubt_clock(row, indexes[0], text, doubt)
                return text
            except NoZoneError:
                self._no_zone(row, indexes[0])
            except ValueError:
                if not any(map(broken, contents)):
                    self._no_time(row, indexes[0], contents, formats)
            return ""

        return read

    def _zone(self, name: str | None) -> ZoneInfo | None:
        try:
            return ZoneInfo(name) if name else None
        except (ZoneInfoNotFoundError, ValueError):
            raise self.error(f"no time zone is called {name!r}; write it as Europe/Berlin") from None

    def _no_time(self, row: int, index: int, contents: Cells, formats: tuple[str, ...]) -> None:
        text = " ".join(identity(content) for content in contents)
        plain = [each for each in formats or _ISO_8601 if not set(_PRECISE) & set(each.split("%"))] or formats
        examples = list(dict.fromkeys(_EXAMPLE.strftime(each) for each in plain))
        hint = f"write it as {' or '.join(examples[:_SHOWN])}"
        if day := excel_day(text.replace(" 0.", ".").replace(",", ".")):
            hint = f"a spreadsheet shows this number as {day}: format the cell as a date"
        if all(isinstance(content, time) for content in contents):
            hint = "name the column of its day, too, such as `{column: [Day, Start]}`"
        self.problem(
            "Time-format", row, index, f"{text!r} is not a date that can be read", value=text, hint=hint
        )

    def _part_of_time(
        self, row: int, indexes: Sequence[int], gaps: Sequence[int], cells: Cells, formats: tuple[str, ...]
    ) -> str:
        """Return the day, where a format reads what is there of a time in several cells; else say so."""
        there = " ".join(identity(cells[index]) for index in indexes if index not in gaps)
        days = [each for each in formats if not re.search(r"%[HIcXsT]", each)]
        try:
            return moment(parse_time(there, tuple(days))) if days else self._no_part(row, gaps[0], there)
        except ValueError:
            return self._no_part(row, gaps[0], there)

    def _no_part(self, row: int, index: int, there: str) -> str:
        message = f"{self.grid.headers[index]!r} is empty, so {there!r} beside it gives no time"
        hint = "enter it; with a further format without hours in `dates:` the day alone is kept"
        self.problem("Time-part", row, index, message, value="empty", hint=hint, severity=Severity.WARNING)
        return ""

    def _doubt_clock(self, row: int, index: int, text: str, doubt: str) -> None:
        stamp = text.partition("^^")[0].strip('"')
        message = f"{doubt}; it is read as {stamp}"
        self.problem("Time-clock", row, index, message, value=stamp, severity=Severity.WARNING)

    def _no_zone(self, row: int, index: int) -> None:
        hint = "say `timezone: Europe/Berlin` in the mapping"
        self.problem("Time-zone", row, index, "a local time has no zone", value="no zone", hint=hint)


def translated(cell: From, get: Getter) -> Getter:
    """Return a getter whose texts are replaced by what the mapping says they mean; others stay."""
    if not cell.values:
        return get
    meanings = {" ".join(text.split()).casefold(): meaning for text, meaning in cell.values.items()}

    def meaning(cells: Cells) -> str:
        text = get(cells)
        return meanings.get(" ".join(text.split()).casefold(), text)

    return meaning


def _parted(get: Getter, sign: str) -> Identity:
    def read(cells: Cells) -> tuple[str, ...]:
        text = get(cells)
        parts = tuple(part.strip() for part in text.split(sign)) if text else ()
        return parts if all(parts) else ()

    return read


def _hashed(getters: list[Getter]) -> Identity:
    def read(cells: Cells) -> tuple[str, ...]:
        values = [get(cells) for get in getters]
        if not any(values):
            return ()
        return (hashlib.sha256("\x1f".join(values).encode()).hexdigest()[:16],)

    return read


def broken(content: Content) -> str:
    """Return why the value of a cell cannot be known, empty where it can."""
    return content.reason if isinstance(content, Broken) else ""
