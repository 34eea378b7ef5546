"""What a row says of its thing, and what reads the rows of one kind."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from pilotline.quantities.lines import NOTHING, Facts
from pilotline.tabular.sheet import Cells, Sheet
from pilotline.tabular.things import (
    Bearer,
)
from pilotline.vocabulary.terms import Step


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
    sheet.problem("Row-identity", row, index, message, value="empty", hint=hint)
    return None


class Once:
    """Sees that rows that name one thing say the same of it; the first row stands."""

    def __init__(self, sheet: Sheet, index: int) -> None:
        self._sheet, self._index = sheet, index
        self._seen: dict[int, tuple[int, int]] = {}

    def agreed(self, row: int, node: str, text: str) -> str:
        """Return the lines that a row says of a node, or none where an earlier row says others.

        A row that says nothing agrees with all.
        """
        if not text:
            return ""
        first, said = self._seen.setdefault(hash(node), (row, hash(text)))
        if said == hash(text):
            return text
        value = node.rsplit("/", 1)[1]
        message = f"{value!r} also stands in row {first}, which says other things of it; the first row stands"
        hint = "correct one of the rows, or add the columns that tell the two apart to its identity"
        self._sheet.problem("Row-twice", row, self._index, message, value=value, hint=hint)
        return ""
