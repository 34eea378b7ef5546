from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook as NewWorkbook
from openpyxl.worksheet.worksheet import Worksheet

from pilotline.datasets.dataset import SourceError
from pilotline.tabular.grid import Broken, Digits, Grid, identity
from pilotline.tabular.heading import headed
from pilotline.tabular.model import Table
from pilotline.tabular.naming import RunRef
from pilotline.tabular.subjects import RunRow
from pilotline.tabular.workbook import Workbook

# Excel knows no time zones.
START = datetime(2025, 3, 4, 8, 15)  # noqa: DTZ001
Fill = Callable[[Worksheet], None]
Read = Callable[[Fill], Grid]

RUNS = Table(file="*", row=RunRow(run=RunRef(step="Coating", id=("Run",))))


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return what writes a workbook and reads its sheet back."""

    def run(fill: Fill) -> Grid:
        workbook = NewWorkbook()
        sheet = workbook.worksheets[0]
        sheet.title = "Runs"
        fill(sheet)
        workbook.save(tmp_path / "runs.xlsx")
        opened = Workbook(tmp_path / "runs.xlsx")
        (named,) = opened.named("runs")
        return headed(opened.grid(named), RUNS)

    return run


def test_cells_keep_their_true_row_and_kind(read: Read) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["Run", "Start", "Day", "Speed", "Share", "Note"])
        sheet["A4"], sheet["B4"], sheet["D4"], sheet["F4"] = 17, START, 1.5, "a & b"
        sheet["C4"], sheet["E4"] = date(2025, 3, 4), 0.35
        sheet["E4"].number_format = "0.0%"

    grid = read(fill)
    assert list(grid.rows) == [(4, ["17", START, date(2025, 3, 4), "1.5", "35 %", "a & b"])]
    assert grid.place(4, 1) == "B4"
    assert grid.pointer("s", 1)(4) == "s#sheet=Runs&cell=B4"


def test_a_number_cell_is_told_from_a_text_cell(read: Read) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["a", "b"])
        sheet.append([1.5, "1.5"])

    _, cells = next(read(fill).rows)
    assert [type(cell) for cell in cells] == [Digits, str]


def test_a_formula_without_a_stored_value_is_named(read: Read) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["a"])
        sheet.append(["=1+1"])

    _, cells = next(read(fill).rows)
    assert isinstance(cells[0], Broken)
    assert cells[0].reason == "a formula without a stored value; open the file in Excel and save it"


def test_hidden_and_merged_cells_are_noted(read: Read) -> None:
    def fill(sheet: Worksheet) -> None:
        for row in (["a", "b"], [1, 2], [3, 4]):
            sheet.append(row)
        sheet.merge_cells("B2:B3")
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["A"].hidden = True

    grid = read(fill)
    assert [number for number, _ in grid.rows] == [2, 3]
    assert grid.merged == [(2, 3, 1, 1)]
    assert [finding.message for finding in grid.findings] == [
        "hidden in the workbook and read all the same: rows 3",
        "hidden in the workbook and read all the same: columns A",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (Digits("17"), "17"),
        ("17.0", "17"),
        ("0042", "0042"),
        ("1.5", "1.5"),
        (" R  43 ", "R 43"),
        (date(2025, 3, 4), "2025-03-04"),
        (time(8, 15), "08:15:00"),
    ],
)
def test_an_identity_is_what_the_cell_says(content: str, said: str) -> None:
    assert identity(content) == said


def test_an_unknown_sheet_is_named_with_those_there(tmp_path: Path) -> None:
    NewWorkbook().save(tmp_path / "a.xlsx")
    with pytest.raises(SourceError, match=r"a\.xlsx: no sheet is called 'Runs'; it has 'Sheet'"):
        Workbook(tmp_path / "a.xlsx").named("Runs")


def test_a_file_that_is_no_workbook_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"Run;Speed\n")
    with pytest.raises(SourceError, match=r"a\.xlsx: is no XLSX workbook"):
        Workbook(tmp_path / "a.xlsx")


def test_a_document_type_declaration_is_refused(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("xl/_rels/workbook.xml.rels", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(SourceError, match="document type declaration"):
        Workbook(tmp_path / "a.xlsx")
