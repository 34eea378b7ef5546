"""Reads the tables of the ontology: CSV files become rows that know where they stand."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pilotline.errors import PilotlineError
from pilotline.resources import data_folder


class TableError(PilotlineError):
    """A table that cannot be used; the message says file, row and what would be right."""


@dataclass(frozen=True)
class Row:
    """One row of a table.

    number: line in a spreadsheet, so the header is 1.
    """

    table: str
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def values(self, column: str) -> tuple[str, ...]:
        """Return the values of a cell that holds several, parted by `|`."""
        return tuple(part.strip() for part in self[column].split("|") if part.strip())

    def error(self, column: str, message: str) -> TableError:
        """Return an error that names file, row and column."""
        return TableError(f"{self.table}.csv, row {self.number}, column {column}: {message}")


@dataclass(frozen=True)
class Tables:
    """The folder `ontology/tables`."""

    folder: Path

    @classmethod
    def shipped(cls) -> "Tables":
        """Return the tables in the wheel or in the checkout."""
        return cls(data_folder("ontology") / "tables")

    def rows(self, name: str) -> list[Row]:
        """Return the rows of one table."""
        path = self.folder / f"{name}.csv"
        if not path.exists():
            raise TableError(f"{path} is missing")
        return list(_read(path, name))


def _read(path: Path, name: str) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        for number, cells in enumerate(reader, start=2):
            if None in cells or None in cells.values():
                raise TableError(
                    f"{name}.csv, row {number}: the number of cells differs from the header's "
                    f"{len(reader.fieldnames or ())}; quote a cell that holds a comma"
                )
            yield Row(name, number, {column: value.strip() for column, value in cells.items()})
