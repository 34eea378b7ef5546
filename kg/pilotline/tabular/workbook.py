"""Opens an XLSX workbook as grids, streaming, and tells what is hidden in it."""

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from pilotline.datasets.dataset import SourceError
from pilotline.findings import Finding, Severity
from pilotline.iris import sheet_cell
from pilotline.tabular.cellnotes import notes_of
from pilotline.tabular.grid import Content, Grid, Row
from pilotline.tabular.headrows import Block
from pilotline.tabular.numberformat import shown
from pilotline.tabular.sheetxml import CHUNK, Attributes, SheetReader, Strings, block_of, parser_of

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
            while chunk := file.read(CHUNK):
                rest += chunk
                rest = rest if b"mergeCells" in rest else rest[-len(b"mergeCells") :]
        return [block_of(reference.decode()) for reference in _MERGED.findall(rest)]

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

        parser = parser_of(self.name)
        parser.StartElementHandler = start
        parser.Parse(archive.read(part), True)
        return found

    def _read_strings(self, archive: ZipFile) -> list[str]:
        if "xl/sharedStrings.xml" not in archive.namelist():
            return []
        reader = Strings(self.name)
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

        parser = parser_of(self.name)
        parser.StartElementHandler = start
        parser.Parse(archive.read("xl/styles.xml"), True)
        return found

    def _rows(self, sheet: Sheet, grid: Grid) -> Iterator[Row]:
        reader = SheetReader(self.name, self._strings, self._content)
        with ZipFile(self._path) as archive, archive.open(sheet.part) as file:
            try:
                yield from reader.read(file)
            except expat.ExpatError as error:
                raise SourceError(
                    f"{self.name}, sheet {sheet.name}: is cut off or broken ({error})"
                ) from error
            grid.findings.extend(_noted(grid, notes_of(archive, sheet.part, self.name)))
        grid.merged[:] = reader.merged
        grid.findings.extend(_hidden(grid, sheet, reader))

    def _content(self, text: str, style: int) -> Content:
        code = self._formats[style] if style < len(self._formats) else "General"
        return shown(text, code, self._epoch)


def _noted(grid: Grid, cells: list[str]) -> Iterator[Finding]:
    if cells:
        message = f"{len(cells)} notes at cells are not read; this is the first"
        hint = "write what matters in a column of its own"
        yield Finding("Table-notes", Severity.INFO, message, hint, grid.file, grid.sheet, cells[0])


def _hidden(grid: Grid, sheet: Sheet, reader: SheetReader) -> Iterator[Finding]:
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
