"""Fills in a template as a person would, who goes by the columns and not by their places."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

METADATA = {
    "id": "coating-2025",
    "title": "Coating runs",
    "licence": "CC-BY-4.0",
    "creator": "Lab",
    "simulated": "yes",
    "scope": "lab",
    "timezone": "Europe/Berlin",
}
Rows = Sequence[Mapping[str, Any]]


def fill(path: Path, sheets: Mapping[str, Rows], metadata: Mapping[str, str] = METADATA) -> Any:
    """Return the workbook at a path, filled in by the hidden ids as a person would by the labels."""
    workbook = load_workbook(path)
    for row in workbook["Dataset"].iter_rows():
        key = str(row[0].value).partition("#")[2]
        row[2].value = metadata.get(key, row[2].value)
    for title, rows in sheets.items():
        sheet = workbook[title]
        columns = {str(cell.value).partition("#")[2]: cell.column for cell in sheet[1] if cell.value}
        for number, texts in enumerate(rows, start=6):
            for key, text in texts.items():
                sheet.cell(number, columns[key]).value = text
    return workbook
