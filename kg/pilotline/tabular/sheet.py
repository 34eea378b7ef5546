"""What reading one sheet needs: its columns, its conventions, and ways to say what is wrong in it."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
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
from pilotline.tabular.naming import Cell, From, Text, Thing, Time, When
from pilotline.tabular.report import Report
from pilotline.vocabulary.terms import Vocabulary

_EXCEL_ZERO = date(1899, 12, 30)
_EXCEL_DAYS = range(32874, 73051)  # 1990 to 2099
_EXAMPLE = datetime(2025, 3, 4, 8, 15, tzinfo=UTC)
_ISO_8601 = ("%Y-%m-%d %H:%M", "%Y-%m-%d")
_PRECISE = ("z", "S", "S.", "S.%f", "f")  # parts of a time that nobody types
_SHOWN = 3  # examples of how a date is written
Cells = list[Content]
Getter = Callable[[Cells], str]
Identity = Callable[[Cells], tuple[str, ...]]
Moment = Callable[[int, Cells], str]


class _NoZoneError(ValueError):
    """A local time whose zone nobody declares."""


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
    ) -> None:
        """Report what is wrong with a cell; index: of its column, from 0."""
        self.report.add(
            code,
            severity,
            self.grid.place(row, index),
            message,
            column=self.grid.headers[index] or str(index),
            value=value,
            hint=hint,
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
        def term(*contents: Content) -> str:
            if all(identity(content).casefold() in self.missing for content in contents):
                return ""
            return moment(_located(_joined(contents, lambda text: parse_time(text, formats)), zone))

        def read(row: int, cells: Cells) -> str:
            contents = [cells[index] for index in indexes]
            try:
                return term(*contents)
            except _NoZoneError:
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
        if day := _excel_day(text.replace(" 0.", ".")):
            hint = f"a spreadsheet shows this number as {day}: format the cell as a date"
        self.problem(
            "Time-format", row, index, f"{text!r} is not a date that can be read", value=text, hint=hint
        )

    def _no_zone(self, row: int, index: int) -> None:
        hint = "say `timezone: Europe/Berlin` in the mapping"
        self.problem("Time-zone", row, index, "a local time has no zone", value="no zone", hint=hint)


def _located(found: date, zone: ZoneInfo | None) -> date:
    """Return a time in its own zone, else in the one that the source declares; a day stays a day."""
    if not isinstance(found, datetime) or found.tzinfo is not None:
        return found
    if zone is None:
        raise _NoZoneError
    return found.replace(tzinfo=zone)


def _excel_day(text: str) -> str:
    """Return the day of this age that a number of a spreadsheet counts to, empty for any other text.

    >>> _excel_day("45789.5833"), _excel_day("45789"), _excel_day("17")
    ('2025-05-12 14:00', '2025-05-12', '')
    """
    whole, _, part = text.partition(".")
    if not re.fullmatch(r"\d{5}", whole) or int(whole) not in _EXCEL_DAYS or not (part or "0").isdecimal():
        return ""
    day = _EXCEL_ZERO + timedelta(int(whole))
    if not part:
        return str(day)
    minutes = timedelta(minutes=round(float(f"0.{part}") * 24 * 60))
    return str(datetime.combine(day, time()) + minutes)[:16]


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


def parse_time(text: str, formats: tuple[str, ...]) -> date:
    """Return the day or the time that a text holds by one of several `strptime` formats, or by ISO 8601.

    Errors: ValueError.
    """
    if not formats:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    for each in formats:
        try:
            found = datetime.strptime(text, each)  # noqa: DTZ007 - the zone is added where the sheet says it
        except ValueError:
            continue
        return found if re.search(r"%[HIcXsT]", each) else found.date()
    raise ValueError(text)


def _joined(contents: Sequence[Content], parsed: Callable[[str], date]) -> date:
    """Return the time in one cell, or in a date cell and a time cell."""
    first = contents[0]
    if isinstance(first, date) and len(contents) == 1:
        return first
    if len(contents) == 2 and any(isinstance(content, date | time) for content in contents):
        day = first if isinstance(first, date) else parsed(identity(first))
        second = contents[1]
        clock = second if isinstance(second, time) else time.fromisoformat(identity(second))
        return datetime.combine(day, clock)
    if any(isinstance(content, date | time) for content in contents):
        return datetime.fromisoformat("T".join(identity(content) for content in contents))
    return parsed(" ".join(str(content).strip() for content in contents))


def broken(content: Content) -> str:
    """Return why the value of a cell cannot be known, empty where it can."""
    return content.reason if isinstance(content, Broken) else ""
