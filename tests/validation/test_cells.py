"""A finding about a time, a link or a position names its own cell, in whatever file it stands."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from pyoxigraph import NamedNode
from workbooks.template_filling import fill

from pilotline.datasets.pointers import place_of
from pilotline.findings import Finding, Severity
from pilotline.ingest.publishing import ingest, rehearse
from pilotline.ingest.rules import Rules
from pilotline.ingest.sources import Job
from pilotline.iris import Place
from pilotline.namespaces import SH
from pilotline.quantities.units import Units
from pilotline.store import Store
from pilotline.workbooks.knowledge import Knowledge
from pilotline.workbooks.steps import Wishes
from pilotline.workbooks.template import write_template

MAPPING = """
mapping: cells
version: 1
scope: lab
dataset: {id: cells, title: Cells, licence: CC0-1.0, simulated: false}
source: {timezone: UTC}
tables:
  - file: "SLITTING"
    RECORDS
    row:
      run: {step: Slitting, id: [Run]}
      start: Start
      end: End
      equipment: {id: [Slitter], class: SlittingMachine}
      inputs: [{kind: roll, id: [Roll]}]
      outputs: [{kind: coil, id: [Coil], product: SlitElectrode}]
    columns:
      Lane: {ignore: true}
      From: {ignore: true}
      To: {ignore: true}
      New from: {ignore: true}
      New to: {ignore: true}
  - file: "SLITTING"
    RECORDS
    row:
      map: {step: Slitting, id: [Run]}
      number: Lane
      from: {kind: roll, id: [Roll]}
      to: {kind: coil, id: [Coil]}
      from_start: From
      from_end: To
      to_start: New from
      to_end: New to
    columns:
      Slitter: {ignore: true}
      Start: {ignore: true}
      End: {ignore: true}
"""
HEADERS = ("Run", "Slitter", "Start", "End", "Roll", "Coil", "Lane", "From", "To", "New from", "New to")
GOOD = ("1", "S1", "2025-03-07T12:00", "2025-03-07T13:00", "R1", "C1", "1", "0", "30", "30", "0")
FAULTS = {
    "Start": ("2", {"Start": ""}, "Run-started"),
    "End": ("3", {"End": "2025-03-07T11:00"}, "Run-startBeforeEnd"),
    "Roll": ("4", {"Roll": ""}, "Run-input"),
    "To": ("5", {"To": "-30"}, "PositionMap-fromEnd"),
    "New from": ("6", {"New from": "-1"}, "PositionMap-toStart"),
    "Slitter": ("7", {"Slitter": ""}, "Run-equipment"),
}
NUMBERS = {number: changed | {"Run": number, "Coil": number} for number, changed, _ in FAULTS.values()}
ROWS = [GOOD, *(tuple((dict(zip(HEADERS, GOOD, strict=True)) | row).values()) for row in NUMBERS.values())]


def as_csv(path: Path) -> None:
    path.write_text("".join(",".join(row) + "\n" for row in (HEADERS, *ROWS)), encoding="utf-8")


def as_workbook(path: Path) -> None:
    book = Workbook()
    (sheet,) = book.worksheets
    sheet.title = "Slitting"
    for row in (HEADERS, *ROWS):
        sheet.append(row)
    book.save(path)


def as_json(path: Path) -> None:
    records = [dict(zip(HEADERS, row, strict=True)) for row in ROWS]
    path.write_text(json.dumps({"line": {"runs": records}}), encoding="utf-8")


WRITERS = {"a.csv": as_csv, "a.xlsx": as_workbook, "a.json": as_json}
CELLS: dict[str, Callable[[int, str], str]] = {
    "a.csv": lambda row, name: f"row {row}, column {HEADERS.index(name) + 1}",
    "a.xlsx": lambda row, name: f"{'ABCDEFGHIJK'[HEADERS.index(name)]}{row}",
    "a.json": lambda row, name: f"/line/runs/{row - 2}/{name}",
}


def job_on(folder: Path, name: str) -> Job:
    WRITERS[name](folder / name)
    records = "records: /line/runs" if name == "a.json" else "source: {timezone: UTC}"
    mapping = folder / "mapping.yaml"
    mapping.write_text(MAPPING.replace("SLITTING", name).replace("RECORDS", records), encoding="utf-8")
    return Job((folder / name,), mapping, Place())


def told(job: Job, store: Store, rules: Rules, into: Path) -> list[Finding]:
    return list(rehearse(store, job.stage(into, rules.vocabulary, Units.load()), rules).findings)


@pytest.mark.parametrize("name", WRITERS)
def test_each_fault_is_told_at_its_own_cell(name: str, founded: Path, rules: Rules, tmp_path: Path) -> None:
    findings = told(job_on(tmp_path, name), Store.open(founded), rules, tmp_path / "staged.nq")
    codes = {code for _, _, code in FAULTS.values()}
    found = {(each.cell, each.code) for each in findings if each.code in codes}
    cell = CELLS[name]
    assert found == {(cell(row, column), FAULTS[column][2]) for row, column in enumerate(FAULTS, 3)}


def test_lot_that_nobody_knows_is_told_at_the_cell_that_names_it(
    founded: Path, rules: Rules, tmp_path: Path
) -> None:
    findings = told(job_on(tmp_path, "a.csv"), Store.open(founded), rules, tmp_path / "staged.nq")
    unknown = {each.cell for each in findings if each.code in ("Link-unknown-lot", "Link-known")}
    assert unknown == {f"row {row}, column 5" for row in (2, 3, 4, 6, 7, 8)}


def test_report_in_the_store_keeps_the_cells(store: Store, rules: Rules, tmp_path: Path) -> None:
    staged = job_on(tmp_path, "a.csv").stage(tmp_path / "staged.nq", rules.vocabulary, Units.load())
    ingest(store, staged, rules)
    refused = NamedNode(staged.description.iri + "/refused")
    read = store.read()
    shape = NamedNode("https://w3id.org/pilotline/shapes#PositionMap-fromEnd")
    (result,) = (
        q.subject for q in read.quads_for_pattern(None, NamedNode(SH + "sourceShape"), shape, refused)
    )
    assert isinstance(result, NamedNode)
    assert str(place_of(read, result)) == "a.csv!row 6, column 9"


TOO_EARLY = """
mapping: coating
version: 1
scope: lab
dataset: {id: coating, title: Coating, licence: CC0-1.0, simulated: true}
source: {timezone: Europe/Berlin}
tables:
  - file: mixing.csv
    row:
      run: {step: SlurryPreparation, id: [Run]}
      start: Start
      end: End
      equipment: {id: [Mixer], class: Mixer}
      inputs: [{kind: material, id: [Powder]}]
      outputs: [{kind: slurry, id: [Slurry], product: Slurry}]
  - file: coating.csv
    row:
      run: {step: Coating, id: [Run]}
      start: Start
      end: End
      equipment: {id: [Coater], class: Coater}
      inputs: [{kind: slurry, id: [Slurry]}]
      outputs: [{kind: roll, id: [Roll], product: CoatedElectrode}]
"""
MIXING = """Run,Start,End,Mixer,Powder,Slurry
M1,2025-03-04 08:00,2025-03-04 10:00,X1,P1,S1
M2,2025-03-04 12:00,2025-03-04 16:00,X1,P1,S2
"""
HEAD_OF_ROLLS = "Run,Coater,Slurry,Roll,Start,End\n"
ROLLS = """C1,K1,S1,R1,2025-03-04 10:00,2025-03-04 11:00
C2,K1,S2,R2,2025-03-04 15:00,2025-03-04 15:30
C3,K1,S2,R3,2025-03-04 15:40,2025-03-04 16:30
C4,K1,S2,R4,2025-03-04 16:00,2025-03-04 17:00
"""


def told_of_rolls(rolls: str, founded: Path, rules: Rules, folder: Path) -> list[Finding]:
    for name, text in {
        "mixing.csv": MIXING,
        "coating.csv": HEAD_OF_ROLLS + rolls,
        "mapping.yaml": TOO_EARLY,
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    job = Job((folder / "mixing.csv", folder / "coating.csv"), folder / "mapping.yaml", Place())
    staged = job.stage(folder / "staged.nq", rules.vocabulary, Units.load())
    groups = rehearse(Store.open(founded), staged, rules).groups("de")
    return [group.finding for group in groups if group.finding.file == "coating.csv"]


def test_slurry_coated_while_it_is_mixed_is_one_warning_at_the_starts_of_the_runs(
    founded: Path, rules: Rules, tmp_path: Path
) -> None:
    (told,) = told_of_rolls(ROLLS, founded, rules, tmp_path)
    found = (told.code, told.cell, told.severity)
    assert found == ("Run-inputUnfinished", "rows 3 to 4, column 5", Severity.WARNING)
    assert told.message.startswith(
        "Der Lauf verwendet Los Slurry S2 um 2025-03-04 15:00, das erst um 2025-03-04 16:00 fertig ist; "
    )


def test_slurry_of_a_run_number_used_again_is_not_held_against_the_first_row(
    founded: Path, rules: Rules, tmp_path: Path
) -> None:
    rows = "C1,K1,S1,R1,2025-03-04 13:00,2025-03-04 14:00\nC1,K1,S2,R5,2025-03-04 17:00,2025-03-04 18:00\n"
    told = told_of_rolls(rows, founded, rules, tmp_path)
    assert [(each.code, each.cell) for each in told] == [("Row-twice", "row 3, column 1")]


def test_run_that_is_too_early_is_told_what_else_is_wrong(
    founded: Path, rules: Rules, tmp_path: Path
) -> None:
    told = told_of_rolls("C1,K1,S1,,2025-03-04 07:00,2025-03-04 08:00\n", founded, rules, tmp_path)
    assert {each.code: each.cell for each in told} == {
        "Run-inputMadeLater": "row 2, column 3",
        "Run-output": "row 2, column 4",
    }


COATING = {
    "id": "0042", "start": "2025-03-04 10:00", "end": "2025-03-04 09:02", "input:slurry": "S-17",
    "input:foil": "F1", "output:roll:CoatedElectrode": "R42", "polarity": "Cathode",
    "equipment:Equipment": "Coater 1", "q:CoatingSpeed:set:run": "1,50",
}  # fmt: skip


def test_template_names_the_cells_of_its_own_columns(founded: Path, rules: Rules, tmp_path: Path) -> None:
    knowledge = Knowledge.shipped(rules.vocabulary, Units.load())
    path = tmp_path / "t.xlsx"
    write_template(path, [knowledge.step("coating")], knowledge, Wishes())
    book = fill(path, {"Coating": [COATING]})
    columns = {str(cell.value).partition("#")[2]: cell.column_letter for cell in book["Coating"][1]}
    book.save(path)
    findings = told(Job((path,), None, Place()), Store.open(founded), rules, tmp_path / "staged.nq")
    found = {(each.value, each.cell) for each in findings if each.code == "Link-unknown-lot"}
    found |= {(each.code, each.cell) for each in findings if each.code == "Run-startBeforeEnd"}
    wanted = {"S-17": "input:slurry", "F1": "input:foil", "Run-startBeforeEnd": "end"}
    assert found == {(what, f"{columns[name]}6") for what, name in wanted.items()}


ROBOT = """
mapping: robot
version: 1
scope: lab
dataset: {id: robot, title: Log of a robot, licence: CC0-1.0, simulated: true}
source: {timezone: UTC}
tables:
  - file: robot.json
    records: /line/runs
    row:
      run: {step: Coating, id: [id]}
      start: times/start
      equipment: {id: [machine], class: Coater}
      inputs: [{kind: slurry, id: [slurry]}]
      outputs: [{kind: roll, id: [roll], product: CoatedElectrode}]
    columns:
      set/speed: {parameter: CoatingSpeed, kind: set, unit: m/min}
      wet: {parameter: WetFilmThickness, kind: measured, unit: µm, convention: [PerSide]}
      loading:
        {parameter: MassLoading, kind: measured, unit: mg/cm², convention: [PerSide, DryState, WholeCoating]}
      room: {parameter: AmbientTemperature, kind: measured, unit: "°C", bearer: run}
"""


def log_of_a_robot() -> list[dict[str, object]]:
    """Twenty runs, each with its own values; the third is 10 times too thick, the tenth has kelvins for °C.

    The sixth and the seventh repeat the fifth; the last one is dated 3 December in place of 12 March.
    """
    runs: list[dict[str, object]] = [
        {
            "id": f"K{number}", "machine": "coater-1", "slurry": "S1", "roll": f"R{number}",
            "times": {"start": f"2025-03-{3 + number // 3:02}T{8 + number % 3:02}:00"},
            "set": {"speed": 1.5}, "wet": 110 + number * 7 % 20 / 10, "loading": 15 + number * 3 % 20 / 100,
            "room": 22 + number * 11 % 20 / 20,
        }
        for number in range(20)
    ]  # fmt: skip
    runs[2]["wet"] = 1113.0
    runs[9]["room"] = 295.5
    for number in (5, 6):
        runs[number] |= {name: runs[4][name] for name in ("wet", "loading", "room")}
    runs[19]["times"] = {"start": "2025-09-03T09:00"}
    return runs


def test_slips_in_the_log_of_a_robot_are_told_at_their_fields(
    founded: Path, rules: Rules, tmp_path: Path
) -> None:
    (tmp_path / "robot.json").write_text(json.dumps({"line": {"runs": log_of_a_robot()}}), encoding="utf-8")
    (tmp_path / "robot.yaml").write_text(ROBOT, encoding="utf-8")
    job = Job((tmp_path / "robot.json",), tmp_path / "robot.yaml", Place())
    staged = job.stage(tmp_path / "staged.nq", rules.vocabulary, Units.load())
    groups = rehearse(Store.open(founded), staged, rules).groups()
    told = {group.finding.code: group.finding.cell for group in groups if group.finding.severity != "info"}
    assert told == {
        "Column-decimalPoint": "/line/runs/2/wet",
        "Column-unit": "/line/runs/9/room",
        "Row-copied": ", ".join(
            f"/line/runs/5/{name} to /line/runs/6/{name}" for name in ("loading", "room", "wet")
        ),
        "Column-dayAndMonth": "/line/runs/19/times/start",
        "Link-unknown-lot": "/line/runs/0/slurry to /line/runs/19/slurry",
    }
