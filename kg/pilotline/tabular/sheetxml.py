"""Reads the parts of an XLSX file, which are XML: a sheet row by row as it comes in, the shared strings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO, Any
from xml.parsers import expat

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

from pilotline.datasets.dataset import SourceError
from pilotline.tabular.grid import Broken, Content, Row
from pilotline.tabular.headrows import Block

Attributes = dict[str, str]
CHUNK = 1 << 16


def parser_of(name: str) -> expat.XMLParserType:
    """Return a parser that refuses what no XLSX file needs; name: of the file, for messages."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: Any) -> None:
        raise SourceError(f"{name}: has a document type declaration, which no XLSX file needs")

    parser.StartDoctypeDeclHandler = refuse
    return parser


class Strings:
    """Collects the shared strings; the reading aid of Asian scripts (`rPh`) is left out."""

    def __init__(self, name: str) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._inside = self._aside = False
        self._parser = parser_of(name)
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def read(self, file: IO[bytes]) -> None:
        """Read all strings of a part."""
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
class SheetReader:
    """Turns the XML of a sheet into rows, as it comes in."""

    name: str
    strings: list[str]
    content: Callable[[str, int], Content]
    merged: list[Block] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)

    def read(self, file: IO[bytes]) -> Iterator[Row]:
        """Yield the rows of a part; merged and hidden cells are known after the last."""
        self._done: list[Row] = []
        self._number = 0
        parser = parser_of(self.name)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._take
        self._taking = False
        while chunk := file.read(CHUNK):
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
            self.merged.append(block_of(at["ref"]))
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


def block_of(reference: str) -> Block:
    """Return the merged cells that a reference such as A2:B4 names."""
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
