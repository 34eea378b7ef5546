"""What sheets of other labs look like: two rows of headers, units below them, other words, cells on top."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from openpyxl import Workbook

from pilotline.datasets.dataset import SourceError, Staged

Stage = Callable[[str, Sequence[Path]], Staged]
HEAD = "mapping: m\nversion: 1\ndataset: {id: d, title: D}\n"


def cells(result: Staged) -> list[str]:
    """Return the quantities with the part of their pointer behind the file, in order."""
    lines = [line.split() for line in result.quads.read_text(encoding="utf-8").splitlines()]
    return [
        f"{line[0].rpartition('/q/')[2][:-1]} {line[2].rpartition('#')[2][:-1]}"
        for line in lines
        if line[1].endswith("#cell>") and "/q/" in line[0]
    ]


def found(result: Staged) -> list[str]:
    return [f"{finding.code} {finding.place}" for finding in result.findings]


def test_numbers_and_times_of_a_parquet_file_are_read_by_row(staged: Stage, tmp_path: Path) -> None:
    start = datetime(2025, 3, 4, 7, 15, tzinfo=UTC)
    table = pyarrow.table({"Run": [42, 43], "Start": [start, None], "Speed (m/min)": [1.5, None]})
    pyarrow.parquet.write_table(table, tmp_path / "runs.parquet")
    mapping = f"""{HEAD}
tables:
  - file: runs.parquet
    row: {{run: {{step: Coating, id: [Run]}}, start: Start}}
    columns: {{Speed: {{parameter: CoatingSpeed, kind: set}}}}
"""
    result = staged(mapping, [tmp_path / "runs.parquet"])
    assert cells(result) == ["CoatingSpeed/set cell=1,3"]
    assert '"2025-03-04T07:15:00+00:00"' in result.quads.read_text(encoding="utf-8")
    assert found(result) == []


def test_what_is_no_parquet_file_is_refused(staged: Stage, tmp_path: Path) -> None:
    (tmp_path / "runs.parquet").write_bytes(b"Run;Speed\n")
    mapping = f"{HEAD}\ntables: [{{file: runs.parquet, row: {{run: {{step: Coating, id: [Run]}}}}}}]\n"
    with pytest.raises(SourceError, match=r"runs\.parquet: is no Parquet file"):
        staged(mapping, [tmp_path / "runs.parquet"])


def test_group_headers_units_and_cells_on_top_are_read(staged: Stage, tmp_path: Path) -> None:
    lines = [
        "Operator;AB;;Line 3",
        "Batch;17;;",
        ";Coater;;",
        "Run;Speed;Gap;Note",
        "-;m/min;µm;",
        "1;1.5;120;ok",
        "Run;Speed;Gap;Note",
        "2;1.6;121;",
    ]
    (tmp_path / "runs.csv").write_text("\n".join(lines), encoding="utf-8")
    mapping = f"""{HEAD}
tables:
  - file: runs.csv
    header: [3, 4]
    unit_row: 5
    cells: {{Slurry: B2}}
    row:
      run: {{step: Coating, id: [Run]}}
      inputs: [{{kind: slurry, id: [Slurry]}}]
    columns:
      Coater Speed: {{parameter: CoatingSpeed, kind: set}}
      Coater Gap: {{parameter: CoatingGap, kind: set, convention: [WithoutFoil]}}
      Coater Note: {{note: true}}
"""
    result = staged(mapping, [tmp_path / "runs.csv"])
    assert cells(result) == [
        "CoatingSpeed/set cell=6,2",
        "CoatingGap/set cell=6,3",
        "CoatingSpeed/set cell=8,2",
        "CoatingGap/set cell=8,3",
    ]
    assert "#inputLot> <https://w3id.org/pilotline/id/lab/lot/slurry-17>" in result.quads.read_text("utf-8")
    assert found(result) == [
        "Notes-kept runs.csv",
        "Rows-above runs.csv!row 1, column 1",
        "Table-header-again runs.csv!row 7, column 1",
    ]


def test_two_dialects_of_headers_are_read_by_one_mapping(staged: Stage, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Run,Speed (m/min)\n1,1.5\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("Lauf-Nr.,Bahngeschwindigkeit [m/s]\n2,0.02\n", encoding="utf-8")
    mapping = f"""{HEAD}
tables:
  - file: "*.csv"
    headers: {{Run: [Lauf-Nr.], Speed: [Geschwindigkeit, Bahngeschwindigkeit]}}
    row: {{run: {{step: Coating, id: [Run]}}}}
    columns: {{Speed: {{parameter: CoatingSpeed, kind: set}}}}
"""
    result = staged(mapping, [tmp_path / "a.csv", tmp_path / "b.csv"])
    text = result.quads.read_text(encoding="utf-8")
    assert ("coating-1/q/CoatingSpeed/set" in text, "coating-2/q/CoatingSpeed/set" in text) == (True, True)
    assert found(result) == []


def test_a_header_that_stands_twice_is_named_by_its_number(staged: Stage, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Run,Speed (m/min),Speed (m/min)\n1,1.5,1.4\n", encoding="utf-8")
    mapping = f"""{HEAD}
tables:
  - file: a.csv
    row: {{run: {{step: Coating, id: [Run]}}}}
    columns:
      Speed (m/min) {{1}}: {{parameter: CoatingSpeed, kind: set}}
      Speed {{2}}: {{parameter: CoatingSpeed, kind: measured}}
"""
    result = staged(mapping, [tmp_path / "a.csv"])
    assert cells(result) == ["CoatingSpeed/set cell=2,2", "CoatingSpeed/measured cell=2,3"]


def test_sheets_that_a_glob_fits_are_read_and_others_are_named(staged: Stage, tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.worksheets[0].title = "Batch 1"
    for sheet, speed in ((workbook.worksheets[0], 1.5), (workbook.create_sheet("Batch 2"), 1.6)):
        sheet.append(["Run", "Speed (m/min)", None])
        sheet.append([1, speed, "loose"])
    hidden = workbook.create_sheet("Old")
    hidden.append(["secret", 3])
    hidden.sheet_state = "hidden"
    workbook.create_sheet("Empty")
    workbook.save(tmp_path / "runs.xlsx")
    mapping = f"""{HEAD}
tables:
  - file: runs.xlsx
    sheet: Batch *
    cells: {{Batch: sheet}}
    row: {{run: {{step: Coating, id: [Batch, Run]}}}}
    columns: {{Speed: {{parameter: CoatingSpeed, kind: set}}}}
"""
    result = staged(mapping, [tmp_path / "runs.xlsx"])
    assert cells(result) == [
        "CoatingSpeed/set sheet=Batch%201&cell=B2",
        "CoatingSpeed/set sheet=Batch%202&cell=B2",
    ]
    assert "/run/coating-Batch%202:1>" in result.quads.read_text(encoding="utf-8")
    assert found(result) == [
        "Column-unheaded runs.xlsx!Batch 1!C2",
        "Column-unheaded runs.xlsx!Batch 2!C2",
        "Source-unread runs.xlsx!Old",
    ]


def test_a_file_for_no_table_is_named(staged: Stage, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Run\n1\n", encoding="utf-8")
    (tmp_path / "other.csv").write_text("Run\n1\n", encoding="utf-8")
    mapping = f"{HEAD}\ntables: [{{file: a.csv, row: {{run: {{step: Coating, id: [Run]}}}}}}]\n"
    result = staged(mapping, [tmp_path / "a.csv", tmp_path / "other.csv"])
    assert found(result) == ["Source-unread other.csv"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"runs": [{"id": 1}]}', "say which list holds the records by `records:`; lists found: /runs"),
        ('[{"id": 1, "id": 2}]', "the key 'id' stands twice in one object"),
        ('[{"id": 1},\n 2]', "a.json, /1: is '2', no record with fields"),
        ('[{"id": 1},\n {]', "a.json, line 2: is no JSON: "),
    ],
)
def test_json_that_cannot_be_read(staged: Stage, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    mapping = f"{HEAD}\ntables: [{{file: a.json, row: {{run: {{step: Coating, id: [id]}}}}}}]\n"
    with pytest.raises(SourceError) as raised:
        staged(mapping, [tmp_path / "a.json"])
    assert message in str(raised.value)
