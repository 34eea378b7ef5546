"""What was found wrong: one finding, said so that a person at the line can act on it."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding matters; only a violation keeps a dataset out of the store."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Finding:
    """One thing found in a source or a graph.

    code: name of the rule, such as `Quantity-unit`; the local name of the shape for a SHACL result.
    message: what is wrong, in the words of the line; hint: what to enter instead.
    file, sheet, cell: where; cell is `C7` in a workbook, `row 3, column 2` in CSV, a JSON Pointer in JSON.
    focus, path: the node and the property in the graph.
    value: as found; expected: what would be right; source: where the rule comes from.
    cause: the same for all findings with one cause, empty where a finding stands for itself.
    """

    code: str
    severity: Severity
    message: str
    hint: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""
    focus: str = ""
    path: str = ""
    value: str = ""
    expected: str = ""
    source: str = ""
    cause: str = ""

    @property
    def place(self) -> str:
        """Return the place as `file!sheet!C7`, or the focus node where there is no file."""
        return "!".join(part for part in (self.file, self.sheet, self.cell) if part) or self.focus

    def to_json(self) -> dict[str, Any]:
        """Return the finding as plain data."""
        return asdict(self)
