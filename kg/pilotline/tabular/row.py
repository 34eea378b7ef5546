"""What a row says of its thing, and what reads the rows of one kind."""

import struct
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from pilotline.quantities.lines import NOTHING, Facts
from pilotline.tabular.layout import stated_in
from pilotline.tabular.sheet import Cells, Sheet
from pilotline.tabular.things import (
    Bearer,
)
from pilotline.vocabulary.terms import Step

# A hash of a line, and the number of its property.
_LINE = struct.Struct("<qH")


class Read(NamedTuple):
    """What a row says of its thing.

    text: lines. bearers: who may have the row's properties, by role; `main` bears what has no role.
    facts: what tells the row's values from those of other rows. run: for stages.
    """

    text: str
    main: Bearer
    bearers: dict[str, tuple[Bearer, ...]]
    facts: Facts = NOTHING


class RowReader(Protocol):
    """Reads the rows of one kind.

    index: column of the identity. step: whose specification says who bears a parameter.
    roles: who may bear one, such as `output Roll`, with its kind of lot; none where a row is one thing.
    """

    index: int
    step: Step | None
    roles: Mapping[str, str]

    def read(self, row: int, cells: Cells) -> Read | None:
        """Return what a row says; nothing where its identity is empty."""


def left_out(sheet: Sheet, row: int, index: int) -> Read | None:
    """Report a row whose identity is empty; it says nothing."""
    header = sheet.grid.headers[index]
    message = f"the identity {header!r} is empty; the row is left out"
    hint = "every run, lot and sample needs its identifier"
    if sheet.grid.sheet and not sheet.grid.names:
        hint += f"; where it stands above and its cell is merged, say `fill_down: [{header}]`"
    sheet.problem("Row-identity", row, index, message, value="empty", hint=hint)
    return None


class Once:
    """Sees that rows that name one thing say the same of it; the first row stands."""

    def __init__(self, sheet: Sheet, index: int) -> None:
        self._sheet, self._index = sheet, index
        self._columns = stated_in(sheet)
        self._properties: dict[str, int] = {}
        self._seen: dict[int, tuple[int, bytes]] = {}
        self._last: tuple[str, object] = ("", None)

    def agreed(self, row: int, node: str, text: str, beside: object = None) -> str:
        """Return the lines that a row says of a node, or none where an earlier row says others.

        A row that says less agrees with one that says more.
        beside: what else the row says; where that differs from the row above, the identity is to blame.
        """
        if not text:
            return ""
        lines = text.splitlines()
        first, said = self._seen.setdefault(hash(node), (row, self._packed(lines)))
        different = self._different(lines, said) if first != row else []
        next_to_it, self._last = self._last == (node, beside), (node, beside)
        if different:
            self._report(row, first, node, different if next_to_it else [])
            return ""
        return text

    def _packed(self, lines: list[str]) -> bytes:
        """Return the hash and the property of each line, in a form that is small."""
        return b"".join([_LINE.pack(hash(line), self._property(line)) for line in lines])

    def _property(self, line: str) -> int:
        return self._properties.setdefault(line.split(" ", 2)[1], len(self._properties))

    def _different(self, lines: list[str], said: bytes) -> list[str]:
        """Return the properties of which lines say something else than was said before."""
        before = set(_LINE.iter_unpack(said))
        known = {number for _, number in before}
        return [
            line.split(" ", 2)[1].strip("<>")
            for line in lines
            if (found := self._property(line)) in known and (hash(line), found) not in before
        ]

    def _report(self, row: int, first: int, node: str, different: list[str]) -> None:
        """Report a row that contradicts the first, at the cell that does so.

        different: the properties; where they are several, or none can be told, the identity is to blame.
        """
        columns = {column for each in different for column in self._columns.get(each, ())}
        index = columns.pop() if len(columns) == 1 else self._index
        value = node.rsplit("/", 1)[1]
        message = f"{value!r} also stands in row {first}, which says other things of it; the first row stands"
        hint = "correct one of the rows, or add the columns that tell the two apart to its identity"
        if self._sheet.is_template:
            hint = "correct one of the rows, or give one of them a number of its own"
        self._sheet.problem("Row-twice", row, index, message, value=value, hint=hint)
