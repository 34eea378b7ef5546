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
        self._unit = sheet.text(long.unit) if long.unit else None
        self._told: dict[str, str] = {}
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
            if long.unit and isinstance(spec.unit, str):
                self._told[_folded(name)] = spec.unit
            self._groups[_folded(name)] = Group(sheet, column.role, [column], column.varying, name)

    def write(self, row: int, cells: Cells, read: Read) -> list[str]:
        """Return the lines of one value."""
        text = self._text(cells)
        group = self._groups.get(_folded(text))
        if group is not None:
            self._ask(group)
            if wanted := self._told.get(_folded(text)):
                self._check_unit(row, cells, wanted)
            return group.write(row, cells, read)
        if text or identity(cells[self._value]):
            message = f"the parameter {text!r} has no line under `long: parameters:`; its values are left out"
            self._sheet.problem(
                "Parameter-unmapped", row, self._index, message, value=text, severity=Severity.WARNING
            )
        return []

    def _check_unit(self, row: int, cells: Cells, wanted: str) -> None:
        """Report a cell with another unit than that which the mapping says of its parameter."""
        assert self._unit
        index, get = self._unit
        units, said = self._sheet.job.units, get(cells)
        if said and not (units.knows(said) and units.alike(units.parse(said), units.parse(wanted))):
            message = f"the cell says {said!r}, the line of the parameter `unit: {wanted}`"
            hint = "leave `unit:` out of the line: the cells say it"
            self._sheet.problem("Cell-unit", row, index, message, value=said, hint=hint)

    def _ask(self, group: Group) -> None:
        """Ask what the numbers of a parameter mean, once the sheet has any."""
        if not group.seen:
            for column in group.columns:
                column.ask()


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
