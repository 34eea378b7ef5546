"""Opens a file as the grids that the tables of a mapping name in it."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from pilotline.datasets.dataset import SourceError, SourceFile
from pilotline.findings import Finding, Severity
from pilotline.tabular.csvfile import check_text, is_utf8, read_csv
from pilotline.tabular.grid import Grid
from pilotline.tabular.heading import headed
from pilotline.tabular.jsonfile import read_json, unread
from pilotline.tabular.model import Mapping, Source, Table
from pilotline.tabular.parquetfile import read_parquet
from pilotline.tabular.turning import turned
from pilotline.tabular.workbook import Workbook

WORKBOOKS = (".xlsx", ".xlsm")
BINARY = (*WORKBOOKS, ".parquet", ".pq")
UNREADABLE = (".xls", ".ods", ".xlsb")


def names_of(files: Sequence[Path]) -> dict[Path, str]:
    """Return what to call each file: its name; below their common folder where two have the same name."""
    if len({path.name for path in files}) == len(set(files)):
        return {path: path.name for path in files}
    common = Path(os.path.commonpath([path.absolute().parent for path in files]))
    return {path: path.absolute().relative_to(common).as_posix() for path in files}


def serves(table: Table, path: Path) -> bool:
    """Say whether a table is for a file."""
    return fnmatchcase(path.name.casefold(), table.file.casefold())


def tables_for(mapping: Mapping, path: Path) -> list[Table]:
    """Return the tables of a mapping that are for a file."""
    return [table for table in mapping.tables if serves(table, path)]


def source_of(mapping: Mapping, table: Table | None) -> Source:
    """Return how the files of a table are written."""
    return (table.source if table else None) or mapping.source


def source_file(path: Path, mapping: Mapping) -> SourceFile:
    """Return what provenance records of a file; a text file is read through, to see its encoding hold."""
    if not path.is_file():
        raise SourceError(f"{path}: no such file")
    if path.suffix.lower() in UNREADABLE:
        raise SourceError(f"{path.name}: cannot be read; save it as .xlsx or CSV")
    if path.suffix.lower() in BINARY:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return SourceFile(path.name, digest, path.stat().st_size)
    tables = tables_for(mapping, path)
    with_own = next((table for table in tables if table.source), None)
    return check_text(path, source_of(mapping, with_own).encoding)


def grids(path: Path, table: Table, mapping: Mapping) -> Iterator[Grid]:
    """Yield the grids that a table names in a file: one, or one for each sheet that its glob fits."""
    source, suffix = source_of(mapping, table), path.suffix.lower()
    if suffix in WORKBOOKS:
        workbook = Workbook(path)
        for sheet in workbook.named(table.sheet):
            grid = workbook.grid(sheet)
            if isinstance(table.header, tuple):
                grid.merged.extend(workbook.merged(sheet))
            yield _shaped(grid, table, _beside(table, path, mapping))
    elif suffix in (".parquet", ".pq"):
        _demand_rows(path, table)
        yield read_parquet(path)
    elif suffix == ".json":
        _demand_rows(path, table)
        others = [other.records or "" for other in tables_for(mapping, path)]
        yield read_json(path, source.encoding, table.records, others)
    else:
        grid = read_csv(path, source.encoding, source.delimiter)
        yield _shaped(grid, table, _beside(table, path, mapping))


def _shaped(grid: Grid, table: Table, beside: Sequence[Table]) -> Grid:
    return headed(turned(grid, table.first) if table.transposed else grid, table, beside)


def _beside(table: Table, path: Path, mapping: Mapping) -> list[Table]:
    """Return the other tables of a sheet that stand the same way."""
    alike = (each for each in tables_for(mapping, path) if each is not table)
    return [each for each in alike if (each.sheet, each.transposed) == (table.sheet, table.transposed)]


def _demand_rows(path: Path, table: Table) -> None:
    """Refuse what is said of the rows of a sheet, for a file that has records."""
    said = {
        "transposed": table.transposed,
        "last": table.last,
        "skip": table.skip,
        "fill_down": table.fill_down,
    }
    if names := [f"`{name}:`" for name, value in said.items() if value]:
        raise SourceError(f"{path.name}: {', '.join(names)} is for sheets and texts, not for records")


def left_out(path: Path, mapping: Mapping) -> Iterator[Finding]:
    """Yield what no table reads: the whole file, sheets of a workbook, lists of records in a JSON file."""
    tables = tables_for(mapping, path)
    if not tables:
        message = "no table of the mapping is for this file; it is left out"
        globs = ", ".join(repr(table.file) for table in mapping.tables)
        yield Finding("Source-unread", Severity.WARNING, message, f"`file:` says {globs}", path.name)
    elif _is_other_encoding(path, source_of(mapping, tables[0]).encoding):
        message = "the file is UTF-8 by its bytes and is read as another encoding: letters come out wrong"
        yield Finding("Source-encoding", Severity.WARNING, message, "say `encoding: utf-8`", path.name)
    elif path.suffix.lower() in WORKBOOKS:
        yield from _sheets_left_out(path, tables, mapping.ignore_sheets)
    elif path.suffix.lower() == ".json":
        encoding = source_of(mapping, tables[0]).encoding
        yield from unread(path, encoding, [table.records or "" for table in tables])


def _is_other_encoding(path: Path, encoding: str) -> bool:
    """Say whether a file that is UTF-8 is read by an encoding of one byte for each letter."""
    text = path.suffix.lower() not in (*BINARY, ".json")
    return text and not encoding.lower().startswith("utf") and is_utf8(path)


def _ignored(sheet: str, globs: Sequence[str]) -> bool:
    return any(fnmatchcase(sheet, glob) for glob in globs)


def _sheets_left_out(path: Path, tables: Sequence[Table], ignored: Sequence[str]) -> Iterator[Finding]:
    workbook = Workbook(path)
    read = {sheet.name for table in tables for sheet in workbook.named(table.sheet)}
    for sheet in workbook.sheets:
        if sheet.name not in read and not _ignored(sheet.name, ignored) and (count := workbook.holds(sheet)):
            hidden = "hidden " if sheet.hidden else ""
            yield Finding(
                "Source-unread",
                Severity.WARNING,
                f"the {hidden}sheet {sheet.name!r} with {count} cells is read by no table of the mapping",
                hint=f"give it a table with `sheet: {sheet.name}`",
                file=path.name,
                sheet=sheet.name,
            )
