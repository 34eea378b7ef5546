"""Writes the rows of a filled template that were held back as a template of their own, to be corrected."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import quote_sheetname

from pilotline.tabular.workbook import Workbook
from pilotline.workbooks.cells import as_text
from pilotline.workbooks.forms import MARK, column_id
from pilotline.workbooks.heads import first_row

# By sheet and row, why a row was held back.
Reasons = Mapping[str, Mapping[int, str]]
# What the copy is called beside the dataset that it was taken from.
_OWN = {"id": "-held-back", "title": ", rows held back"}


def write_held(template: Path, reasons: Reasons, into: Path) -> None:
    """Write a copy of a template that has the rows held back alone, with a sheet that says why.

    The hidden ids stay, so that the corrected copy is ingested with no mapping. It is a dataset of its own:
    as a version of the first one it would take the good rows away.
    """
    firsts = {sheet.name: first_row(Workbook(template), sheet) for sheet in Workbook(template).sheets}
    workbook = load_workbook(template)
    places: list[tuple[str, int, int, str]] = []
    for sheet in workbook.worksheets:
        if first := firsts.get(sheet.title):
            whys = reasons.get(sheet.title, {})
            _keep(sheet, first, sorted(whys))
            places += [(sheet.title, first + at, row, whys[row]) for at, row in enumerate(sorted(whys))]
    _rename(workbook)
    _list(workbook, places)
    workbook.save(into)


def _keep(sheet: Any, first: int, rows: list[int]) -> None:
    """Move some rows up below the head of a sheet, and delete all others."""
    for at, row in enumerate(rows, start=first):
        for cell in sheet[row]:
            target = sheet.cell(at, cell.column)
            target.value, target.number_format = cell.value, cell.number_format
    sheet.delete_rows(first + len(rows), max(0, sheet.max_row - first - len(rows) + 1))


def _rename(workbook: Any) -> None:
    """Give the copy a name of its own; the label and the value stand beside the hidden id."""
    for sheet in workbook.worksheets:
        for cells in sheet.iter_rows():
            for cell in cells:
                found = column_id(str(cell.value or ""))
                if found and found[0] == "dataset" and found[1] in _OWN:
                    value = sheet.cell(cell.row, cell.column + 2)
                    value.value = f"{value.value}{_OWN[found[1]]}"


def _list(workbook: Any, places: list[tuple[str, int, int, str]]) -> None:
    """Add the sheet that says where each row stands, where it stood in the source, and what is wrong."""
    title = "Held back"
    sheet = workbook.create_sheet(title, 0)
    # A hidden id tells a reader of the copy that the sheet holds no data.
    as_text(sheet.cell(1, 4), f"{MARK}findings#")
    sheet.column_dimensions["D"].hidden = True
    for number, (text, width) in enumerate({"row": 24, "row in the source": 24, "why": 110}.items(), start=1):
        sheet.cell(1, number, text).font = Font(bold=True)
        sheet.column_dimensions["ABC"[number - 1]].width = width
    for number, (name, row, before, why) in enumerate(places, start=2):
        as_text(sheet.cell(number, 1), f"{name}!{row}").hyperlink = f"#{quote_sheetname(name)}!A{row}"
        as_text(sheet.cell(number, 2), f"{name}!{before}")
        as_text(sheet.cell(number, 3), why).alignment = Alignment(wrap_text=True, vertical="top")
    workbook.active = 0
