"""Decides what is told of all that was found: one finding for each cause, the nearest limit first."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from pyoxigraph import NamedNode
from rdflib import SH, Graph, Literal, URIRef

from pilotline.datasets.columns import Line
from pilotline.datasets.pointers import Place, number_of, parse_pointer, records_of, row_and_column
from pilotline.findings import Finding, Severity
from pilotline.iris import name_of
from pilotline.namespaces import SHAPES
from pilotline.validation.columns import Entry
from pilotline.validation.places import Whereabouts
from pilotline.validation.results import Result
from pilotline.validation.slips import Slip
from pilotline.validation.terms import Term, to_rdflib
from pilotline.validation.wording import SLIP_SEVERITY, slip_words

_LIMITS = URIRef(SHAPES + "Limits")
_CROSS_CHECKS = URIRef(SHAPES + "CrossChecks")
_ORDER = list(Severity)
_JUDGED = "Quantity-judged"  # unusual by judgement alone: no fault, but no ground for another finding either
_TWICE, _IDLE = "Row-twice", "Row-idle"
_UNKNOWN, NOT_KNOWN = "Link-unknown-lot", "Link-known"  # by linking, and by a shape
_MISSING = "MinCountConstraintComponent"
MADE_LATER, UNFINISHED = "Run-inputMadeLater", "Run-inputUnfinished"
_TOO_EARLY = (MADE_LATER, UNFINISHED)
_DATE_RULES = ("Run-startBeforeEnd", *_TOO_EARLY)

Row = tuple[str, str, int]


@dataclass(frozen=True)
class Located:
    """A result with the cell it is about.

    quantity: the quantity that the focus is, or is a number, curve or point of.
    """

    result: Result
    whereabouts: Whereabouts
    quantity: NamedNode | None = None

    @property
    def is_missing(self) -> bool:
        """Say whether something is not there that should be."""
        return self.result.component.endswith(_MISSING)

    @property
    def row(self) -> Row:
        """Return file, sheet and row; the row is -1 where the place is no cell of a table."""
        return row_of(self.whereabouts.place)


def row_of(place: Place) -> Row:
    """Return file, sheet (in JSON the list of records) and row of a place."""
    row, column = row_and_column(place.cell)
    return place.file, place.sheet or records_of(column), row


@dataclass(frozen=True)
class Causes:
    """What was found by shapes, by the look at whole columns, and by reading and linking.

    turned: the rows that hold parameters; what is told of one sample there stands in one column.
    """

    located: Sequence[Located]
    slips: Sequence[Slip]
    noticed: Sequence[Finding]
    shapes: Graph = field(repr=False)
    odd: Sequence[Entry] = ()
    turned: frozenset[Line] = frozenset()

    def told(self) -> Iterator[Located]:
        """Yield the results that are told by themselves.

        Of several limits of one value the nearest is told; what a slip explains is told with the slip; a
        cross-check is silent where a value of the same row is wrong by itself; what could not be read is
        not missing too; a lot of which nothing is known is told by linking, with the names near it; that a
        run is too early for its lots is told once.
        """
        told_early = set[Term]()
        for located in self._nearest_limits():
            focus, is_early = located.result.focus, located.result.code in _TOO_EARLY
            if located in self._explained or self._is_silent(located) or (is_early and focus in told_early):
                continue
            if is_early:
                told_early.add(focus)
            yield self._at_the_odd_one(located)

    def _at_the_odd_one(self, located: Located) -> Located:
        """Return a disagreement of two values at the one that is far from the others of its column."""
        quantity = located.quantity
        if quantity is None or self._group(located.result.shape) != _CROSS_CHECKS:
            return located
        beside = self._odd.get((*self._of(located), quantity.value.partition("/q/")[0]), [])
        if len(beside) != 1 or beside[0].quantity == quantity:
            return located
        (entry,) = beside
        there = Whereabouts(parse_pointer(entry.pointer), entry.pointer, entry.typed)
        return replace(located, whereabouts=there)

    @cached_property
    def _odd(self) -> Mapping[tuple[str, str, int, str], list[Entry]]:
        """Return the odd entries by row and by who bears them."""
        found: dict[tuple[str, str, int, str], list[Entry]] = defaultdict(list)
        for entry in self.odd:
            found[*self._at(parse_pointer(entry.pointer)), entry.bearer].append(entry)
        return found

    def _is_silent(self, located: Located) -> bool:
        """Say whether what else was found in the row, or of the lot, tells the same."""
        result = located.result
        if self._group(result.shape) == _CROSS_CHECKS:
            return self._of(located) in self._faulty_rows | self._unread or result.focus in self._broken
        if result.code == NOT_KNOWN:
            return _named(located) in self._unknown
        if self._is_of_another_run(located):
            return True
        return located.is_missing and located.row[2] > 0 and self._of(located) in self._unread

    @cached_property
    def _unread(self) -> frozenset[Row]:
        return frozenset(self._row(each) for each in self.noticed if each.severity is Severity.VIOLATION)

    def _is_of_another_run(self, located: Located) -> bool:
        """Say whether a lot of a run number that stands twice is compared with the times of the first row."""
        return located.result.code in _TOO_EARLY and self._of(located) in self._again

    @cached_property
    def _again(self) -> frozenset[Row]:
        return frozenset(self._row(each) for each in self.noticed if each.code == _TWICE)

    @cached_property
    def _unknown(self) -> frozenset[tuple[str, str, str]]:
        """Return file, sheet and name of the lots that linking does not know."""
        return frozenset(
            (each.file, each.sheet, each.value) for each in self.noticed if each.code == _UNKNOWN
        )

    def noticed_told(self) -> Iterator[Finding]:
        """Yield what reading noticed; of a row that stands twice one cell is told, the first.

        A row of which something else is told is not said to add nothing, and two tables that read one cell
        tell what is wrong with it once.
        """
        twice, cells = set[Row](), set[tuple[str, ...]]()
        wrong = {self._row(each) for each in self.noticed if each.severity is not Severity.INFO}
        for finding in self.noticed:
            row, cell = self._row(finding), _cell(finding)
            again = (finding.code == _TWICE and row in twice) or (bool(finding.cell) and cell in cells)
            if not again and not (finding.code == _IDLE and row in wrong):
                yield finding
            cells.add(cell)
            if finding.code == _TWICE and row[2] > 0:
                twice.add(row)

    def slips_told(self, language: str) -> Iterator[Finding]:
        """Yield a finding for each cell of each slip, with the severity of what it explains."""
        for number, slip in enumerate(self.slips):
            message, hint = slip_words(slip, language)
            severity = self._severity(number)
            for node, pointer in zip(slip.nodes, slip.pointers, strict=True):
                place = parse_pointer(pointer)
                yield Finding(
                    slip.code,
                    severity,
                    message,
                    hint,
                    place.file,
                    place.sheet,
                    place.cell,
                    focus=node.value,
                    path=slip.property,
                    value=slip.found,
                    expected=slip.expected,
                    cause=f"{slip.code} {number}",
                )

    @cached_property
    def _explained(self) -> frozenset[Located]:
        return frozenset(each for explained in self._explained_by.values() for each in explained)

    @cached_property
    def _explained_by(self) -> Mapping[int, list[Located]]:
        """Return what each slip explains: limits and cross-checks of its values, times of its runs."""
        slips = {node: number for number, slip in enumerate(self.slips) for node in slip.nodes}
        dated = {node for slip in self.slips if slip.property for node in slip.nodes}
        found: dict[int, list[Located]] = defaultdict(list)
        for located in self.located:
            node = located.quantity or located.result.focus
            number = slips.get(node) if isinstance(node, NamedNode) else None
            if number is None:
                continue
            if located.result.code in _DATE_RULES if node in dated else self._is_about_size(located):
                found[number].append(located)
        return found

    def _is_about_size(self, located: Located) -> bool:
        return self._group(located.result.shape) in (_LIMITS, _CROSS_CHECKS)

    def _severity(self, number: int) -> Severity:
        explained = self._explained_by.get(number, ())
        severities = [SLIP_SEVERITY, *(each.result.severity for each in explained)]
        return min(severities, key=_ORDER.index)

    @cached_property
    def _faulty_rows(self) -> frozenset[Row]:
        """Return the rows that hold a value which is wrong by itself."""
        limits = {
            self._of(each)
            for each in self.located
            if self._group(each.result.shape) == _LIMITS
            and (each.result.severity is not Severity.INFO or each.result.code == _JUDGED)
        }
        slipped = {self._at(parse_pointer(pointer)) for slip in self.slips for pointer in slip.pointers}
        return frozenset(row for row in limits | slipped if row[2] > 0)

    @cached_property
    def _broken(self) -> frozenset[Term]:
        """Return what breaks a rule of violation level by itself, such as an interval that ends below 0."""
        return frozenset(
            each.result.focus
            for each in self.located
            if each.result.severity is Severity.VIOLATION
            and self._group(each.result.shape) not in (_LIMITS, _CROSS_CHECKS)
            and not self._is_of_another_run(each)
        )

    def _nearest_limits(self) -> list[Located]:
        """Return the results, of the limits of one value only the nearest that is broken."""
        nearest: dict[Term, float] = {}
        for each in self.located:
            if self._group(each.result.shape) == _LIMITS:
                order = self._order(each.result.shape)
                nearest[each.result.focus] = min(order, nearest.get(each.result.focus, order))
        return [
            each
            for each in self.located
            if self._group(each.result.shape) != _LIMITS
            or self._order(each.result.shape) == nearest[each.result.focus]
        ]

    def _group(self, shape: Term) -> object:
        return self.shapes.value(to_rdflib(shape), SH.group)

    def _order(self, shape: Term) -> float:
        order = self.shapes.value(to_rdflib(shape), SH.order)
        return float(order) if isinstance(order, Literal) else 0.0

    def _row(self, finding: Finding) -> Row:
        return self._at(Place(finding.file, finding.sheet, finding.cell))

    def _of(self, located: Located) -> Row:
        return self._at(located.whereabouts.place)

    def _at(self, place: Place) -> Row:
        """Return what stands for the row of one thing: its column where parameters stand in rows."""
        file, sheet, row = row_of(place)
        if (file, sheet, row) not in self.turned:
            return file, sheet, row
        return file, f"{sheet}, turned", number_of(row_and_column(place.cell)[1])


def _cell(finding: Finding) -> tuple[str, ...]:
    return finding.code, finding.file, finding.sheet, finding.cell, finding.value


def _named(located: Located) -> tuple[str, str, str]:
    """Return file, sheet and the name of the lot that a result is about."""
    place, value = located.whereabouts.place, located.result.value
    return place.file, place.sheet, name_of(value.value) if isinstance(value, NamedNode) else ""
