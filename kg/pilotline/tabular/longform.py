"""Writes a sheet in long form: the parameter stands in one column, its value in another."""

from pilotline.findings import Severity
from pilotline.tabular.columns import Quantities
from pilotline.tabular.grid import identity
from pilotline.tabular.groups import Group
from pilotline.tabular.model import Long
from pilotline.tabular.naming import From
from pilotline.tabular.row import Read, RowReader
from pilotline.tabular.sheet import Cells, Sheet


class LongForm:
    """The parameters that a sheet in long form names, each with what writes its values."""

    def __init__(self, sheet: Sheet, reader: RowReader, long: Long) -> None:
        self._sheet = sheet
        self._index, self._text = sheet.text(long.parameter)
        value = sheet.headers.column(long.value)
        if long.unit:
            sheet.headers.column(long.unit)
        self._value = value.index
        self._groups: dict[str, Group] = {}
        self.quantities: list[Quantities] = []
        for name, spec in long.parameters.items():
            told = (
                spec
                if spec.unit or not long.unit
                else spec.model_copy(update={"unit": From(column=long.unit)})
            )
            column = Quantities(sheet, reader, told, value)
            self.quantities.append(column)
            self._groups[_folded(name)] = Group(sheet, column.role, [column], column.varying, name)

    def write(self, row: int, cells: Cells, read: Read) -> list[str]:
        """Return the lines of one value."""
        text = self._text(cells)
        group = self._groups.get(_folded(text))
        if group is not None:
            self._ask(group)
            return group.write(row, cells, read)
        if text or identity(cells[self._value]):
            message = f"the parameter {text!r} has no line under `long: parameters:`; its values are left out"
            self._sheet.problem(
                "Parameter-unmapped", row, self._index, message, value=text, severity=Severity.WARNING
            )
        return []

    def _ask(self, group: Group) -> None:
        """Ask what the numbers of a parameter mean, once the sheet has any."""
        if not group.seen:
            for column in group.columns:
                column.ask()


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
