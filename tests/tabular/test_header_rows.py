"""Headers in several rows are joined, in drafts and mappings; odd encodings and unit endings are known."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from pilotline.datasets.dataset import SourceError
from pilotline.findings import Severity
from pilotline.iris import Scope
from pilotline.quantities.units import Units
from pilotline.tabular.csvfile import check_text
from pilotline.tabular.ledger import Fate, trial
from pilotline.tabular.mapper import job_of
from pilotline.tabular.model import Mapping, Table
from pilotline.tabular.reading import parse_mapping
from pilotline.tabular.suggestion import suggest
from pilotline.vocabulary.terms import Vocabulary

COATING: list[list[Any]] = [
    ["Coating DoE anode"],
    [],
    ["Exp", "Coater", None, "Dryer zone 1", None, "Dryer zone 2", None, "Loading", "Remark"],
    [None, "Speed", "Gap", "T set", "T act", "T set", "T act", None, None],
    [None, "m/min", "µm", "°C", "°C", "°C", "°C", "mg/cm²", None],
    ["C-01", 1.0, 180, 90, 89.2, 110, 108.7, 8.1, "ok"],
    ["C-02", 1.5, 180, 95, 94.1, 115, 113.9, 8.0, None],
]
CALENDERING: list[list[Any]] = [
    ["Roll", "Thickness", None, "Line load", "Speed"],
    [None, "in", "out", None, None],
    ["-", "µm", "µm", "N/mm", "m/min"],
    ["R1", 98.2, 72.0, 150, 2],
    ["R2", 98.4, 68.3, 200, 2],
]


def saved(path: Path, rows: Sequence[list[Any]], merged: Sequence[str]) -> Path:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    workbook.save(path)
    return path


def drafted(path: Path, vocabulary: Vocabulary, units: Units) -> tuple[Mapping, Table]:
    """Return the draft for a file, which runs as it is: no cell lost, no violation."""
    draft = parse_mapping(suggest(path, vocabulary, units), "draft")
    uses, _ = trial(job_of(draft, Scope("lab"), vocabulary, units), path)
    assert sum(column.fates[Fate.LOST] for use in uses for column in use.columns) == 0
    assert not [each for use in uses for each in use.findings if each.severity is Severity.VIOLATION]
    return draft, draft.tables[0]


@pytest.mark.parametrize("merged", [["B3:C3", "D3:E3", "F3:G3", "H3:H4"], []])
def test_groups_over_columns_are_drafted_as_joined_headers(
    tmp_path: Path, vocabulary: Vocabulary, units: Units, merged: list[str]
) -> None:
    path = saved(tmp_path / "coating.xlsx", COATING, merged)
    _, table = drafted(path, vocabulary, units)
    assert (table.header, table.unit_row) == ((3, 4), 5)
    said = {name: (spec.parameter, spec.kind, spec.zone) for name, spec in table.columns.items()}
    assert said == {
        "Coater Speed (m/min)": ("CoatingSpeed", "unstated", None),
        "Coater Gap (µm)": ("CoatingGap", "unstated", None),
        "Dryer zone {n} T set (°C)": ("DryingTemperature", "set", "n"),
        "Dryer zone {n} T act (°C)": ("DryingTemperature", "measured", "n"),
        "Loading (mg/cm²)": ("MassLoading", "unstated", None),
        "Remark": (None, "unstated", None),
    }


def test_in_and_out_keep_their_group_and_are_told_apart(
    tmp_path: Path, vocabulary: Vocabulary, units: Units
) -> None:
    path = saved(tmp_path / "calendering.xlsx", CALENDERING, ["A1:A2", "B1:C1", "D1:D2", "E1:E2"])
    _, table = drafted(path, vocabulary, units)
    conditions = {name: spec.condition for name, spec in table.columns.items()}
    assert conditions == {
        "Thickness in (µm)": "before",
        "Thickness out (µm)": "after",
        "Line load (N/mm)": None,
        "Speed (m/min)": None,
    }


def test_utf_16_is_drafted_and_never_read_as_something_else(
    tmp_path: Path, vocabulary: Vocabulary, units: Units
) -> None:
    path = tmp_path / "calendering.csv"
    path.write_bytes("Run;Roll;Line load (N/mm)\n1;R1;150,5\n2;R2;160\n".encode("utf-16"))
    draft, table = drafted(path, vocabulary, units)
    assert (draft.source.encoding, list(table.columns)) == ("utf-16", ["Line load (N/mm)"])
    with pytest.raises(SourceError, match="say `encoding: utf-16`"):
        check_text(path, "cp1252")


def test_a_unit_at_the_end_of_a_name_is_said_in_the_draft(
    tmp_path: Path, vocabulary: Vocabulary, units: Units
) -> None:
    path = tmp_path / "filling.json"
    path.write_text('[{"cell": "P-1", "electrolyte_volume_uL": 2200, "filling_temperature_C": 21.3}]')
    _, table = drafted(path, vocabulary, units)
    assert {name: spec.unit for name, spec in table.columns.items()} == {
        "electrolyte_volume_uL": "µL",
        "filling_temperature_C": "°C",
    }


def test_a_number_with_a_unit_is_kept_as_a_remark_rather_than_taken_for_a_protocol(
    tmp_path: Path, vocabulary: Vocabulary, units: Units
) -> None:
    rows: list[list[Any]] = [
        ["Cell", "OCV after formation (V)", "DCIR (mOhm)"],
        ["P1", 3.41, 38.2],
        ["P2", 3.4, 37.9],
    ]
    _, table = drafted(saved(tmp_path / "formation.xlsx", rows, []), vocabulary, units)
    assert [spec.parameter for spec in table.columns.values()] == [None, "DCInternalResistance"]
