"""Reads an XLSX workbook into grids, streaming, and notes formulas, merged cells and hidden ones."""

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from pilotline.datasets.dataset import SourceError
from pilotline.findings import Finding, Severity
from pilotline.iris import sheet_cell
from pilotline.tabular.grid import Broken, Content, Digits, Grid, Row
from pilotline.tabular.headrows import Block

Attributes = dict[str, str]
_CHUNK = 1 << 16
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell [^>]*?ref=\"([A-Z0-9:]+)\"")


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook; part: its file in the archive."""

    name: str
    part: str
    hidden: bool


class Workbook:
    """An XLSX file, opened for reading."""

    def __init__(self, path: Path) -> None:
        self.name, self._path = path.name, path
        try:
            with ZipFile(path) as archive:
                self.sheets, self._epoch = self._read_sheets(archive)
                self._strings = self._read_strings(archive)
                self._formats = self._read_formats(archive)
        except (BadZipFile, KeyError, expat.ExpatError) as error:
            raise SourceError(f"{path.name}: is no XLSX workbook ({error}); save it as .xlsx") from error

    def named(self, name: str | None) -> list[Sheet]:
        """Return the sheets whose name fits a glob, or the only one."""
        folded = (name or "*").strip().casefold()
        found = [sheet for sheet in self.sheets if fnmatchcase(sheet.name.strip().casefold(), folded)]
        if found and (name or len(found) == 1):
            return found
        names = ", ".join(repr(sheet.name) for sheet in self.sheets)
        wanted = f"no sheet is called {name!r}" if name else "say which `sheet:` to read"
        raise SourceError(f"{self.name}: {wanted}; it has {names}")

    def grid(self, sheet: Sheet) -> Grid:
        """Return the grid of a sheet; its headers are still among its rows."""
        grid = Grid(self.name, sheet.name, [], 0, iter(()), _place, _pointer(sheet.name))
        grid.rows = self._rows(sheet, grid)
        return grid

    def merged(self, sheet: Sheet) -> list[Block]:
        """Return the merged cells of a sheet, which its file names after all rows."""
        rest = b""
        with ZipFile(self._path) as archive, archive.open(sheet.part) as file:
            while chunk := file.read(_CHUNK):
                rest += chunk
                rest = rest if b"mergeCells" in rest else rest[-len(b"mergeCells") :]
        return [_block(reference.decode()) for reference in _MERGED.findall(rest)]

    def holds(self, sheet: Sheet) -> int:
        """Return how many cells of a sheet are not empty."""
        return sum(sum(map(bool, cells)) for _, cells in self.grid(sheet).rows)

    def _read_sheets(self, archive: ZipFile) -> tuple[list[Sheet], datetime]:
        relations = self._elements(archive, "xl/_rels/workbook.xml.rels", "Relationship")
        targets = {relation["Id"]: relation["Target"] for relation in relations}
        sheets, epoch = [], CALENDAR_WINDOWS_1900
        for at in self._elements(archive, "xl/workbook.xml", "sheet", "workbookPr"):
            if "name" in at:
                identifier = next(value for key, value in at.items() if key.rpartition(":")[2] == "id")
                part = posixpath.normpath(posixpath.join("/xl", targets[identifier])).lstrip("/")
                if "worksheets/" in part:
                    sheets.append(Sheet(at["name"], part, at.get("state", "visible") != "visible"))
            elif at.get("date1904") in ("1", "true"):
                epoch = CALENDAR_MAC_1904
        return sheets, epoch

    def _elements(self, archive: ZipFile, part: str, *names: str) -> list[Attributes]:
        found: list[Attributes] = []

        def start(name: str, attributes: Attributes) -> None:
            if name.rpartition(":")[2] in names:
                found.append(attributes)

        parser = _parser(self.name)
        parser.StartElementHandler = start
        parser.Parse(archive.read(part), True)
        return found

    def _read_strings(self, archive: ZipFile) -> list[str]:
        if "xl/sharedStrings.xml" not in archive.namelist():
            return []
        reader = _Strings(self.name)
        with archive.open("xl/sharedStrings.xml") as file:
            reader.read(file)
        return reader.found

    def _read_formats(self, archive: ZipFile) -> list[str]:
        """Return the number format of each cell style."""
        if "xl/styles.xml" not in archive.namelist():
            return []
        codes = {
            int(at["numFmtId"]): at["formatCode"] for at in self._elements(archive, "xl/styles.xml", "numFmt")
        }
        codes = BUILTIN_FORMATS | codes
        return [codes.get(number, "General") for number in self._style_numbers(archive)]

    def _style_numbers(self, archive: ZipFile) -> list[int]:
        found: list[int] = []
        inside = False

        def start(name: str, attributes: Attributes) -> None:
            nonlocal inside
            local = name.rpartition(":")[2]
            inside = local == "cellXfs" or (inside and local not in ("cellStyles", "dxfs"))
            if inside and local == "xf":
                found.append(int(attributes.get("numFmtId", 0)))

        parser = _parser(self.name)
        parser.StartElementHandler = start
        parser.Parse(archive.read("xl/styles.xml"), True)
        return found

    def _rows(self, sheet: Sheet, grid: Grid) -> Iterator[Row]:
        reader = _SheetReader(self.name, self._strings, self._content)
        with ZipFile(self._path) as archive, archive.open(sheet.part) as file:
            try:
                yield from reader.read(file)
            except expat.ExpatError as error:
                raise SourceError(
                    f"{self.name}, sheet {sheet.name}: is cut off or broken ({error})"
                ) from error
        grid.merged[:] = reader.merged
        grid.findings.extend(_hidden(grid, sheet, reader))

    def _content(self, text: str, style: int) -> Content:
        code = self._formats[style] if style < len(self._formats) else "General"
        return _number(text, code, self._epoch)


def _parser(name: str) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: Any) -> None:
        raise SourceError(f"{name}: has a document type declaration, which no XLSX file needs")

    parser.StartDoctypeDeclHandler = refuse
    return parser


class _Strings:
    """Collects the shared strings; the reading aid of Asian scripts (`rPh`) is left out."""

    def __init__(self, name: str) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._inside = self._aside = False
        self._parser = _parser(name)
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def read(self, file: IO[bytes]) -> None:
        self._parser.ParseFile(file)

    def _start(self, name: str, _: Attributes) -> None:
        local = name.rpartition(":")[2]
        if local == "si":
            self._parts = []
        self._inside = local == "t"
        self._aside = self._aside or local == "rPh"

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        self._inside = False
        if local == "rPh":
            self._aside = False
        if local == "si":
            self.found.append("".join(self._parts))

    def _text(self, text: str) -> None:
        if self._inside and not self._aside:
            self._parts.append(text)


@dataclass
class _SheetReader:
    """Turns the XML of a sheet into rows, as it comes in."""

    name: str
    strings: list[str]
    content: Callable[[str, int], Content]
    merged: list[Block] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)

    def read(self, file: IO[bytes]) -> Iterator[Row]:
        self._done: list[Row] = []
        self._number = 0
        parser = _parser(self.name)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._take
        self._taking = False
        while chunk := file.read(_CHUNK):
            parser.Parse(chunk, False)
            yield from self._done
            self._done.clear()
        parser.Parse(b"", True)
        yield from self._done

    def _start(self, name: str, at: Attributes) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            self._reference, self._type = at.get("r", ""), at.get("t", "n")
            self._style = int(at.get("s", 0))
            self._text, self._formula = "", False
        elif name == "v" or name == "t":
            self._taking = True
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._number = int(at.get("r", self._number + 1))
            self._cells: list[Content] = []
            if at.get("hidden") in ("1", "true"):
                self.hidden_rows.append(self._number)
        elif name == "mergeCell":
            self.merged.append(_block(at["ref"]))
        elif name == "col" and at.get("hidden") in ("1", "true"):
            first, last = int(at["min"]), min(int(at["max"]), int(at["min"]) + 99)
            self.hidden_columns += [get_column_letter(column) for column in range(first, last + 1)]

    def _end(self, name: str) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "v" or name == "t":
            self._taking = False
        elif name == "c":
            column = _column(self._reference) if self._reference else len(self._cells)
            while len(self._cells) < column:
                self._cells.append("")
            self._cells.append(self._value())
        elif name == "row":
            self._done.append((self._number, self._cells))

    def _take(self, text: str) -> None:
        if self._taking:
            self._text += text

    def _value(self) -> Content:
        if self._formula and not self._text and self._type != "str":
            return Broken("=")
        if not self._text:
            return ""
        if self._type == "n":
            return self.content(self._text, self._style)
        if self._type == "s":
            return self.strings[int(self._text)]
        if self._type == "e":
            return Broken(self._text)
        if self._type == "b":
            return "true" if self._text == "1" else "false"
        return self._text


def _block(reference: str) -> Block:
    left, top, right, bottom = range_boundaries(reference)
    return int(top or 0), int(bottom or 0), int(left or 0) - 1, int(right or 0) - 1


@lru_cache(maxsize=4096)
def _letters(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _column(reference: str) -> int:
    return _letters(reference.rstrip("0123456789"))


@lru_cache(maxsize=256)
def _meaning(code: str) -> str:
    """Return what a number format makes of a number: `date`, `moment`, `duration`, `percent`, `number`."""
    if is_timedelta_format(code):
        return "duration"
    if is_date_format(code):
        return "moment" if re.search(r"[hs]", re.sub(r'"[^"]*"|\[[^\]]*\]', "", code), re.I) else "date"
    return "percent" if "%" in re.sub(r'"[^"]*"', "", code) else "number"


def _number(text: str, code: str, epoch: datetime) -> Content:
    """Return what a number cell shows; Excel itself shows 15 digits."""
    meaning = "number" if code == "General" else _meaning(code)
    if meaning == "number":
        return Digits(text if len(text) < 16 and "E" not in text else _plain(float(text)))
    if meaning == "percent":
        return Digits(f"{_plain(float(text) * 100)} %")
    if meaning == "duration":
        return Digits(f"{_plain(float(text))} d")
    return _date(float(text), meaning, epoch, text)


def _plain(number: float) -> str:
    return format(number, ".15g")


def _date(serial: float, meaning: str, epoch: datetime, text: str) -> Content:
    try:
        found = from_excel(serial, epoch)
    except (OverflowError, ValueError):
        return Broken(text)
    if isinstance(found, datetime):
        return found.date() if meaning == "date" else found.replace(microsecond=0)
    return found if isinstance(found, date | time) else Digits(text)


def _hidden(grid: Grid, sheet: Sheet, reader: _SheetReader) -> Iterator[Finding]:
    found = {
        "sheet": ["the whole sheet"] if sheet.hidden else [],
        "rows": [str(number) for number in reader.hidden_rows if number not in grid.meant_hidden],
        "columns": reader.hidden_columns,
    }
    for what, which in found.items():
        if which:
            some = ", ".join(which[:5]) + (f" and {len(which) - 5} more" if len(which) > 5 else "")
            yield Finding(
                f"Table-hidden-{what}",
                Severity.INFO,
                f"hidden in the workbook and read all the same: {what} {some}",
                file=grid.file,
                sheet=grid.sheet,
            )


def _place(row: int, column: int) -> str:
    return f"{get_column_letter(column + 1)}{row}"


def _pointer(sheet: str) -> Callable[[str, int], Callable[[int], str]]:
    def pointer(source: str, column: int) -> Callable[[int], str]:
        start = sheet_cell(source, sheet, get_column_letter(column + 1))
        return lambda row: f"{start}{row}"

    return pointer
