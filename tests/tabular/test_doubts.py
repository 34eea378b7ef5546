"""`mapping check` tells columns whose numbers do not fit the unit that the mapping says."""

from pathlib import Path

import pytest

from pilotline.iris import Scope
from pilotline.quantities.units import Units
from pilotline.tabular.ledger import trial
from pilotline.tabular.mapper import job_of
from pilotline.tabular.reading import parse_mapping
from pilotline.validation.trials import doubts
from pilotline.vocabulary.terms import Vocabulary

MAPPING = """
mapping: doubts
version: 1
scope: lab
dataset: {id: doubts, title: Doubts, licence: CC0-1.0}
source: {delimiter: ";"}
tables:
  - file: "*.csv"
    row: {measurement: {lot: {kind: slurry, id: [Slurry]}}}
    columns:
      Solids: {parameter: SolidContent, kind: measured, unit: wt%}
"""
LONG = (
    MAPPING.partition("    columns:")[0]
    + """
    long:
      parameter: Parameter
      value: Value
      parameters:
        Solids: {parameter: SolidContent, kind: measured, unit: wt%}
        pH: {parameter: pH, kind: measured, unit: "1"}
"""
)


def told(mapping: str, rows: list[str], folder: Path, vocabulary: Vocabulary, units: Units) -> list[str]:
    path = folder / "solids.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    job = job_of(parse_mapping(mapping, "doubts.yaml"), Scope("lab"), vocabulary, units)
    uses, _ = trial(job, path)
    return [f"{each.cell}: {each.message}; {each.hint}" for each in doubts(uses)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("62.1 61.8 62.0 61.5", []),
        (
            "0.621 0.618 0.620",
            ["row 2, column 2: the values look like fractions in a column of %"],
        ),
        ("0.621 0.618 0.620 61.5", ["row 2, column 2: 0.621 looks like a fraction in a column of % that"]),
        ("62.1 0.618 62.0 0.615", ["row 3, column 2: 0.618 looks like a fraction in a column of % that"]),
        ("62.1 61.8 620 61.5 61.9", ["row 4, column 2: "]),
    ],
)
def test_fractions_in_a_column_of_per_cents_are_told(
    values: str, expected: list[str], tmp_path: Path, vocabulary: Vocabulary, units: Units
) -> None:
    rows = ["Slurry;Solids", *(f"S{number};{text}" for number, text in enumerate(values.split()))]
    found = told(MAPPING, rows, tmp_path, vocabulary, units)
    assert [text[: len(wanted)] for text, wanted in zip(found, expected, strict=True)] == expected


def test_the_finding_says_what_would_be_right(tmp_path: Path, vocabulary: Vocabulary, units: Units) -> None:
    rows = ["Slurry;Solids", "S1;62.1", "S2;61.9", "S3;0.618", "S4;0.62"]
    (found,) = told(MAPPING, rows, tmp_path, vocabulary, units)
    assert "that has 62.1, too" in found
    assert "enter 61.8" in found


def test_parameters_of_a_long_sheet_are_looked_at_apart(
    tmp_path: Path, vocabulary: Vocabulary, units: Units
) -> None:
    rows = ["Slurry;Parameter;Value"]
    rows += [f"S{number};Solids;0.6{number}" for number in range(4)] + [f"S{n};pH;7.{n}" for n in range(4)]
    (found,) = told(LONG, rows, tmp_path, vocabulary, units)
    assert found.startswith("row 2, column 3: the values look like fractions in a column of % (4 cells")
