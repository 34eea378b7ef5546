"""Writes the columns of a row together: what comes again for one thing must agree; remarks are kept aside."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from pilotline.quantities.lines import Facts, Pieces
from pilotline.tabular.columns import Quantities
from pilotline.tabular.facts import RowFacts
from pilotline.tabular.grid import Broken
from pilotline.tabular.headers import Found
from pilotline.tabular.row import Read
from pilotline.tabular.sheet import Cells, Sheet
from pilotline.tabular.things import Bearer


@dataclass
class Group:
    """Columns whose values are of the same thing in each row; a thing that comes again must agree.

    seen: for each thing the row it stood in first, and a fingerprint of each of its cells.
    """

    sheet: Sheet
    role: str
    columns: Sequence[Quantities]
    varying: RowFacts | None = None
    name: str = ""
    seen: dict[int, "array[int]"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the columns that give one quantity: the first that is filled stands."""
        numbered = list(enumerate(self.columns))
        self._twins = [
            (first, second)
            for second, column in numbered
            for first, other in numbered[:second]
            if other.meaning == column.meaning
        ]

    def _same(self, row: int, cells: Cells, first: Quantities, column: Quantities) -> None:
        """Report a cell that says of the same quantity what an earlier column says already."""
        place = self.sheet.grid.place(row, first.index)
        message = f"{first.header!r} and {column.header!r} are one quantity by the mapping; {place} stands"
        hint = "say what tells the columns apart: side, replicate, statistic, condition, stage or kind"
        value = str(cells[column.index])
        self.sheet.problem("Column-twice", row, column.index, message, value=value, hint=hint)

    def write(self, row: int, cells: Cells, read: Read) -> list[str]:
        """Return the lines of the group's quantities in one row."""
        bearers = read.bearers.get(self.role, ()) if self.role != "main" else (read.main,)
        if not bearers:
            self._no_bearer(row, cells)
        varying = self.varying(row, cells).keys if self.varying else ()
        return [self._of(row, cells, bearer, read.facts, varying) for bearer in bearers]

    def _of(
        self, row: int, cells: Cells, bearer: Bearer, facts: Facts, varying: tuple[tuple[str, str], ...]
    ) -> str:
        key = hash((bearer.iri, facts.keys, varying, self.name))
        prints = [column.values.fingerprint(cells) for column in self.columns]
        for one, other in self._twins:
            if prints[one] and prints[other]:
                self._same(row, cells, self.columns[one], self.columns[other])
                prints[other] = 0
        first = self.seen.get(key)
        if first is not None:
            return self._again(row, cells, bearer, facts, first, prints)
        self.seen[key] = array("L", [row, *prints])
        pieces = Pieces()
        for column, found in zip(self.columns, prints, strict=True):
            if found:
                column.add(pieces, row, cells, bearer, facts)
        return pieces.text(bearer.iri)

    def _again(
        self,
        row: int,
        cells: Cells,
        bearer: Bearer,
        facts: Facts,
        first: "array[int]",
        prints: list[int],
    ) -> str:
        """Return the lines of what the first row left open; what differs from it is reported."""
        pieces = Pieces()
        for place, (column, found) in enumerate(zip(self.columns, prints, strict=True), start=1):
            if found and not first[place]:
                first[place] = found
                column.add(pieces, row, cells, bearer, facts)
            elif found and found != first[place]:
                self._differs(row, cells, column, first[0])
        return pieces.text(bearer.iri)

    def _differs(self, row: int, cells: Cells, column: Quantities, first: int) -> None:
        value = str(cells[column.index])
        place = self.sheet.grid.place(first, column.index)
        message = f"{column.header!r} is {value!r}, but another value stands in {place} for the same thing"
        hint = "correct one of them, or say in `row:` what tells the rows apart (replicate, side, time)"
        if self.sheet.is_template:
            hint = "correct one of them; two things need two numbers, two readings a replicate, side or time"
        self.sheet.problem("Row-twice", row, column.index, message, value=value, hint=hint)

    def _no_bearer(self, row: int, cells: Cells) -> None:
        """Report values that nobody bears, since the row names no such lot, at the cell that should."""
        borne = [column for column in self.columns if not column.values.empty(cells)]
        if borne:
            named = self.role.partition(" ")[2]
            index = self.sheet.headers.column(named).index if named else borne[0].index
            header = self.sheet.grid.headers[index] if named else self.role
            message = f"{header!r} is empty, so the row's values belong to nothing"
            hint = "enter its number, or leave the values empty too"
            self.sheet.problem("Row-bearer", row, index, message, value="empty", hint=hint)


class Notes:
    """Keeps remarks as text on the thing of the row; names of operators are blotted out at the end."""

    def __init__(self, sheet: Sheet, found: Found) -> None:
        self._sheet, self._found = sheet, found
        self.count = 0

    def keep(self, cells: Cells, read: Read) -> bool:
        """Keep the note of a row; say whether there is one."""
        content = cells[self._found.index]
        text = "" if type(content) is Broken else str(content).strip()
        if text.casefold() in self._sheet.missing:
            return False
        self.count += 1
        self._sheet.job.people.remark(read.main.iri, self.header, text)
        return True

    @property
    def header(self) -> str:
        """Return the header of the column."""
        return self._found.header

    @property
    def index(self) -> int:
        """Return the index of the column."""
        return self._found.index
