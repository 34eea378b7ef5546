"""Sheets as another lab writes them: what their headers leave open is drafted, told or found again."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from pilotline.cli import main
from pilotline.datasets.dataset import Staged
from pilotline.quantities.units import Units
from pilotline.store import Store
from pilotline.tabular.model import Table
from pilotline.tabular.reading import parse_mapping
from pilotline.tabular.suggestion import suggest
from pilotline.trace import Graph, parse_place, read_from
from pilotline.vocabulary.terms import Vocabulary

Stage = Callable[[str, Sequence[Path]], Staged]
COATING = Path(__file__).parent / "cases" / "german_coating"
FORMATION = """\
mapping: formation
version: 1
dataset: {id: formation, title: Formation, licence: CC0-1.0, simulated: true}
source: {timezone: Europe/Berlin}
tables:
  - file: formation.csv
    row:
      run: {step: Formation, id: [Cell ID]}
      start: Start
      outputs: [{kind: cell, id: [Cell ID], product: FormedCell}]
    columns:
      Capacity (mAh) {1}: {parameter: DischargeCapacity, kind: measured, convention: [FullCellConvention]}
      Capacity (mAh) {2}: {parameter: DischargeCapacity, kind: measured, convention: [FullCellConvention]}
      Torque: {ignore: true}
"""
CELLS = """\
Cell ID,Start,Capacity (mAh),Capacity (mAh),Torque (Skt)
P1,2025-05-12 14:00,1213.1,1084.7,3
P2,45789.5833,,1086.2,3
"""
FLOW = """\
mapping: flow
version: 1
dataset: {id: flow, title: Flow curves, licence: CC0-1.0, simulated: true}
tables:
  - file: flow.csv
    row:
      curve: {lot: {kind: slurry, id: [Sample]}}
      over: {column: Shear rate (1/s), parameter: ShearRate}
      condition: {column: Interval, values: {"1": up, "2": down}}
    columns:
      Viscosity (mPa·s): {parameter: Viscosity, kind: measured}
"""
POINTS = "Sample,Interval,Shear rate (1/s),Viscosity (mPa·s)\nS1,1,1,900\nS1,1,10,410\nS1,2,10,390\n"


@pytest.fixture
def cells(staged: Stage, tmp_path: Path) -> Staged:
    (tmp_path / "formation.csv").write_text(CELLS, encoding="utf-8")
    return staged(FORMATION, [tmp_path / "formation.csv"])


def drafted(path: Path, vocabulary: Vocabulary, units: Units) -> Table:
    (table,) = parse_mapping(suggest(path, vocabulary, units), "draft").tables
    return table


def test_two_columns_that_are_one_quantity_are_told_and_the_first_stands(cells: Staged) -> None:
    (told,) = (finding for finding in cells.findings if finding.code == "Column-twice")
    assert (told.cell, told.value) == ("row 2, column 4", "1084.7")
    assert "are one quantity by the mapping; row 2, column 3 stands" in told.message
    text = cells.quads.read_text(encoding="utf-8")
    assert ('"1213.1"' in text, '"1084.7"' in text, '"1086.2"' in text) == (True, False, True)


def test_a_number_with_a_fraction_is_told_as_the_day_and_time_that_it_is(cells: Staged) -> None:
    (told,) = (finding for finding in cells.findings if finding.code == "Time-format")
    assert told.hint == "a spreadsheet shows this number as 2025-05-12 14:00: format the cell as a date"


def test_a_line_finds_a_header_whose_bracket_holds_no_unit(cells: Staged) -> None:
    assert not [finding for finding in cells.findings if finding.code == "Column-unmapped"]


def test_a_german_coating_sheet_is_drafted_with_sides_zones_and_times(
    vocabulary: Vocabulary, units: Units
) -> None:
    table = drafted(COATING / "beschichtung.csv", vocabulary, units)
    assert table.row.model_dump()["start"] == {
        "column": ("Datum", "Uhrzeit"), "dates": "%d.%m.%Y %H:%M", "timezone": None,
    }  # fmt: skip
    said = {name: (spec.parameter, spec.side, spec.zone) for name, spec in table.columns.items()}
    assert said == {
        "Bahngeschwindigkeit [m/min]": ("LineSpeed", None, None),
        "Flächengewicht A-Seite [mg/cm²]": ("MassLoading", "A", None),
        "Flächengewicht B-Seite [mg/cm²]": ("MassLoading", "B", None),
        "Trockner Zone {n} [°C]": ("DryingTemperature", None, "n"),
        "Drehmoment [Skt]": (None, None, None),
        "Restfeuchte [ppm]": ("ResidualMoisture", None, None),
        "Haftung": ("AdhesionStrength", None, None),
        "Bemerkungen": (None, None, None),
    }


def test_the_number_of_a_point_is_no_parameter_and_a_numbered_dryer_is_a_zone(
    tmp_path: Path, vocabulary: Vocabulary, units: Units
) -> None:
    text = "Run;Point;Dryer 1 (°C);Dryer 2 (°C)\n1;1;80;90\n2;2;80;90\n"
    (tmp_path / "dryer.csv").write_text(text, encoding="utf-8")
    columns = drafted(tmp_path / "dryer.csv", vocabulary, units).columns
    assert {name: (spec.parameter, spec.zone) for name, spec in columns.items()} == {
        "Point": (None, None),
        "Dryer {n} (°C)": ("DryingTemperature", "n"),
    }


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    folder = tmp_path_factory.mktemp("lab")
    (folder / "flow.yaml").write_text(FLOW, encoding="utf-8")
    (folder / "flow.csv").write_text(POINTS, encoding="utf-8")
    sources = (
        (COATING / "beschichtung.csv", COATING / "mapping.yaml"),
        (folder / "flow.csv", folder / "flow.yaml"),
    )
    for source, mapping in sources:
        options = ["--scope", "lab", "--policy", "record", "--db", str(folder / "db")]
        done = CliRunner().invoke(main, ["ingest", str(source), "--mapping", str(mapping), *options])
        assert "published" in done.output
    return Graph(Store.open(folder / "db").read())


def test_a_cell_that_became_a_point_says_of_which_curve(taken_in: Graph) -> None:
    ((name, _),) = read_from(taken_in, parse_place("flow.csv!3,4")).things
    assert name == "point 2 of Viscosity (measured/at=up/over=ShearRate/dataset=flow)"


def test_a_faulty_cell_is_found_with_what_it_holds_out_of_scope(taken_in: Graph) -> None:
    found = read_from(taken_in, parse_place("beschichtung.csv!3,14"))
    assert found.values == ()
    assert [(value.parameter, value.typed) for value in found.hidden] == [("AdhesionStrength", "ca. 17 N/m")]
