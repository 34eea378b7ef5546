import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from pilotline.demo import write_files

Rows = list[dict[str, str]]
Reader = Callable[[str], Rows]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the demo line."""
    target = tmp_path_factory.mktemp("demo")
    write_files(target)
    return target


@pytest.fixture(scope="session")
def rows(folder: Path) -> Reader:
    """Read a CSV file of the demo line as a lab would."""

    def read(name: str) -> Rows:
        delimiter = ";" if name == "rheology.csv" else ","
        with (folder / name).open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines, delimiter=delimiter))

    return read
