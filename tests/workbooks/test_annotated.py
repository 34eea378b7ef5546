"""An annotated copy marks the faulty cells, keeps the rest, and leaves the source alone."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook
from workbooks.template_filling import fill

from pilotline.cli import main
from pilotline.formulas import csv_safe

CASES = Path(__file__).parents[1] / "cases"
RED = "00FFC7CE"
MAPPING = """
mapping: m
version: 1
dataset: {id: d, title: D, licence: CC0-1.0, creator: me, simulated: true}
tables:
  - file: "*.xlsx"
    sheet: Runs
    row:
      run: {step: Coating, id: [Run]}
    columns:
      Speed (m/min): {parameter: CoatingSpeed, kind: set}
      Twice: {ignore: true}
"""


def run(*arguments: str | Path) -> int:
    return CliRunner().invoke(main, list(map(str, arguments))).exit_code


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A workbook with two faulty cells of one cause and one more, and a formula."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Runs"
    for row in (
        ["Run", "Speed (m/min)", "Twice"],
        ["1", "fast", "=1+1"],
        ["2", "fast"],
        ["3", "12 kg"],
        ["4", 1.5],
    ):
        sheet.append(row)
    (tmp_path / "runs.yaml").write_text(MAPPING, encoding="utf-8")
    book.save(tmp_path / "runs.xlsx")
    return tmp_path / "runs.xlsx"


def check(source: Path, *more: str | Path) -> int:
    return run("validate", source, "--mapping", source.parent / "runs.yaml", "--scope", "lab", *more)


def test_each_faulty_cell_is_marked_and_good_ones_are_not(source: Path, tmp_path: Path) -> None:
    before = source.read_bytes()
    assert check(source, "--annotated", tmp_path / "checked.xlsx") == 1
    sheet = load_workbook(tmp_path / "checked.xlsx")["Runs"]
    marked = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == RED}
    assert {"B2", "B3", "B4"} <= marked
    assert "B5" not in marked
    assert sheet["B3"].comment.text.startswith("violation: 'fast' is not a number; leave the cell empty")
    assert sheet["C2"].value == "=1+1"
    assert source.read_bytes() == before


def test_the_list_of_findings_is_in_the_language_asked_for(source: Path, tmp_path: Path) -> None:
    check(source, "--annotated", tmp_path / "checked.xlsx", "--language", "de")
    sheet = load_workbook(tmp_path / "checked.xlsx")["Befunde"]
    assert [cell.value for cell in sheet[1]][:4] == ["Schwere", "wo", "gefunden", "Meldung"]
    assert sheet["A2"].value == "Fehler"


def test_a_text_file_becomes_a_workbook_with_marks(tmp_path: Path) -> None:
    arguments: list[str | Path] = [
        "--mapping",
        CASES / "coating.yaml",
        "--scope",
        "lab",
        "--annotated",
        tmp_path / "c.xlsx",
    ]
    assert run("validate", CASES / "coating-faulty.csv", *arguments) == 1
    sheet = load_workbook(tmp_path / "c.xlsx")["coating-faulty"]
    assert (sheet["D2"].value, sheet["D2"].fill.fgColor.rgb) == ("fast", RED)


def test_the_source_is_never_overwritten(source: Path) -> None:
    before = source.read_bytes()
    assert check(source, "--annotated", source) == 2
    assert source.read_bytes() == before


def test_an_annotated_template_is_handed_in_again(template: Path, tmp_path: Path) -> None:
    run_ = {"id": "1", "start": "2025-03-04", "input:slurry": "S", "output:roll:CoatedElectrode": "R"}
    fill(template, {"Coating": [run_ | {"q:CoatingSpeed:set:run": "fast"}]}).save(tmp_path / "in.xlsx")
    assert run("validate", tmp_path / "in.xlsx", "--annotated", tmp_path / "checked.xlsx") == 1
    book = load_workbook(tmp_path / "checked.xlsx")
    faulty = [cell for row in book["Coating"].iter_rows() for cell in row if cell.value == "fast"]
    assert [cell.fill.fgColor.rgb for cell in faulty] == [RED]
    faulty[0].value = "1,5"
    book.save(tmp_path / "corrected.xlsx")
    assert run("validate", tmp_path / "corrected.xlsx") == 0


def test_texts_that_look_like_formulas_are_written_as_texts() -> None:
    assert [csv_safe(text) for text in ("=1+1", "+49", "-x", "@a", "-1,5", "a=b")] == [
        "'=1+1", "+49", "'-x", "'@a", "-1,5", "a=b",
    ]  # fmt: skip
