"""Drafts of sheets that are no plain table run as they are: nothing is lost, and what was guessed is said."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from pilotline.iris import Scope
from pilotline.quantities.units import Units
from pilotline.tabular.ledger import Fate, trial
from pilotline.tabular.mapper import job_of
from pilotline.tabular.model import Mapping
from pilotline.tabular.reading import parse_mapping
from pilotline.tabular.suggestion import suggest
from pilotline.vocabulary.terms import Vocabulary


class Drafting:
    """Drafts a mapping for rows as a workbook, and tries it."""

    def __init__(self, folder: Path, vocabulary: Vocabulary, units: Units) -> None:
        self._folder, self._vocabulary, self._units = folder, vocabulary, units
        self.codes: list[str] = []

    def of(self, name: str, rows: Sequence[list[Any]]) -> Mapping:
        workbook = Workbook()
        for row in rows:
            workbook.worksheets[0].append(row)
        path = self._folder / name
        workbook.save(path)
        draft = parse_mapping(suggest(path, self._vocabulary, self._units), "draft")
        uses, _ = trial(job_of(draft, Scope("lab"), self._vocabulary, self._units), path)
        assert sum(column.fates[Fate.LOST] for use in uses for column in use.columns) == 0
        self.codes = [finding.code for use in uses for finding in use.findings]
        return draft


@pytest.fixture
def drafting(tmp_path: Path, vocabulary: Vocabulary, units: Units) -> Drafting:
    return Drafting(tmp_path, vocabulary, units)


def test_samples_side_by_side_become_a_table_each(drafting: Drafting) -> None:
    draft = drafting.of(
        "rheology.xlsx",
        [
            ["SLR-17", None, "SLR-18", None],
            ["Shear rate", "Viscosity", "Shear rate", "Viscosity"],
            ["1/s", "mPa·s", "1/s", "mPa·s"],
            [1, 9200, 1, 8800],
            [10, 3100, 10, 2950],
        ],
    )
    assert [(table.header, table.unit_row, table.cells) for table in draft.tables] == [
        ((1, 2), 3, {"Sample": "A1"}),
        ((1, 2), 3, {"Sample": "C1"}),
    ]
    over = [getattr(table.row, "over").column for table in draft.tables]  # noqa: B009 - rows of any kind
    assert over == ["SLR-17 Shear rate (1/s)", "SLR-18 Shear rate (1/s)"]
    assert drafting.codes == []


def test_a_protocol_in_long_form_names_its_parameters(drafting: Drafting) -> None:
    draft = drafting.of(
        "mixing.xlsx",
        [
            ["Batch", "S-21"],
            [],
            ["Time", "Parameter", "Value", "Unit", "Comment"],
            ["17.03.2025 08:05", "Speed", 500, "rpm", None],
            ["17.03.2025 08:35", "Speed", 1500, "1/min", "fast"],
            ["17.03.2025 08:40", "Solid content", 62, "%", None],
        ],
    )
    (table,) = draft.tables
    assert table.long
    found = {name: (spec.parameter, spec.unit) for name, spec in table.long.parameters.items()}
    assert found == {"Speed": ("MixerRotationalSpeed", None), "Solid content": ("SolidContent", None)}
    assert (table.cells, list(table.columns)) == ({"Batch": "B1"}, ["Comment"])
    assert draft.source.dates == ("%d.%m.%Y %H:%M",)


def test_parameters_in_rows_are_seen(drafting: Drafting) -> None:
    draft = drafting.of(
        "slurries.xlsx",
        [
            [None, None, "S-21", "S-22", "S-23"],
            ["Solid content", "%", 62.1, 61.8, 62.0],
            ["Viscosity", "mPa·s", 1250, 1310, 1190],
            ["Density", "g/cm³", 2.01, 2.02, 2.0],
        ],
    )
    (table,) = draft.tables
    assert (table.transposed, table.unit_row) == (True, 2)
    lot = getattr(table.row, "measurement").lot  # noqa: B009 - rows of any kind
    assert (lot.kind, lot.id) == ("slurry", ("head",))
    assert [spec.parameter for spec in table.columns.values()] == ["SolidContent", "Viscosity", "Density"]


def test_summaries_gaps_and_a_second_table_are_seen(drafting: Drafting) -> None:
    draft = drafting.of(
        "calendering.xlsx",
        [
            ["Roll", "Strip", "Thickness (µm)"],
            ["R1", 1, 71.2],
            [None, 2, 70.8],
            ["R2", 1, 69.9],
            [None, 2, 70.3],
            ["Mean", None, 70.5],
            [],
            ["Slurry", "Solid content (%)"],
            ["S1", 62],
        ],
    )
    first, second = draft.tables
    assert (first.last, first.fill_down, first.skip) == (6, ("Roll",), {"Roll": ("Mean",)})
    assert getattr(first.row, "replicate") == "Strip"  # noqa: B009 - rows of any kind
    assert (second.header, [spec.parameter for spec in second.columns.values()]) == (8, ["SolidContent"])
    assert drafting.codes.count("Rows-skipped") == 1


def test_days_written_in_several_ways_are_read_by_several_formats(drafting: Drafting) -> None:
    rows: list[list[Any]] = [
        ["Run", "Date", "Speed (m/min)"],
        ["D1", "04.03.2025", 1],
        ["D2", "2025-03-05", 1],
        ["D3", 45723.5, 1],
    ]
    draft = drafting.of("drying.xlsx", rows)
    assert draft.source.dates == ("%d.%m.%Y", "%Y-%m-%d")
    assert drafting.codes == ["Time-format"]


def test_sweeps_below_each_other_are_named_by_the_cell_above_them(
    tmp_path: Path, vocabulary: Vocabulary, units: Units
) -> None:
    sweep = (
        "Messreihe;NAME\nMesspunkt;Scherrate;Viskosität;Drehmoment\n;[1/s];[mPa·s];[Skt]\n"
        "1;1,0;9.200,0;0,1\n2;10,0;3.100,0;0,4\n"
    )
    path = tmp_path / "rheo.csv"
    path.write_text(
        sweep.replace("NAME", "S21 up") + "\n" + sweep.replace("NAME", "S21 down"), encoding="utf-8"
    )
    text = suggest(path, vocabulary, units)
    draft = parse_mapping(text, "draft")
    places = [(table.header, table.unit_row, table.last, table.cells) for table in draft.tables]
    assert places == [(2, 3, 5, {"Messreihe": "B1"}), (8, 9, None, {"Messreihe": "B7"})]
    assert "DOUBTFUL: no unit is called 'Skt'" in text
    uses, _ = trial(job_of(draft, Scope("lab"), vocabulary, units), path)
    assert [
        column.fates[Fate.LOST] for use in uses for column in use.columns if column.fates[Fate.LOST]
    ] == []
    assert {finding.code for use in uses for finding in use.findings} == {"Notes-kept"}


def test_repeated_samples_are_measurements_told_apart_by_their_side(drafting: Drafting) -> None:
    rows: list[list[Any]] = [
        ["Sample", "Side", "Thickness (µm)"],
        ["P1", "A", "71;72"],
        ["P1", "B", 70],
        ["P2", "A", 71],
    ]
    (table,) = drafting.of("coating.xlsx", rows).tables
    assert (getattr(table.row, "side"), list(table.columns)) == ("Side", ["Thickness (µm)"])  # noqa: B009
    assert "Cell-number" in drafting.codes
