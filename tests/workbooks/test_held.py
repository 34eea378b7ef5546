"""Rows of a filled template that were held back come back as a template, which is corrected and handed in."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from pyoxigraph import QuerySolutions
from workbooks.template_filling import fill

from pilotline.cli import main
from pilotline.store import Store
from pilotline.workbooks.forms import column_id

RUN = {"start": "2025-03-04 08:15", "input:slurry": "S-17"}
RUNS = [
    RUN | {"id": "1", "output:roll:CoatedElectrode": "R1", "q:CoatingSpeed:set:run": "1,50"},
    RUN | {"id": "2", "output:roll:CoatedElectrode": "R2", "q:CoatingSpeed:set:run": "fast"},
    RUN | {"id": "3", "output:roll:CoatedElectrode": "R3", "q:CoatingSpeed:set:run": "1,60"},
]
SPEEDS = """\
PREFIX pl: <https://w3id.org/pilotline/ontology#>
PREFIX emmo: <https://w3id.org/emmo#>
SELECT ?run ?si WHERE {
    ?run a pl:Coating ; emmo:EMMO_e1097637_70d2_4895_973f_2396f04fa204 ?speed .
    ?speed a pl:CoatingSpeed ; pl:siValue ?si .
} ORDER BY ?run
"""


def ingested(path: Path, db: Path, *options: str) -> str:
    done = CliRunner().invoke(main, ["ingest", str(path), "--db", str(db), *options])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def held(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that holds the good rows, and the workbook with the one held back."""
    folder = tmp_path_factory.mktemp("held")
    fill(template, {"Coating": RUNS}).save(folder / "filled.xlsx")
    said = ingested(
        folder / "filled.xlsx", folder / "db", "--policy", "rows", "--quarantine", str(folder / "held.xlsx")
    )
    assert "1 rows held back are listed in" in said
    return folder


def test_the_rows_held_back_stand_alone_below_the_hidden_ids(held: Path) -> None:
    sheet = load_workbook(held / "held.xlsx")["Coating"]
    assert [column_id(str(cell.value)) is not None for cell in sheet[1] if cell.value][:1] == [True]
    assert sheet.row_dimensions[1].hidden
    rows = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows(min_row=6)]
    assert [row for row in rows if row] == [["2", "2025-03-04 08:15", "S-17", "R2", "fast"]]


def test_the_copy_says_where_each_row_stood_and_why_it_was_held_back(held: Path) -> None:
    rows = list(
        load_workbook(held / "held.xlsx")["Held back"].iter_rows(min_row=2, max_col=3, values_only=True)
    )
    assert [row[:2] for row in rows] == [("Coating!6", "Coating!7")]
    assert "'fast' is not a number" in str(rows[0][2])


def test_the_corrected_copy_is_taken_in_with_no_mapping_and_takes_nothing_away(held: Path) -> None:
    workbook = load_workbook(held / "held.xlsx")
    (cell,) = (
        cell for row in workbook["Coating"].iter_rows(min_row=6) for cell in row if cell.value == "fast"
    )
    cell.value = 1.8
    workbook.save(held / "corrected.xlsx")
    ingested(held / "corrected.xlsx", held / "db")
    solutions = Store.open(held / "db").read().query(SPEEDS)
    assert isinstance(solutions, QuerySolutions)
    found = [(str(row["run"]).rpartition("-")[2].strip(">"), float(row["si"].value)) for row in solutions]
    assert found == [("1", 0.025), ("2", 0.03), ("3", pytest.approx(1.6 / 60))]
