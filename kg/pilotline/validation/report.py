"""Turns validation results into what a person reads: findings by cell, one for each cause."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby

from pyoxigraph import NamedNode

from pilotline.findings import Finding, Severity
from pilotline.validation.places import Places, Whereabouts
from pilotline.validation.results import Result
from pilotline.validation.rules import Rules
from pilotline.validation.shapes import Shapes
from pilotline.validation.terms import Term

_ORDER = list(Severity)
_WORKBOOK = re.compile(r"([A-Z]+)(\d+)")
_CSV = re.compile(r"row (\d+), column (\d+)")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Located:
    """A result with the cell it is about.

    quantity: the quantity that the focus is, or is a number, curve or point of.
    """

    result: Result
    whereabouts: Whereabouts
    quantity: NamedNode | None = None


@dataclass(frozen=True)
class Group:
    """Findings of one rule in neighbouring cells of one column: one cause, most likely.

    finding: the first of them, its cell widened to `F2:F301`.
    """

    finding: Finding
    members: tuple[Finding, ...]

    @property
    def count(self) -> int:
        """Return how many values are affected."""
        return len(self.members)


@dataclass(frozen=True)
class Report:
    """What validation found in one graph.

    engine: which engine ran; shapes: the shapes that were used.
    noticed: what reading and linking found before any shape was asked.
    """

    located: tuple[Located, ...]
    shapes: Shapes
    engine: str = ""
    seconds: float = field(default=0.0, compare=False)
    noticed: tuple[Finding, ...] = ()

    def noting(self, noticed: Iterable[Finding]) -> "Report":
        """Return this report with what reading and linking found."""
        return replace(self, noticed=(*self.noticed, *noticed))

    @property
    def results(self) -> tuple[Result, ...]:
        """Return the SHACL results."""
        return tuple(located.result for located in self.located)

    @property
    def conforms(self) -> bool:
        """Say whether there is no violation; warnings and information do not count."""
        severities = [
            *(result.severity for result in self.results),
            *(each.severity for each in self.noticed),
        ]
        return Severity.VIOLATION not in severities

    def faulty_quantities(self) -> frozenset[NamedNode]:
        """Return the quantities that break a rule of violation level."""
        return frozenset(located.quantity for located in self._violations() if located.quantity)

    def faulty_nodes(self) -> frozenset[Term]:
        """Return what breaks a rule of violation level and is no quantity, such as a run without an input."""
        return frozenset(located.result.focus for located in self._violations() if not located.quantity)

    def _violations(self) -> Iterator[Located]:
        return (located for located in self.located if located.result.severity is Severity.VIOLATION)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Return one finding for each result, in English."""
        return self.findings_in("en")

    def findings_in(self, language: str) -> tuple[Finding, ...]:
        """Return one finding for each result, worst first, then by place."""
        rules = Rules(self.shapes.graph)
        findings = [*self.noticed, *(_finding(located, rules, language) for located in self.located)]
        return tuple(sorted(findings, key=_by_severity_and_place))

    def groups(self, language: str = "en") -> tuple[Group, ...]:
        """Return the findings with one cause over neighbouring cells of a column as one."""
        return tuple(group_findings(self.findings_in(language)))

    def counts(self) -> dict[str, int]:
        """Return how many results there are of each severity."""
        found = Counter(str(finding.severity) for finding in self.findings)
        return {str(severity): found[str(severity)] for severity in Severity}


def make_report(
    places: Places, results: Iterable[Result], shapes: Shapes, engine: str, seconds: float = 0.0
) -> Report:
    """Return the report on results, each told once.

    places: of the store that was validated.
    """
    located = (
        Located(result, places.of(result.focus, result.value), places.quantity_of(result.focus))
        for result in sorted(set(results), key=lambda result: result.key)
    )
    return Report(tuple(located), shapes, engine, seconds)


def _finding(located: Located, rules: Rules, language: str) -> Finding:
    result, where = located.result, located.whereabouts
    rule = rules.of(result.shape)
    value = "" if result.value in (None, result.focus) else _plain(result.value)
    return Finding(
        code=result.code,
        severity=result.severity,
        message=result.message(language),
        file=where.place.file,
        sheet=where.place.sheet,
        cell=where.place.cell,
        focus=_plain(result.focus),
        path=result.path,
        value=where.typed or value,
        expected=rule.expected,
        source=rule.source,
    )


def _plain(term: object) -> str:
    return str(getattr(term, "value", term))


def _by_severity_and_place(finding: Finding) -> tuple[object, ...]:
    column, row = _column_and_row(finding.cell)
    what = (_ORDER.index(finding.severity), finding.file, finding.sheet, finding.code)
    return *what, column, finding.path, row, finding.focus


def group_findings(findings: Iterable[Finding]) -> Iterator[Group]:
    """Yield the findings, those of one rule in consecutive rows of one column as one group."""
    for _, alike in groupby(findings, key=_cause):
        run: list[Finding] = []
        for finding in alike:
            if run and not _follows(run[-1], finding):
                yield _group(run)
                run = []
            run.append(finding)
        yield _group(run)


def _cause(finding: Finding) -> tuple[str, ...]:
    column, row = _column_and_row(finding.cell)
    alone = finding.focus if row < 0 else ""
    return finding.code, str(finding.severity), finding.file, finding.sheet, column, finding.path, alone


def _follows(first: Finding, second: Finding) -> bool:
    """Say whether the second stands in the same or the next row; several findings may share a cell."""
    return _column_and_row(second.cell)[1] - _column_and_row(first.cell)[1] in (0, 1)


def _group(members: list[Finding]) -> Group:
    first, last = members[0], members[-1]
    if first.cell == last.cell:
        return Group(first, tuple(members))
    return Group(replace(first, cell=_span(first.cell, last.cell)), tuple(members))


def _span(first: str, last: str) -> str:
    if _WORKBOOK.fullmatch(first):
        return f"{first}:{last}"
    row, column = _NUMBER.findall(first)
    return f"rows {row} to {_NUMBER.findall(last)[0]}, column {column}"


def _column_and_row(cell: str) -> tuple[str, int]:
    """Return column and row of a cell; the row is -1 where the place is no cell of a table."""
    if found := _WORKBOOK.fullmatch(cell):
        return found[1].rjust(3), int(found[2])
    if found := _CSV.fullmatch(cell):
        return found[2].rjust(6), int(found[1])
    return cell, -1
