"""What the files of the demo line hold, read as text."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest

from pilotline.demo import write_files

Rows = list[dict[str, str]]
Reader = Callable[[str], Rows]


def test_the_files_are_the_same_bytes_every_time(folder: Path, tmp_path: Path) -> None:
    again = write_files(tmp_path)
    first = {path.relative_to(tmp_path): (folder / path.relative_to(tmp_path)).read_bytes() for path in again}
    assert {path.relative_to(tmp_path): path.read_bytes() for path in again} == first


def test_the_first_line_says_that_everything_is_simulated(folder: Path) -> None:
    first = (folder / "README.txt").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("Everything in this folder is simulated")


def test_the_read_me_names_every_file(folder: Path) -> None:
    text = (folder / "README.txt").read_text(encoding="utf-8")
    files = [path.name for path in folder.iterdir() if path.is_file() and path.name != "README.txt"]
    assert [name for name in files if name not in text] == []


def test_every_file_is_below_a_megabyte(folder: Path) -> None:
    assert [path.name for path in folder.rglob("*") if path.stat().st_size >= 1_000_000] == []


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("materials.csv", 8),
        ("calendering.csv", 6),
        ("slitting.csv", 20),
        ("postdrying.csv", 20),
        ("punching.csv", 13),
        ("sheets.csv", 1298),
        ("magazines.csv", 24),
        ("stacking.csv", 234),
        ("half-cells.csv", 6),
        ("assembly.csv", 237),
        ("filling.csv", 239),
        ("sealing.csv", 237),
        ("formation.csv", 470),
        ("formation-results.csv", 235),
        ("FO-0117.csv", 266),
    ],
)
def test_a_file_has_its_rows(rows: Reader, name: str, count: int) -> None:
    assert len(rows(name)) == count


def test_a_sheet_is_in_one_cell_only(rows: Reader) -> None:
    used = [name for row in rows("stacking.csv") for name in _sheets(row)]
    used += [row["Working electrode"] for row in rows("half-cells.csv")]
    used += [row["Sheet"] for row in rows("magazines.csv")]
    assert len(used) == len(set(used)) == 234 * 5 + 6


def test_no_faulty_sheet_is_in_a_cell(rows: Reader) -> None:
    faulty = {row["Sheet"] for row in rows("sheets.csv") if row["Camera"]}
    used = {name for row in rows("stacking.csv") for name in _sheets(row)}
    assert faulty
    assert faulty & used == set()


def test_some_stacks_draw_from_two_coils_of_one_polarity(rows: Reader) -> None:
    mixed = [row["Cell"] for row in rows("stacking.csv") if len(_coils(row["Anode sheets"])) > 1]
    mixed += [row["Cell"] for row in rows("stacking.csv") if len(_coils(row["Cathode sheets"])) > 1]
    assert mixed == ["124", "183", "214", "103"]


def _sheets(row: dict[str, str]) -> list[str]:
    return [name for part in ("Cathode sheets", "Anode sheets") for name in row[part].split(";") if name]


def _coils(sheets: str) -> set[str]:
    return {name.rpartition("-")[0] for name in sheets.split(";") if name}


def test_the_corrected_sheet_differs_in_three_masses(rows: Reader) -> None:
    before, after = rows("filling.csv"), rows("filling-corrected.csv")
    changed = [
        (new["Cell"], column)
        for old, new in zip(before, after, strict=True)
        for column in new
        if old[column] != new[column]
    ]
    assert changed == [(cell, "Mass after (g)") for cell in ("31", "32", "140")]


def test_refilled_cells_are_filled_twice(rows: Reader) -> None:
    cells = [row["Cell"] for row in rows("filling.csv")]
    assert [cell for cell in dict.fromkeys(cells) if cells.count(cell) > 1] == ["58", "143"]


def test_moisture_is_sometimes_only_bounded_and_once_not_detected(rows: Reader) -> None:
    texts = [row["Residual moisture (ppm)"] for row in rows("postdrying.csv")]
    assert [text for text in texts if not text.isdigit()] == ["<40 ppm", "n.d."]


def test_the_log_has_a_gap_a_stuck_sensor_and_a_stamp_written_twice(rows: Reader) -> None:
    log = rows("dryer-log.csv")
    assert _longest_gap(log, "2025-03-05 14") == 100
    assert _longest_run_of_one_value(log, "DR1.T4") > 20
    assert len(log) - len({(row["Time"], row["Channel"]) for row in log}) == 7


def _longest_gap(log: Rows, hour: str) -> int:
    stamps = [row["Time"] for row in log if row["Channel"] == "DR1.V" and row["Time"].startswith(hour)]
    seconds = [60 * int(stamp[14:16]) + int(stamp[17:19]) for stamp in stamps]
    return max(later - earlier for earlier, later in pairwise(seconds))


def _longest_run_of_one_value(log: Rows, channel: str) -> int:
    longest, current, last = 0, 0, ""
    for row in log:
        if row["Channel"] == channel:
            current = current + 1 if row["Value"] == last else 1
            last, longest = row["Value"], max(longest, current)
    return longest


def test_a_workbook_carries_no_date_of_writing(folder: Path) -> None:
    properties = openpyxl.load_workbook(folder / "coating.xlsx").properties
    assert properties.modified == properties.created
