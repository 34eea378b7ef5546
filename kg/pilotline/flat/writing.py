"""Writes a flat table as CSV or Parquet, with the sources of its numbers beside it."""

import csv
from dataclasses import astuple, fields
from pathlib import Path
from typing import TYPE_CHECKING

from pilotline.flat.table import Source, Table

if TYPE_CHECKING:
    import pyarrow

_THING = ("iri", "label")


def sources_path(path: Path) -> Path:
    """Return where the sources of a table stand: `cells.csv` has `cells.sources.csv`."""
    return path.with_name(f"{path.stem}.sources{path.suffix}")


def write_csv(table: Table, path: Path) -> None:
    """Write a table and its sources; an empty field is a missing value."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*_THING, *table.columns])
        writer.writerows(
            [*thing, *("" if each is None else each for each in row)]
            for thing, row in zip(table.things, table.rows, strict=True)
        )
    with sources_path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([each.name for each in fields(Source)])
        writer.writerows(astuple(source) for source in table.sources)


def write_parquet(table: Table, path: Path) -> None:
    """Write a table and its sources; a column with a text in it is a column of texts."""
    from pyarrow import parquet
    from pyarrow import table as arrow_table

    parquet.write_table(to_arrow(table), path)
    names = [each.name for each in fields(Source)]
    columns = zip(*(astuple(source) for source in table.sources), strict=True)
    parquet.write_table(arrow_table(dict(zip(names, map(list, columns), strict=False))), sources_path(path))


def to_arrow(table: Table) -> "pyarrow.Table":
    """Return a table in Arrow's form."""
    import pyarrow  # a quarter of a second that the start of a server need not wait for

    things = {name: [thing[place] for thing in table.things] for place, name in enumerate(_THING)}
    columns = {name: _column([row[place] for row in table.rows]) for place, name in enumerate(table.columns)}
    return pyarrow.table(things | columns)


def _column(fields_: list[object]) -> list[object]:
    if any(isinstance(each, str) for each in fields_):
        return [None if each is None else str(each) for each in fields_]
    return fields_
