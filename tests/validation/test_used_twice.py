"""Lots that no sheet describes: used twice they are told at that cell, unknown where they are named."""

from pathlib import Path

import pytest

from pilotline.ingest.publishing import rehearse
from pilotline.ingest.rules import Rules
from pilotline.ingest.sources import Job
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.store import Store
from pilotline.validation import Report

CODES = ("Sheet-usedTwice", "Lot-madeTwice", "Lot-namedTwice")
MAPPING = """
mapping: stacks
version: 1
scope: lab
dataset: {id: stacks, title: Stacks, licence: CC0-1.0, creator: me, simulated: true}
source: {timezone: Europe/Berlin}
tables:
  - file: stacks.csv
    row:
      run: {step: Stacking, id: [Run]}
      start: Start
      equipment: {id: [Stacker], class: Stacker}
      inputs:
        - {kind: stack, id: [Opened]}
        - {kind: sheet, id: [Cathodes], split: ";"}
        - {kind: sheet, id: [Anodes], split: ";"}
        - {kind: separator, id: [Separator]}
      outputs: [{kind: stack, id: [Cell], product: ElectrodeStack}]
"""
HEADER = "Run,Start,Stacker,Opened,Cathodes,Anodes,Separator,Cell"
GOOD = [f"ST{n},2025-03-24 08:{10 + n},S1,,K{n}a;K{n}b,A{n}a;A{n}b,SEP-1,Z{n}" for n in range(1, 7)]


def report_on(rows: list[str], founded: Path, rules: Rules, folder: Path) -> Report:
    table, mapping = folder / "stacks.csv", folder / "stacks.yaml"
    table.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    mapping.write_text(MAPPING, "utf-8")
    staged = Job((table,), mapping, Place()).stage(folder / "staged.nq", rules.vocabulary, Units.load())
    return rehearse(Store.open(founded), staged, rules)


ROWS = {
    "sheet of another stack": (
        "K6a;",
        "K2b;",
        "row 7, column 5",
        CODES[0],
        "Sheet K2b is already in stack Z2",
    ),
    "sheets copied down": ("A6a;A6b", "A5a;A5b", "row 7, column 6", CODES[0], "Sheet A5a is already in"),
    "cell number used again": ("Z6", "Z5", "row 7, column 8", CODES[1], "stack Z5 is already made by"),
    "sheet named twice": ("K6b", "K6a", "row 7, column 5", CODES[2], "'K6a' stands here 2 times"),
}


@pytest.mark.parametrize(("good", "wrong", "cell", "code", "words"), ROWS.values(), ids=ROWS)
def test_a_lot_used_twice_is_told_once_at_its_cell(
    good: str, wrong: str, cell: str, code: str, words: str, founded: Path, rules: Rules, tmp_path: Path
) -> None:
    rows = [*GOOD[:5], GOOD[5].replace(good, wrong)]
    found = [group.finding for group in report_on(rows, founded, rules, tmp_path).groups()]
    (told,) = [each for each in found if each.code in CODES]
    assert (told.cell, told.code) == (cell, code)
    assert told.message.startswith(words)


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [(4, "rows 3 to 61, column 5", CODES[0]), (7, "rows 3 to 61, column 8", CODES[1])],
)
def test_a_number_copied_over_many_rows_is_one_finding(
    column: int, cell: str, code: str, founded: Path, rules: Rules, tmp_path: Path
) -> None:
    rows = [f"ST{n:02},2025-03-24 08:{n - 1:02},S1,,K{n},A{n},SEP-1,Z{n:02}".split(",") for n in range(1, 61)]
    for row in rows:
        row[column] = rows[0][column]
    groups = report_on([",".join(row) for row in rows], founded, rules, tmp_path).groups()
    told = [group for group in groups if group.finding.code in CODES]
    assert [(each.finding.cell, each.finding.code, each.count) for each in told] == [(cell, code, 59)]


def test_a_sheet_that_is_cathode_and_anode_is_one_finding_at_both_cells(
    founded: Path, rules: Rules, tmp_path: Path
) -> None:
    rows = [*GOOD[:4], GOOD[4].replace("A5b", "K5b"), GOOD[5]]
    groups = report_on(rows, founded, rules, tmp_path).groups("de")
    (told,) = [group.finding for group in groups if group.finding.code in CODES]
    assert (told.cell, told.code) == ("row 6, column 5, row 6, column 6", "Lot-namedTwice")
    assert told.message == "'K5b' steht in einer Zeile in 'Cathodes' und in 'Anodes'"


def test_good_rows_and_a_stack_made_anew_are_not_blamed(founded: Path, rules: Rules, tmp_path: Path) -> None:
    anew = [
        "ST7,2025-03-24 09:10,S1,Z1,K1a;K9,A1a;A1b,SEP-1,Z7",
        "ST8,2025-03-24 09:20,S1,Z2,K2a;K2b,A2a;A2b,SEP-1,Z2",
    ]
    report = report_on([*GOOD, *anew], founded, rules, tmp_path)
    assert [each for each in report.findings if each.code in CODES] == []


def test_a_lot_of_a_run_number_used_again_is_told_in_that_row(
    founded: Path, rules: Rules, tmp_path: Path
) -> None:
    again = "ST2,2025-03-24 10:00,S1,,K9a;K9b,A9a;A9b,SEP-9,Z9"
    report = report_on([*GOOD, again], founded, rules, tmp_path)
    unknown = {each.value: each.cell for each in report.findings if each.code == "Link-unknown-lot"}
    assert (unknown["SEP-9"], unknown["K9a"]) == ("row 8, column 7", "row 8, column 5")


def test_many_unknown_lots_of_a_column_are_one_cause(founded: Path, rules: Rules, tmp_path: Path) -> None:
    groups = report_on(GOOD, founded, rules, tmp_path).groups()
    told = {group.finding.cell: group.count for group in groups if group.finding.code == "Link-unknown-lot"}
    assert told == {
        "rows 2 to 7, column 5": 12,
        "rows 2 to 7, column 6": 12,
        "rows 2 to 7, column 7": 6,
    }


def test_few_unknown_lots_of_a_column_are_told_one_by_one(
    founded: Path, rules: Rules, tmp_path: Path
) -> None:
    groups = report_on(GOOD[:4], founded, rules, tmp_path).groups()
    cells = [group.finding.cell for group in groups if group.finding.code == "Link-unknown-lot"]
    assert (len(cells), cells.count("row 2, column 5")) == (17, 2)
