"""Copies a source as a workbook in which the faulty cells are coloured and say what is wrong."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from pilotline.datasets.dataset import SourceError
from pilotline.findings import Finding, Severity
from pilotline.tabular.csvfile import read_csv
from pilotline.tabular.files import WORKBOOKS
from pilotline.tabular.model import Source
from pilotline.workbooks.cells import as_text
from pilotline.workbooks.forms import MARK

_COLOURS = {Severity.VIOLATION: "FFC7CE", Severity.WARNING: "FFEB9C", Severity.INFO: "DDEBF7"}
_ORDER = list(Severity)
_WORKBOOK_CELL = re.compile(r"([A-Z]{1,3})(\d+)")
_TEXT_CELL = re.compile(r"row (\d+), column (\d+)")
_CELL = re.compile(r"[A-Z]{1,3}\d+")
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "sheet": "Findings", "severity": "severity", "place": "where", "value": "found", "message": "message",
        "hint": "what would be right", "code": "rule", "source": "source of the rule",
        Severity.VIOLATION: "violation", Severity.WARNING: "warning", Severity.INFO: "information",
    },
    "de": {
        "sheet": "Befunde", "severity": "Schwere", "place": "wo", "value": "gefunden", "message": "Meldung",
        "hint": "was richtig wäre", "code": "Regel", "source": "Quelle der Regel",
        Severity.VIOLATION: "Fehler", Severity.WARNING: "Warnung", Severity.INFO: "Hinweis",
    },
}  # fmt: skip
_COLUMNS = ("severity", "place", "value", "message", "hint", "code", "source")


@dataclass(frozen=True)
class Annotation:
    """What to write: the findings of a source, in a language. source: how a text file is written."""

    findings: Sequence[Finding]
    language: str = "en"
    source: Source = field(default_factory=Source)


def write_annotated(path: Path, annotation: Annotation, into: Path) -> None:
    """Write a copy of a source with its faulty cells marked and a sheet with all findings.

    A workbook keeps what openpyxl keeps of it: values, formulas, formats, notes and drop-downs, but no
    charts, pictures and shapes. A text file becomes a workbook.

    Errors: SourceError, where the copy would take the place of the source.
    """
    if into.resolve() == path.resolve():
        raise SourceError(f"{into}: is the source itself; name another file for the copy")
    if into.suffix.lower() not in WORKBOOKS:
        raise SourceError(f"{into}: an annotated copy is a workbook; name it .xlsx")
    workbook = _copy(path, annotation.source)
    own = [finding for finding in annotation.findings if finding.file in ("", path.name)]
    _mark_cells(workbook, own, annotation.language)
    _list(workbook, annotation.findings, annotation.language)
    part = into.with_name(f".{into.name}.part")
    workbook.save(part)
    part.replace(into)


def _copy(path: Path, source: Source) -> Workbook:
    suffix = path.suffix.lower()
    if suffix in WORKBOOKS:
        return load_workbook(path, keep_vba=suffix == ".xlsm")
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", path.stem)[:31]
    if suffix not in (".json", ".parquet", ".pq"):
        for row, cells in read_csv(path, source.encoding, source.delimiter).rows:
            for number, cell in enumerate(cells, start=1):
                if cell:
                    as_text(_cell(sheet, row, number), str(cell))
    return workbook


def _mark_cells(workbook: Workbook, findings: Iterable[Finding], language: str) -> None:
    by_cell: dict[tuple[str, int, int], list[Finding]] = defaultdict(list)
    first = workbook.worksheets[0].title
    for finding in findings:
        if place := _place(finding.cell):
            by_cell[finding.sheet or first, *place].append(finding)
    for (title, row, column), alike in by_cell.items():
        if title in workbook.sheetnames:
            _mark(_cell(workbook[title], row, column), alike, language)


def _place(cell: str) -> tuple[int, int] | None:
    """Return row and column of a cell, nothing where the place is none."""
    if match := _WORKBOOK_CELL.fullmatch(cell):
        column = 0
        for letter in match[1]:
            column = column * 26 + ord(letter) - 64
        return int(match[2]), column
    match = _TEXT_CELL.fullmatch(cell)
    return (int(match[1]), int(match[2])) if match else None


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return a cell; of merged ones the first, which alone can hold something."""
    found = sheet.cell(row, column)
    if isinstance(found, MergedCell):
        block = next(each for each in sheet.merged_cells.ranges if found.coordinate in each)
        found = sheet.cell(block.min_row, block.min_col)
    assert isinstance(found, Cell)
    return found


def _mark(cell: Cell, findings: list[Finding], language: str) -> None:
    worst = min((finding.severity for finding in findings), key=_ORDER.index)
    cell.fill = PatternFill("solid", fgColor=_COLOURS[worst])
    said = [_said(finding, language) for finding in sorted(findings, key=lambda f: _ORDER.index(f.severity))]
    before = [cell.comment.text] if cell.comment else []
    cell.comment = Comment("\n".join([*dict.fromkeys(said), *before]), "Pilotline", height=140, width=320)


def _said(finding: Finding, language: str) -> str:
    parts = (finding.message, finding.hint or finding.expected)
    return f"{_WORDS[language][finding.severity]}: {'; '.join(part for part in parts if part)}"


def _list(workbook: Workbook, findings: Sequence[Finding], language: str) -> None:
    """Add the sheet with all findings; its places are links to the cells."""
    words = _WORDS[language]
    title = words["sheet"]
    while title in workbook.sheetnames:
        title += " 2"
    sheet: Any = workbook.create_sheet(title)
    # A hidden id tells a reader of the copy that the sheet holds no data.
    as_text(sheet.cell(1, len(_COLUMNS) + 1), f"{MARK}findings#")
    sheet.column_dimensions[get_column_letter(len(_COLUMNS) + 1)].hidden = True
    for number, (key, width) in enumerate(zip(_COLUMNS, (12, 30, 20, 70, 50, 28, 30), strict=True), start=1):
        sheet.cell(1, number, words[key]).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = width
    for row, finding in enumerate(findings, start=2):
        texts = (words[finding.severity], finding.place, finding.value, finding.message,
                 finding.hint or finding.expected, finding.code, finding.source)  # fmt: skip
        for number, text in enumerate(texts, start=1):
            as_text(sheet.cell(row, number), text)
        sheet.cell(row, 1).fill = PatternFill("solid", fgColor=_COLOURS[finding.severity])
        if finding.sheet in workbook.sheetnames and _CELL.fullmatch(finding.cell):
            sheet.cell(row, 2).hyperlink = f"#{quote_sheetname(finding.sheet)}!{finding.cell}"
    sheet.freeze_panes = "A2"


def each_cell(findings: Sequence[Finding], faulty: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings with one for each faulty cell, where a report tells the first cell of a cause only.

    faulty: what the reading found in single cells.
    """
    told = {(finding.code, finding.sheet, finding.cell) for finding in findings}
    more = [each for each in faulty if (each.code, each.sheet, each.cell) not in told]
    return (*findings, *dict.fromkeys(more))
