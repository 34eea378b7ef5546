"""What a workbook has that a text file has not: number cells, dates, merged and hidden cells."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook

from pilotline.datasets.dataset import Staged

Stage = Callable[[str, Sequence[Path]], Staged]
MAPPING = """\
mapping: m
version: 1
dataset: {id: d, title: D}
source: {timezone: Europe/Berlin, decimal: ","}
tables:
  - file: runs.xlsx
    sheet: Runs
    row:
      run: {step: Coating, id: [Run]}
      start: Start
    columns:
      Speed (m/min): {parameter: CoatingSpeed, kind: set}
      Solids: {parameter: SolidContent, kind: measured, unit: "1", bearer: run}
"""


def staged_runs(staged: Stage, folder: Path, *, merge: str = "") -> Staged:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Runs"
    sheet.append(["Run", "Start", "Speed (m/min)", "Solids", "Own column"])
    sheet.append([17, datetime(2025, 3, 4, 8, 15), 1.5, 0.62, None])  # noqa: DTZ001 - Excel knows no zone
    sheet.append([18, datetime(2025, 7, 4, 8, 15), "=C2", 0.63, None])  # noqa: DTZ001
    sheet["D2"].number_format = "0 %"
    sheet.row_dimensions[3].hidden = True
    if merge:
        sheet.merge_cells(merge)
    workbook.save(folder / "runs.xlsx")
    return staged(MAPPING, [folder / "runs.xlsx"])


def test_numbers_are_identities_and_dates_get_the_declared_zone(staged: Stage, tmp_path: Path) -> None:
    text = staged_runs(staged, tmp_path).quads.read_text(encoding="utf-8")
    assert "/lab/run/coating-17>" in text
    assert '"2025-03-04T08:15:00+01:00"' in text
    assert '"2025-07-04T08:15:00+02:00"' in text
    assert "/lab/source/runs.xlsx#sheet=Runs&cell=C2>" in text


def test_findings_name_file_sheet_and_cell(staged: Stage, tmp_path: Path) -> None:
    result = staged_runs(staged, tmp_path, merge="C2:C3")
    assert [f"{finding.code} {finding.place}" for finding in result.findings] == [
        "Column-unmapped runs.xlsx!Runs!E1",
        "Cell-other-unit runs.xlsx!Runs!D2",
        "Cells-merged runs.xlsx!Runs!C2",
        "Table-hidden-rows runs.xlsx!Runs",
    ]


def test_a_formula_without_a_value_is_kept_as_an_invalid_text(staged: Stage, tmp_path: Path) -> None:
    result = staged_runs(staged, tmp_path)
    assert "Cell-number runs.xlsx!Runs!C3" in [f"{each.code} {each.place}" for each in result.findings]
    invalid = "/run/coating-18/q/CoatingSpeed/set> <https://w3id.org/pilotline/ontology#status>"
    assert invalid in result.quads.read_text(encoding="utf-8")
