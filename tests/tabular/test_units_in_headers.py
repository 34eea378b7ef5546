"""A unit close behind its name in a header is read where nothing else can be meant."""

from pathlib import Path

import pytest

from pilotline.findings import Finding
from pilotline.iris import Scope
from pilotline.quantities.units import Units
from pilotline.tabular.headers import closely_split
from pilotline.tabular.ledger import trial
from pilotline.tabular.mapper import job_of
from pilotline.tabular.reading import parse_mapping
from pilotline.tabular.suggestion import suggest
from pilotline.vocabulary.terms import Vocabulary

HEAD = """\
mapping: close
version: 1
scope: lab-x
dataset: {id: close, title: Units close behind a name, licence: CC0-1.0}
tables:
  - file: close.csv
    row: {measurement: {lot: {kind: cell, id: [Cell]}}}
    columns:
"""


class Reading:
    """Reads one column, headed so, by a line of a mapping."""

    def __init__(self, folder: Path, vocabulary: Vocabulary, units: Units) -> None:
        self._path, self._vocabulary, self._units = folder / "close.csv", vocabulary, units
        self.findings: list[Finding] = []

    def unit(self, header: str, line: str, name: str = "", *, beside: str = "Note") -> str:
        self._path.write_text(f"Cell;{header};{beside}\nZ1;2;\n", encoding="utf-8")
        text = f'{HEAD}      "{name or header}": {line}\n      {beside}: {{note: true}}\n'
        job = job_of(parse_mapping(text, "close.yaml"), Scope("lab-x"), self._vocabulary, self._units)
        ((use,), _) = trial(job, self._path)
        self.findings = [each for each in use.findings if each.code != "Column-convention"]
        quantities = next(column.quantities for column in use.columns if column.header == header)
        return quantities[0].values.unit


@pytest.fixture
def reading(tmp_path: Path, vocabulary: Vocabulary, units: Units) -> Reading:
    return Reading(tmp_path, vocabulary, units)


@pytest.mark.parametrize(
    ("header", "split"),
    [
        ("f/Hz", ("f", "Hz")),
        ("I/mA", ("I", "mA")),
        ("<I>/mA", ("<I>", "mA")),
        ("T/°C", ("T", "°C")),
        ("t/s", ("t", "s")),
        ("m/mg", ("m", "mg")),
        ("SOC/%", ("SOC", "%")),
        ("-Im(Z)/Ohm", ("-Im(Z)", "Ohm")),
        ("Q discharge/mA.h", ("Q discharge", "mA.h")),
        ("Q charge/discharge/mA.h", ("Q charge/discharge", "mA.h")),
        ("v/m/min", ("v", "m/min")),
        ("Masse m/g", ("Masse m", "g")),
        ("Gap, µm", ("Gap", "µm")),
        ("Speed m/min", ("", "")),
        ("Capacity mAh/g", ("", "")),
        ("Loading mg/cm²", ("", "")),
        ("Output kg/mo", ("", "")),
        ("Speed km/s", ("", "")),
        ("m/min", ("", "")),
        ("U/min", ("", "")),
        ("control/V/mA", ("", "")),
        ("Roll/1", ("", "")),
        ("Cathode/anode", ("", "")),
        ("/s", ("", "")),
    ],
)
def test_a_unit_is_split_off_where_it_is_plain(header: str, split: tuple[str, str], units: Units) -> None:
    assert closely_split(header, units) == split


@pytest.mark.parametrize(
    ("header", "name", "line", "unit"),
    [
        ("Ewe/V", "Ewe", "{parameter: CellVoltage}", "V"),
        ("Q discharge/mA.h", "Q discharge", "{parameter: DischargeCapacity}", "mAh"),
        ("T1/°C", "T{n}", "{parameter: CellTemperature, replicate: n}", "°C"),
        ("I/(mA)", "I", "{parameter: CellCurrent}", "mA"),
    ],
)
def test_a_column_has_the_unit_behind_its_slash(
    header: str, name: str, line: str, unit: str, reading: Reading
) -> None:
    assert (reading.unit(header, line, name), reading.findings) == (unit, [])


def test_a_mapping_that_says_another_unit_is_told(reading: Reading) -> None:
    reading.unit("I/mA", "{parameter: CellCurrent, unit: A}")
    assert [finding.code for finding in reading.findings] == ["Column-other-unit"]


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("Capacity mAh/g", "{parameter: SpecificCapacity}"),
        ("Current A/C", "{parameter: CellCurrent}"),
        ("Mass cells/h", "{parameter: CellMass}"),
    ],
)
def test_what_cannot_be_the_unit_of_the_parameter_is_none(header: str, line: str, reading: Reading) -> None:
    reading.unit(header, line)
    assert [finding.code for finding in reading.findings] == ["Cell-unit"]


def test_a_norm_volume_is_told_whatever_the_mapping_says(reading: Reading) -> None:
    told = "'Nm³/h' is a volume at norm conditions"
    reading.unit("Air (Nm³/h)", "{parameter: AirVolumeFlow}")
    assert [(each.code, told in each.message) for each in reading.findings] == [("Cell-unit", True)]
    reading.unit("Air (Nm³/h)", "{parameter: AirVolumeFlow, unit: m³/h}")
    assert [(each.code, told in each.message) for each in reading.findings] == [("Column-other-unit", True)]


def test_a_draft_puts_no_unit_in_place_of_a_norm_volume(
    tmp_path: Path, vocabulary: Vocabulary, units: Units
) -> None:
    (tmp_path / "gas.csv").write_text("Run;Purge gas flow (sccm)\nR1;12\nR2;13\n", encoding="utf-8")
    (table,) = parse_mapping(suggest(tmp_path / "gas.csv", vocabulary, units), "draft").tables
    column = table.columns["Purge gas flow (sccm)"]
    assert (column.parameter, column.unit) == ("PurgeGasFlow", None)


def test_min_beside_max_is_no_minute(reading: Reading) -> None:
    assert reading.unit("Rest/min", "{parameter: StageDuration}") == "min"
    reading.unit("Rest/min", "{parameter: StageDuration}", beside="Rest/max")
    assert [finding.code for finding in reading.findings] == ["Cell-unit"]


def test_a_draft_takes_the_units(tmp_path: Path, vocabulary: Vocabulary, units: Units) -> None:
    text = "Cell;Ewe/V;<I>/mA;Capacity mAh/g;T/°C\nZ1;3,7;120;151;25\nZ2;3,6;118;149;25\n"
    (tmp_path / "cells.csv").write_text(text, encoding="utf-8")
    (table,) = parse_mapping(suggest(tmp_path / "cells.csv", vocabulary, units), "draft").tables
    found = {header: (column.parameter, column.unit) for header, column in table.columns.items()}
    assert {header: found[header] for header in ("Ewe/V", "<I>/mA", "Capacity mAh/g")} == {
        "Ewe/V": ("CellVoltage", None),
        "<I>/mA": ("CellCurrent", None),
        "Capacity mAh/g": ("SpecificCapacity", "mAh/g"),
    }
    assert found["T/°C"][1] is None
