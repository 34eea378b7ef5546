"""Opens the files of a layout and reads their cells: numbers, times, texts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pilotline.datasets.dataset import SourceError
from pilotline.findings import Finding, Severity
from pilotline.quantities.units import Units
from pilotline.series.model import Layout, SeriesMapping
from pilotline.tabular.files import grids
from pilotline.tabular.grid import Content, Digits, Grid, Row, identity
from pilotline.tabular.headers import Headers
from pilotline.tabular.model import Mapping as Tables
from pilotline.tabular.model import Source, Table
from pilotline.tabular.moments import parse_time
from pilotline.tabular.report import Report

# Day 0 of the dates that Excel counts, its leap day of 1900 allowed for.
_EXCEL = datetime(1899, 12, 30)  # noqa: DTZ001 - the zone is added where the layout says it
Cells = list[Content]


@dataclass
class Opened:
    """One file of a layout: its columns, its conventions, what was found in it.

    width: columns of the sheet itself; the cells above the header come after them.
    """

    grid: Grid
    width: int
    headers: Headers
    source: Source
    report: Report

    @property
    def rows(self) -> Iterator[Row]:
        """Return the rows that hold something of their own, beside the cells above the header."""
        return (pair for pair in self.grid.rows if any(pair[1][: self.width]))

    def index(self, name: str) -> int:
        """Return the index of a column; SourceError where there is none."""
        return self.headers.column(name).index

    def has(self, name: str) -> bool:
        """Say whether there is a column of a name."""
        return bool(self.headers.line(name, required=False))

    def findings(self) -> list[Finding]:
        """Return what was found; complete after the last row."""
        return [*self.report.findings(), *self.grid.findings]

    def note(
        self, code: str, severity: Severity, row: int, index: int, message: str, value: str = ""
    ) -> None:
        """Report something about a cell; the same in the same column is told once, with its count."""
        header = self.grid.headers[index] or str(index + 1)
        self.report.add(code, severity, self.grid.place(row, index), message, column=header, value=value)

    def number(self, index: int) -> Callable[[int, Cells], float | None]:
        """Return what reads the number in a column; what is no number is reported and missing."""
        sign, missing = self.source.decimal, {text.casefold() for text in (*self.source.missing, "")}

        def read(row: int, cells: Cells) -> float | None:
            content = cells[index]
            text = content if isinstance(content, str) else str(content)
            try:
                return float(text if sign == "." or isinstance(content, Digits) else text.replace(sign, "."))
            except ValueError:
                if text.strip().casefold() not in missing:
                    self.note(
                        "Cell-number", Severity.WARNING, row, index, f"{text!r} is no number", value=text
                    )
                return None

        return read

    def text(self, name: str) -> Callable[[Cells], str]:
        """Return what reads the text in a column."""
        index, missing = self.index(name), {text.casefold() for text in self.source.missing}
        return lambda cells: "" if (text := identity(cells[index])).casefold() in missing else text

    def time(self, name: str) -> Callable[[int, Cells], datetime | None]:
        """Return what reads the time in a column; what is none is reported and missing.

        The format `excel` is a count of days, as Excel keeps times.
        """
        index, zone = self.index(name), zone_of(self.source.timezone, self.headers.where)
        parsed = lru_cache(maxsize=4096)(self._parser())

        def read(row: int, cells: Cells) -> datetime | None:
            content = cells[index]
            try:
                found = content if isinstance(content, date) else parsed(str(content).strip())
            except ValueError:
                if str(content).strip():
                    message = f"{str(content)!r} is no time; say `dates:` in the mapping"
                    self.note("Time-format", Severity.WARNING, row, index, message, value=str(content))
                return None
            if not isinstance(found, datetime):
                self.note("Time-format", Severity.WARNING, row, index, "a day without a time of day")
                return None
            return found.replace(tzinfo=zone) if found.tzinfo is None else found

        return read

    def _parser(self) -> Callable[[str], date]:
        said = self.source.dates or ()
        formats = (said,) if isinstance(said, str) else said
        sign = self.source.decimal
        if formats == ("excel",):
            return lambda text: _EXCEL + timedelta(days=round(float(text.replace(sign, ".")), 9))
        return lambda text: parse_time(text, formats)


def opened(path: Path, layout: Layout, mapping: SeriesMapping, units: Units) -> Opened:
    """Open a file by its layout.

    Errors: SourceError for a file that cannot be read.
    """
    source = layout.source or mapping.source
    table = Table.model_construct(
        file=layout.file, sheet=layout.sheet, header=layout.header, cells=layout.cells, source=source
    )
    # A grid is the same whatever its rows mean.
    grid = next(iter(grids(path, table, Tables.model_construct(tables=(table,), source=source))))
    width = len(grid.headers) - len(layout.cells)
    return Opened(grid, width, Headers(grid, units, {}), source, Report(grid.file, grid.sheet))


def zone_of(name: str | None, where: str) -> ZoneInfo | None:
    """Return a time zone; SourceError for a name that is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        raise SourceError(f"{where}: no time zone is called {name!r}; write it as Europe/Berlin") from None


def meaning(words: Mapping[str, str], text: str) -> str:
    """Return what a word means by a table of words; a word that is not in it stands for itself."""
    folded = {" ".join(word.split()).casefold(): meant for word, meant in words.items()}
    return folded.get(" ".join(text.split()).casefold(), text)
