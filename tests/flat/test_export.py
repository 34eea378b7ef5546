"""`pilotline export` writes flat tables and crates, and says what it cannot write."""

import csv
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyarrow import parquet

from pilotline.cli import main
from pilotline.store import Store


def export(store: Store, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["export", *arguments, "--db", str(store.path)])
    return done.exit_code, done.output


def test_a_table_of_runs_is_written_with_its_sources(demo_store: Store, tmp_path: Path) -> None:
    code, said = export(demo_store, "--table", "calendering", "-o", str(tmp_path / "runs.csv"))
    assert (code, "runs.csv: 6 rows" in said) == (0, True)
    with (tmp_path / "runs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["label"] for row in rows} >= {"calendering A01-1"}
    assert (tmp_path / "runs.sources.csv").exists()


def test_a_table_may_be_parquet(demo_store: Store, tmp_path: Path) -> None:
    code, _ = export(demo_store, "--table", "calendering", "-o", str(tmp_path / "runs.parquet"))
    assert code == 0
    assert parquet.read_table(tmp_path / "runs.parquet").num_rows == 6


def test_an_earlier_version_is_written_as_a_crate(demo_store: Store, tmp_path: Path) -> None:
    code, said = export(demo_store, "filling", "--ro-crate", str(tmp_path / "f.zip"), "--version", "1")
    assert code == 0, said
    assert {"data.ttl", "ro-crate-metadata.json"} <= set(zipfile.ZipFile(tmp_path / "f.zip").namelist())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--table", "cells"], "--table goes to a file, -o FILE.csv or FILE.parquet, not the screen"),
        (["--table", "cells", "-o", "cells.txt"], "not cells.txt"),
        (["filling"], "say one of --xlsx FILE"),
        (["--format", "turtle"], "name a dataset; only --table is of the whole store"),
        (
            ["filling", "--format", "turtle", "--version", "1"],
            "--version and --with-names go with --ro-crate",
        ),
        (["filling", "--ro-crate", "absent.zip", "--version", "9"], "has no version 9; there are 1, 2"),
    ],
)
def test_what_cannot_be_written_is_one_line(arguments: list[str], message: str, demo_store: Store) -> None:
    code, said = export(demo_store, *arguments)
    assert code == 2
    assert message in said
