"""Tells what formulas without a value and merged cells hide in a sheet."""

from collections.abc import Set

from pilotline.findings import Severity
from pilotline.tabular.body import filled_down
from pilotline.tabular.grid import Broken
from pilotline.tabular.sheet import Cells, Sheet, broken


class Hidden:
    """Looks at the texts of each row, and at the merged cells after the last.

    mapped: the columns whose cells become quantities, which say so themselves. noted: those of remarks.
    """

    def __init__(self, sheet: Sheet, mapped: Set[int], noted: Set[int]) -> None:
        self._sheet, self._mapped, self._noted = sheet, mapped, noted
        self._texts = self._text_columns() if sheet.grid.sheet else []

    def _text_columns(self) -> list[int]:
        """Return the columns of a workbook that hold texts: what `row:` names, facts, remarks."""
        headers, lines = self._sheet.headers, self._sheet.table.columns
        ignored = [(name, spec.required) for name, spec in lines.items() if spec.ignore]
        left = {found.index for name, required in ignored for found in headers.line(name, required=required)}
        return sorted(headers.used - self._mapped - left)

    def look(self, row: int, cells: Cells) -> None:
        """Report the texts of a row that are not known."""
        for index in self._texts:
            if type(cells[index]) is Broken:
                reason = broken(cells[index])
                severity = Severity.WARNING if index in self._noted else Severity.VIOLATION
                self._sheet.problem("Cell-broken", row, index, reason, value=reason, severity=severity)

    def close(self) -> None:
        """Report the merged cells that hide what is looked for in them."""
        grid, told = self._sheet.grid, self._told()
        head = max(grid.header_row, self._sheet.table.unit_row or 0)
        for top, bottom, left, right in grid.merged:
            within = [index for index in range(left, right + 1) if index in told]
            if bottom > head and within and (bottom > max(top, head) or within[1:] or within[0] > left):
                self._report(max(top, head + 1), bottom, left, right)

    def _told(self) -> set[int]:
        """Return the columns that a merged cell must not hide."""
        return self._sheet.headers.used.difference(filled_down(self._sheet.grid, self._sheet.table))

    def _report(self, top: int, bottom: int, left: int, right: int) -> None:
        place, value = self._sheet.grid.place, self._mapped & set(range(left, right + 1))
        self._sheet.report.add(
            "Cells-merged",
            Severity.VIOLATION if value else Severity.WARNING,
            place(top, left),
            f"the cells to {place(bottom, right)} are merged, and only the first holds the value",
            hint="part the cells and write the value in each, or say `fill_down:` of the column",
        )
