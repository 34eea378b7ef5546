"""Turns the graph into flat tables for models: one row per cell or run, every number traceable."""

from pilotline.flat.rows import RowKind
from pilotline.flat.table import Source, Table, flat_table
from pilotline.flat.writing import sources_path, to_arrow, write_csv, write_parquet

__all__ = [
    "RowKind",
    "Source",
    "Table",
    "flat_table",
    "sources_path",
    "to_arrow",
    "write_csv",
    "write_parquet",
]
