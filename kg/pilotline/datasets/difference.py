"""Compares two versions of a dataset and says it by rows: added, changed and removed, with their cells."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from pilotline.datasets.pointers import NOWHERE, Place, parse_pointer, row_of
from pilotline.namespaces import PL

_CELL = NamedNode(PL + "cell")
_AS_TYPED = NamedNode(PL + "asTyped")
_CSV_CELL = re.compile(r"row \d+, (column \d+)")


class Kind(StrEnum):
    """What became of a row."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


_HOST = 3  # slashes of an IRI that names a host alone
_MARKS = {Kind.ADDED: "+", Kind.CHANGED: "~", Kind.REMOVED: "-"}


@dataclass(frozen=True)
class Edit:
    """One cell, or a node that no cell is known of: its text before and after, empty where it was not there.

    place: in the version that holds it, the later one where both do.
    """

    place: Place
    node: str
    before: str
    after: str


@dataclass(frozen=True)
class Row:
    """One row of a source; a changed row lists what changed, the others all that they hold.

    place: its `cell` is `row 5`; of a removed row, where it stood.
    """

    kind: Kind
    place: Place
    edits: tuple[Edit, ...]

    @property
    def removes(self) -> bool:
        """Say whether something that was there is gone."""
        return self.kind is Kind.REMOVED or any(not edit.after for edit in self.edits)


@dataclass(frozen=True)
class Difference:
    """The rows that differ, in the order of the source; same: not even a cell pointer differs."""

    rows: tuple[Row, ...] = field(default=())
    same: bool = False

    def of(self, kind: Kind) -> tuple[Row, ...]:
        """Return the rows of one kind."""
        return tuple(row for row in self.rows if row.kind is kind)

    @property
    def removes(self) -> bool:
        """Say whether a row, or a value of a row that stays, is gone."""
        return any(row.removes for row in self.rows)


def difference(before: Store, after: Store, dataset: str) -> Difference:
    """Return what differs between the graph of a dataset in two stores.

    The cost is one look-up for each triple of either; what is held in memory grows with what differs.
    Blank nodes have no name by which two versions could be compared: they are passed over.
    """
    old, new = Version(before, dataset), Version(after, dataset)
    gone, come = list(old.missing_in(new)), list(new.missing_in(old))
    if not gone and not come:
        return Difference(same=True)
    owners = {
        version.owner(quad.subject)
        for version, other, quads in ((old, new, gone), (new, old, come))
        for quad in quads
        if isinstance(quad.subject, NamedNode) and not _follows(quad, version, other)
    }
    return Difference(tuple(_rows(old, new, owners)))


def _follows(quad: Quad, version: "Version", other: "Version") -> bool:
    """Say whether a triple differs only because its cell moved, or because what it points to came or went."""
    value = quad.object
    if quad.predicate == _CELL:
        return True
    return isinstance(value, NamedNode) and version.holds(value) and not other.holds(value)


class Version:
    """The graph of a dataset in one store."""

    def __init__(self, store: Store, dataset: str) -> None:
        self.store, self.graph = store, NamedNode(dataset)

    def missing_in(self, other: "Version") -> Iterator[Quad]:
        """Yield the quads that the other version does not hold."""
        for quad in self.store.quads_for_pattern(None, None, None, self.graph):
            if quad not in other.store and not _blank(quad):
                yield quad

    @staticmethod
    def upwards(node: object) -> Iterator[NamedNode]:
        """Yield a node and those above it in the path of its IRI, to the run or lot that it belongs to."""
        path = node.value if isinstance(node, NamedNode) else ""
        while path.count("/") > _HOST:
            yield NamedNode(path)
            path = path.rpartition("/")[0]

    def owner(self, node: NamedNode) -> NamedNode:
        """Return what was read from a cell: the node, one above it in the path of its IRI, or its holder."""
        for above in self.upwards(node):
            if self.place(above) is not NOWHERE:
                return above
        return self._holder(node) or node

    def _holder(self, node: NamedNode) -> NamedNode | None:
        holders = (quad.subject for quad in self.store.quads_for_pattern(None, None, node, self.graph))
        named = sorted((each for each in holders if isinstance(each, NamedNode)), key=str)
        return next((each for each in named if self.place(each) is not NOWHERE), None)

    def place(self, node: NamedNode) -> Place:
        """Return where a node was read from, NOWHERE where the graph does not say."""
        for quad in self.store.quads_for_pattern(node, _CELL, None, self.graph):
            if isinstance(quad.object, NamedNode):
                return parse_pointer(quad.object.value)
        return NOWHERE

    def rows(self, without: set[NamedNode]) -> set[Place]:
        """Return the rows from which something else than these nodes was read."""
        return {
            row_of(parse_pointer(quad.object.value))
            for quad in self.store.quads_for_pattern(None, _CELL, None, self.graph)
            if quad.subject not in without and isinstance(quad.object, NamedNode)
        }

    def holds(self, node: NamedNode) -> bool:
        """Say whether the version describes a node."""
        return any(True for _ in self.store.quads_for_pattern(node, None, None, self.graph))

    def text(self, node: NamedNode) -> str:
        """Return what a node says: the text as typed, else all its literals."""
        below = (NamedNode(node.value + "/value"), node)
        quads = [q for each in below for q in self.store.quads_for_pattern(each, None, None, self.graph)]
        typed = [q.object.value for q in quads if q.predicate == _AS_TYPED and isinstance(q.object, Literal)]
        literals = sorted(q.object.value for q in quads if isinstance(q.object, Literal))
        return ", ".join(typed or literals) or ("present" if quads else "")

    def facts(self, node: NamedNode) -> str:
        """Return all that is said of a node, for what is typed alike and means something else."""
        quads = self.store.quads_for_pattern(node, None, None, self.graph)
        return ", ".join(sorted(_short(q.object) for q in quads if q.predicate != _CELL))


def _rows(old: Version, new: Version, owners: set[NamedNode]) -> Iterator[Row]:
    added = {owner for owner in owners if not old.holds(owner)}
    removed = {owner for owner in owners if not new.holds(owner)}
    stay, were = new.rows(added), old.rows(removed)
    edits: dict[tuple[Kind, Place], list[Edit]] = defaultdict(list)
    for owner in owners:
        place = (old if owner in removed else new).place(owner)
        row = row_of(place) if place is not NOWHERE else Place(file=owner.value)
        kind = Kind.CHANGED
        if owner in added and row not in stay:
            kind = Kind.ADDED
        elif owner in removed and row not in were:
            kind = Kind.REMOVED
        edits[kind, row].append(_edit(old, new, owner, place))
    for kind, row in sorted(edits, key=lambda key: _order(key[1], key[0])):
        yield Row(kind, row, tuple(sorted(edits[kind, row], key=lambda edit: _order(edit.place, edit.node))))


def _edit(old: Version, new: Version, node: NamedNode, place: Place) -> Edit:
    before, after = old.text(node), new.text(node)
    if before == after:
        before, after = old.facts(node), new.facts(node)
    return Edit(place, node.value, before, after)


def _order(place: Place, last: str) -> tuple[str, str, int, str, str]:
    number = re.search(r"\d+", place.cell)
    return place.file, place.sheet, int(number[0]) if number else 0, place.cell, last


def _blank(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


def _short(term: object) -> str:
    return re.split(r"[/#]", term.value)[-1] if isinstance(term, NamedNode) else str(term)


def described(found: Difference, shown: int = 20) -> Iterator[str]:
    """Yield the lines in which a person reads a difference; shown: how many rows at most."""
    for row in found.rows[:shown]:
        values = sum("/q/" in edit.node for edit in row.edits)
        said = "; ".join(map(_said, row.edits)) if row.kind is Kind.CHANGED else f"{values} values"
        yield f"{_MARKS[row.kind]} {row.place}: {said}"
    if len(found.rows) > shown:
        yield f"… and {len(found.rows) - shown} more rows; --format json shows all"


def _said(edit: Edit) -> str:
    where = _CSV_CELL.sub(r"\1", edit.place.cell) or edit.node
    return f"{where}: {edit.before or 'empty'} → {edit.after or 'empty'}"
