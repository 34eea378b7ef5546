"""Sheets as instruments and people leave them: blocks of unequal length, titles, clocks, other encodings."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from pilotline.datasets.dataset import Staged
from pilotline.namespaces import PL
from pilotline.quantities.units import Units
from pilotline.tabular.reading import parse_mapping
from pilotline.tabular.suggestion import suggest
from pilotline.vocabulary.terms import Vocabulary

Stage = Callable[[str, Sequence[Path]], Staged]
HEAD = """
mapping: odd
version: 1
dataset: {id: odd, title: Odd, licence: CC0-1.0}
source: {decimal: ",", encoding: ENCODING}
tables:
"""
CELLS = """
  - file: "*"
    row: {measurement: {lot: {kind: cell, id: [Zelle]}}}
    columns: {Masse: {parameter: CellMass, kind: measured}}
"""
BESIDE = """
  - file: "*"
    row: {measurement: {lot: {kind: cell, id: ["Zelle {1}"]}}}
    columns: {Masse: {parameter: CellMass, kind: measured}}
  - file: "*"
    row: {measurement: {lot: {kind: cell, id: ["Zelle {2}"]}}}
    columns: {Dicke: {parameter: CellThickness, kind: measured}}
"""


def told(staged: Staged) -> list[tuple[str, str]]:
    return [(each.code, each.cell) for each in staged.findings]


def read(staged: Staged) -> int:
    return staged.quads.read_text(encoding="utf-8").count(f"<{PL}siValue>")


def test_blocks_beside_each_other_may_differ_in_length(staged: Stage, tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    path.write_text(
        "Zelle;Masse (g);;Zelle;Dicke (mm)\nZ1;24,1;;Z7;5,2\n;;;Z8;5,3\n;;;;5,4\n", encoding="utf-8"
    )
    found = staged(HEAD.replace("ENCODING", "utf-8") + BESIDE, [path])
    assert (told(found), read(found)) == ([("Row-identity", "row 4, column 4")], 3)


@pytest.mark.parametrize(
    ("written", "declared", "expected"),
    [
        ("utf-8", "cp1252", [("Source-encoding", "")]),
        ("utf-8-sig", "latin-1", [("Source-encoding", "")]),
        ("cp1252", "cp1252", []),
        ("utf-8-sig", "utf-8", []),
        ("utf-16-le", "utf-16-le", []),
    ],
)
def test_a_file_that_is_utf8_is_not_read_as_another_encoding_in_silence(
    written: str, declared: str, expected: list[tuple[str, str]], staged: Stage, tmp_path: Path
) -> None:
    path = tmp_path / "cells.csv"
    text = ("\ufeff" if written == "utf-16-le" else "") + "Masse (g);Zelle;Prüfer\n24,1;Zä1;\n"
    path.write_text(text, encoding=written)
    mapping = (HEAD + CELLS).replace("ENCODING", declared)
    mapping = mapping.replace("kind: measured}}", 'kind: measured}, "Pr*": {ignore: true, required: false}}')
    found = staged(mapping, [path])
    assert [each for each in told(found) if each[0] != "Column-unmapped"] == expected


def test_the_header_of_a_draft_is_the_row_above_the_values(
    tmp_path: Path, vocabulary: Vocabulary, units: Units
) -> None:
    book = Workbook()
    for row in (
        ["QC report", None, "Rev. 3"],
        ["Line", "L1", "Shift", "Night"],
        [],
        ["Slurry", "Viscosity (mPas)", "Solids (%)", "Comment"],
        ["S1", 1250, 62.1, "ok"],
        ["S2", 1300, 61.9, "ok"],
    ):
        book.worksheets[0].append(row)
    book.save(tmp_path / "qc.xlsx")
    (table,) = parse_mapping(suggest(tmp_path / "qc.xlsx", vocabulary, units), "draft").tables
    assert table.header == 4


def test_a_draft_joins_a_day_with_two_times_of_the_day(
    tmp_path: Path, vocabulary: Vocabulary, units: Units
) -> None:
    path = tmp_path / "coating.csv"
    path.write_text(
        "Run;Date;Begin;End;Coating speed (m/min)\n1;12.03.25;8:15;9:00;1.5\n2;13.03.25;8:30;9:10;1.6\n",
        encoding="utf-8",
    )
    text = suggest(path, vocabulary, units)
    assert 'start: {column: [Date, Begin], dates: "%d.%m.%y %H:%M"}' in text
    assert 'end: {column: [Date, End], dates: "%d.%m.%y %H:%M"}' in text


def test_a_german_sheet_in_long_form_is_drafted_as_one(
    tmp_path: Path, vocabulary: Vocabulary, units: Units
) -> None:
    path = tmp_path / "slurry.csv"
    path.write_text("Charge;Messgröße;Wert;Einheit\nS1;Viskosität;1,25;Pa·s\nS2;Dichte;2,0;g/cm³\n", "utf-8")
    (table,) = parse_mapping(suggest(path, vocabulary, units), "draft").tables
    assert table.long is not None
    assert {name: each.parameter for name, each in table.long.parameters.items()} == {
        "Viskosität": "Viscosity",
        "Dichte": "Density",
    }


def test_an_amplitude_sweep_is_drafted_as_a_curve(
    tmp_path: Path, vocabulary: Vocabulary, units: Units
) -> None:
    path = tmp_path / "sweep.csv"
    path.write_text(
        "Slurry;Deformation (%);Speichermodul (Pa)\nS1;0,1;1200\nS1;1;1100\nS1;10;900\n", encoding="utf-8"
    )
    text = suggest(path, vocabulary, units)
    assert 'over: {column: "Deformation (%)", parameter: ShearStrain}' in text


@pytest.mark.parametrize(
    ("header", "text", "metres"),
    [
        ("Position (m)", "12,5", "12.5"),
        ("Position (mm)", "12500", "12.500"),
        ("Position", "1.250,5", "1250.5"),
        ("Position", "80 cm", "0.80"),
        ("Position", "1.250", ""),
    ],
)
def test_a_place_on_the_web_is_in_metres_whatever_its_unit(
    header: str, text: str, metres: str, staged: Stage, tmp_path: Path
) -> None:
    path = tmp_path / "rolls.csv"
    path.write_text(f"Rolle;Dicke (µm);{header}\nR1;95;{text}\n", encoding="utf-8")
    mapping = (
        HEAD.replace("ENCODING", "utf-8")
        + """
  - file: "*"
    row: {measurement: {lot: {kind: roll, id: [Rolle]}}, position: Position}
    columns: {Dicke: {parameter: ElectrodeThickness, convention: [WithFoil, CoatedOnBothSides]}}
"""
    )
    found = staged(mapping, [path])
    said = found.quads.read_text(encoding="utf-8").partition(f"<{PL}position> ")[2].split('"')
    assert (said[1] if len(said) > 1 else "") == metres
    assert told(found) == ([] if metres else [("Row-position", "row 2, column 3")])
