"""What stops the reading says in one line where, what was found and what would be right."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pilotline.datasets.dataset import SourceError, Staged
from pilotline.tabular.reading import parse_mapping

Stage = Callable[[str, Sequence[Path]], Staged]
MAPPING = """\
mapping: m
version: 1
dataset: {id: d, title: D}
tables:
  - file: "*.csv"
    row:
      run: {step: Coating, id: [Run]}
    columns:
      Speed (m/min): {parameter: CoatingSpeed, kind: set}
"""
TABLE = "Run,Speed (m/min)\n1,1.5\n"


def said(staged: Stage, folder: Path, mapping: str, table: str | bytes) -> str:
    path = folder / "runs.csv"
    path.write_bytes(table if isinstance(table, bytes) else table.encode())
    with pytest.raises(SourceError) as raised:
        staged(mapping, [path])
    return str(raised.value)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("Run,Sped (m/min)\n", "runs.csv: no column is headed 'Speed (m/min)'; did you mean 'Sped (m/min)'?"),
        (
            "Run,Speed (m/min),speed_(m/min)\n",
            "runs.csv: 'Speed (m/min)' fits more than one header (row 1, column 2 'Speed (m/min)', "
            "row 1, column 3 'speed_(m/min)'); give each its own header, or say 'Speed (m/min) {1}'",
        ),
        (
            b"Run,Speed (m/min)\nM\xfcller,1\n",
            "runs.csv: byte 19 (0xfc) is not utf-8; "
            "if the file is in it, say `encoding: cp1252` in the mapping",
        ),
        ('Run,Speed (m/min)\n"1,2\n', "runs.csv, row 2: unexpected end of data; is a quote open?"),
        ("", "runs.csv: no header in row 1; the row is empty, or the file has fewer rows"),
    ],
)
def test_a_table_that_cannot_be_read(staged: Stage, tmp_path: Path, table: str | bytes, message: str) -> None:
    assert said(staged, tmp_path, MAPPING, table) == message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "CoatingSpeed",
            "CoatingSped",
            "runs.csv: no parameter is called 'CoatingSped'; did you mean",
        ),
        ("step: Coating", "step: Coatin", "mapping m: no step is called 'Coatin'; did you mean Coating"),
        ("kind: set}", "unit: m/mim}", "runs.csv: column 'Speed (m/min)': unknown unit 'm/mim'; near"),
        (
            "kind: set}",
            "unit: kg}",
            "runs.csv: column 'Speed (m/min)': 'kg' is a unit of mass",
        ),
        (
            "kind: set}",
            "bearer: output}",
            "runs.csv: CoatingSpeed is borne by the output",
        ),
        ('"*.csv"', '"*.xlsx"', "mapping m: no file fits '*.xlsx'; found runs.csv"),
        (
            "kind: set}",
            "statistic: Average}",
            "runs.csv: the mapping says statistic: 'Average' is",
        ),
    ],
)
def test_a_mapping_that_does_not_fit(staged: Stage, tmp_path: Path, old: str, new: str, message: str) -> None:
    assert said(staged, tmp_path, MAPPING.replace(old, new), TABLE).startswith(message)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("version: 1", "version: one", "m.yaml: version: Input should be a valid integer"),
        (
            "kind: set",
            "knid: set",
            "m.yaml: tables.0.columns.Speed (m/min).knid: Extra inputs",
        ),
        ("run: {", "rnu: {", "m.yaml: tables.0.row: a row is one of run, lot, sample"),
        (
            "id: [Run]",
            "id: []",
            "m.yaml: tables.0.row.run.run: say either `id: [columns]`",
        ),
        ("version: 1", "mapping: 1", "m.yaml: not YAML: line 2: 'mapping' stands twice"),
        ("version: 1", "version: [", "m.yaml: not YAML: "),
    ],
)
def test_a_mapping_that_is_none(old: str, new: str, message: str) -> None:
    with pytest.raises(SourceError) as raised:
        parse_mapping(MAPPING.replace(old, new), "m.yaml")
    assert str(raised.value).startswith(message)


def test_a_header_that_yaml_calls_false_is_a_header() -> None:
    mapping = parse_mapping(MAPPING.replace("Speed (m/min)", "No"), "m.yaml")
    assert list(mapping.tables[0].columns) == ["No"]
