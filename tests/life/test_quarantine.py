"""The policy `rows`: good rows enter, bad ones are held back with the reason, with what leans on them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from life.lab import LAB
from openpyxl import Workbook, load_workbook
from pyoxigraph import NamedNode

from pilotline.datasets import catalogue
from pilotline.datasets.dataset import SourceError
from pilotline.ingest.publishing import Outcome, Terms
from pilotline.ingest.quarantine import Reading, ingest_good_rows, write_quarantine
from pilotline.ingest.rules import Policy, Rules
from pilotline.ingest.sources import Job, jobs
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.store import Store

CASES = Path(__file__).parent / "cases"
Sheet = list[tuple[object, ...]]
RUNS: Sheet = [("Run", "Slurry", "Roll", "Speed (m/min)")]
GAPS: Sheet = [("Run", "No", "Gap (µm)")]
Line = Callable[[Sheet, Sheet], Outcome]


@pytest.fixture
def line(store: Store, rules: Rules, tmp_path: Path) -> Line:
    """Ingest a workbook of two sheets, given their rows, by the policy `rows`."""

    def ingest(runs: Sheet, gaps: Sheet) -> Outcome:
        book = Workbook()
        for name, rows in (("Runs", [*RUNS, *runs]), ("Gaps", [*GAPS, *gaps])):
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.remove(book.worksheets[0])
        book.save(tmp_path / "line.xlsx")
        (job,) = jobs([tmp_path / "line.xlsx"], CASES / "line.yaml", Place())
        reading = Reading(job, tmp_path / "staged.nq", rules.vocabulary, Units.load())
        return ingest_good_rows(store, reading, rules, Terms(Policy.ROWS))

    return ingest


def held(outcome: Outcome) -> dict[str, str]:
    return {str(each.row.place): each.why for each in outcome.quarantined}


def described(store: Store) -> set[str]:
    runs = store.read().query(
        f"SELECT DISTINCT ?s {{ ?s a <{'https://w3id.org/pilotline/ontology#'}Coating> }}"
    )
    return {row["s"].value.removeprefix(LAB) for row in runs}  # type: ignore[union-attr]


GOOD, FAST = ("1", "S-17", "R1", 1.5), ("2", "S-17", "R2", "fast")


def test_a_source_without_faults_holds_nothing_back(line: Line) -> None:
    outcome = line([GOOD], [("1", 1, 120)])
    assert (outcome.published, outcome.conforms, outcome.quarantined) == (True, True, ())


def test_good_rows_enter_and_a_bad_one_is_held_back_with_the_reason(line: Line, store: Store) -> None:
    outcome = line([GOOD, FAST], [])
    assert (outcome.published, outcome.conforms) == (True, True)
    assert held(outcome) == {
        "line.xlsx!Runs!row 3": "D3: 'fast' is not a number; leave the cell empty if there is no value"
    }
    assert described(store) == {"/run/coating-1"}


def test_every_row_of_one_cause_is_held_back(line: Line) -> None:
    rows: Sheet = [GOOD, *((str(n), "S-17", f"R{n}", "fast") for n in range(2, 20))]
    assert len(line(rows, []).quarantined) == 18


def test_a_row_that_breaks_a_shape_is_held_back(line: Line) -> None:
    assert list(held(line([GOOD, ("2", "", "R2", 1.5)], []))) == ["line.xlsx!Runs!row 3"]


def test_a_measurement_of_a_run_that_is_held_back_is_held_back_with_it(line: Line, store: Store) -> None:
    outcome = line([GOOD, FAST], [("1", 1, 120), ("2", 1, 130)])
    assert held(outcome)["line.xlsx!Gaps!row 3"] == "it says more of coating-2, whose own row is held back"
    assert len(outcome.quarantined) == 2
    run = NamedNode(f"{LAB}/run/coating-2")
    assert not any(store.read().quads_for_pattern(run, None, None, NamedNode(f"{LAB}/dataset/line")))


def test_a_bad_measurement_leaves_its_run_alone(line: Line, store: Store) -> None:
    assert list(held(line([GOOD], [("1", 1, "wide"), ("1", 2, 120)]))) == ["line.xlsx!Gaps!row 2"]
    assert described(store) == {"/run/coating-1"}


def test_what_is_held_back_stays_in_the_report_of_the_dataset(line: Line, store: Store) -> None:
    line([GOOD, FAST], [])
    report = NamedNode(f"{LAB}/dataset/line/report")
    texts = [str(quad.object) for quad in store.read().quads_for_pattern(None, None, None, report)]
    assert any("line.xlsx!Runs!row 3: held back: D3: 'fast' is not a number" in text for text in texts)
    assert catalogue.entry(store.read(), f"{LAB}/dataset/line").policy == "rows"


def test_a_source_without_a_good_row_is_refused(line: Line) -> None:
    outcome = line([FAST], [])
    assert (outcome.published, outcome.conforms) == (False, False)


def test_the_list_is_a_workbook_like_the_source_with_the_reasons(line: Line, tmp_path: Path) -> None:
    outcome = line([GOOD, FAST], [("2", 1, 130)])
    write_quarantine(outcome.quarantined, tmp_path / "held.xlsx")
    book = load_workbook(tmp_path / "held.xlsx")
    assert book.sheetnames == ["Runs", "Gaps"]
    assert [cell.value for cell in book["Runs"][1]] == [*RUNS[0], "Row in the source", "Why"]
    assert [cell.value for cell in book["Runs"][2]][:5] == ["2", "S-17", "R2", "fast", "line.xlsx!Runs!row 3"]


def test_the_list_as_csv_has_the_columns_of_the_source(line: Line, tmp_path: Path) -> None:
    write_quarantine(line([GOOD, FAST], []).quarantined, tmp_path / "held.csv")
    assert (tmp_path / "held.csv").read_text(encoding="utf-8").splitlines()[0] == (
        "Run,Slurry,Roll,Speed (m/min),Row in the source,Why"
    )


def test_a_source_that_has_no_rows_says_so(store: Store, rules: Rules, tmp_path: Path) -> None:
    file = tmp_path / "data.ttl"
    file.touch()
    reading = Reading(
        Job((file,), None, Place("lab")), tmp_path / "staged.nq", rules.vocabulary, Units.load()
    )
    with pytest.raises(SourceError, match="the policy rows reads tables"):
        ingest_good_rows(store, reading, rules, Terms(Policy.ROWS))
