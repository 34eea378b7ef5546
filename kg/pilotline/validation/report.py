"""Turns validation results into what a person reads: findings by cell, one for each cause."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from operator import eq

from pyoxigraph import NamedNode

from pilotline.datasets.columns import Line
from pilotline.datasets.pointers import Place, row_and_column
from pilotline.findings import Finding, Severity
from pilotline.iris import name_of
from pilotline.namespaces import PROV
from pilotline.readiness.completeness import Completeness
from pilotline.validation.causes import MADE_LATER, NOT_KNOWN, UNFINISHED, Causes, Located
from pilotline.validation.columns import Entry
from pilotline.validation.language import in_words
from pilotline.validation.places import Places, Whereabouts
from pilotline.validation.results import Result
from pilotline.validation.rules import Rule, Rules
from pilotline.validation.shapes import Shapes
from pilotline.validation.slips import Slip
from pilotline.validation.spans import beside, span
from pilotline.validation.terms import Term

_ORDER = list(Severity)
_USED_TWICE = "Sheet-usedTwice"
_OF_COLUMN = "Column-"  # begins the codes of what whole columns tell
_STARTED = f"<{PROV}startedAtTime>"


@dataclass(frozen=True)
class Group:
    """Findings with one cause: of one slip, or of one rule in neighbouring cells of one column.

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
    slips: what whole columns tell of slips of the hand.
    fails_on: the least severity that keeps a dataset from conforming.
    odd: entries far from the others of their column, which say where to look when two values disagree.
    turned: the rows of sheets that hold parameters, where the samples stand in columns.
    completeness: how much of what is specified for each step is there.
    """

    located: tuple[Located, ...]
    shapes: Shapes
    engine: str = ""
    seconds: float = field(default=0.0, compare=False)
    noticed: tuple[Finding, ...] = ()
    slips: tuple[Slip, ...] = ()
    fails_on: Severity = Severity.VIOLATION
    completeness: tuple[Completeness, ...] = ()
    odd: tuple[Entry, ...] = field(default=(), repr=False)
    turned: frozenset[Line] = field(default=frozenset(), repr=False)

    def noting(self, noticed: Iterable[Finding]) -> "Report":
        """Return this report with what reading and linking found."""
        return replace(self, noticed=(*self.noticed, *noticed))

    @property
    def results(self) -> tuple[Result, ...]:
        """Return the SHACL results."""
        return tuple(located.result for located in self.located)

    @property
    def conforms(self) -> bool:
        """Say whether there is no violation; warnings count only where the profile is strict."""
        severities = [
            *(result.severity for result in self.results),
            *(each.severity for each in self.noticed),
        ]
        if self.fails_on is Severity.VIOLATION:
            return Severity.VIOLATION not in severities
        worst = _ORDER.index(self.fails_on)
        return not any(_ORDER.index(each.severity) <= worst for each in self.findings)

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
        """Return what is told, in English."""
        return self.findings_in("en")

    def findings_in(self, language: str) -> tuple[Finding, ...]:
        """Return what is told, worst first, then by place: of what has one cause, the cause."""
        rules = Rules(self.shapes.graph)
        causes = Causes(self.located, self.slips, self.noticed, self.shapes.graph, self.odd, self.turned)
        told = (_finding(located, rules, language) for located in causes.told())
        findings = [*causes.noticed_told(), *told, *causes.slips_told(language)]
        return tuple(in_words(each, language) for each in sorted(findings, key=_by_severity_and_place))

    def groups(self, language: str = "en") -> tuple[Group, ...]:
        """Return the findings with one cause over neighbouring cells of a column as one."""
        return tuple(group_findings(self.findings_in(language)))

    def counts(self) -> dict[str, int]:
        """Return how many results there are of each severity."""
        found = Counter(str(finding.severity) for finding in self.findings)
        return {str(severity): found[str(severity)] for severity in Severity}


def make_report(
    places: Places,
    results: Iterable[Result],
    shapes: Shapes,
    engine: str,
    seconds: float = 0.0,
    slips: tuple[Slip, ...] = (),
    *,
    once: bool = True,
) -> Report:
    """Return the report on results.

    places: of the store that was validated.
    once: tell a result once, where SHACL tells it for each of its causes.
    """
    ordered = sorted(set(results) if once else results, key=lambda result: result.key)
    wrongly_dated = _wrongly_dated(ordered)
    located = (
        Located(
            result,
            _whereabouts(result, places, result in wrongly_dated),
            places.quantity_of(result.focus),
        )
        for result in ordered
    )
    return Report(tuple(located), shapes, engine, seconds, slips=slips)


def _whereabouts(result: Result, places: Places, is_wrongly_dated: bool) -> Whereabouts:
    """Return the whereabouts of a result, at the start of its run where that is at fault.

    A lot that is not finished may stand in another row of the run than its start; then that is where to look.
    """
    there = places.of(result.focus, result.value, result.path)
    if not is_wrongly_dated and result.code != UNFINISHED:
        return there
    start = places.of(result.focus, result.value, _STARTED)
    return start if is_wrongly_dated or _are_of_one_record(start.place, there.place) else there


def _are_of_one_record(one: Place, other: Place) -> bool:
    """Say whether two cells share a row, or a column where samples stand side by side."""
    return any(map(eq, row_and_column(one.cell), row_and_column(other.cell)))


def _wrongly_dated(results: Iterable[Result]) -> set[Result]:
    """Return the results on lots that were made later than they went in, where a run has several such.

    The date of the run is wrong then, not each of the lots.
    """
    late = [result for result in results if result.code == MADE_LATER]
    counts = Counter(result.focus for result in late)
    return {result for result in late if counts[result.focus] > 1}


def _finding(located: Located, rules: Rules, language: str) -> Finding:
    result, where = located.result, located.whereabouts
    rule = rules.of(result.shape)
    value = "" if result.value in (None, result.focus) else _shown(result.value)
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
        cause=_cause(located, rule),
    )


def _cause(located: Located, rule: Rule) -> str:
    """Return what many findings have in common: an unknown or unfinished lot, a line that runs otherwise.

    Sheets of a column that lie in one stack already are one cause: a cell was copied down.

    Where each thing has a file of its own, what is mere information or missing is one cause as well.
    """
    place, value = located.whereabouts.place, located.result.value
    if located.result.code == _USED_TWICE and place.cell:
        _, _, stack = located.result.message("en").partition(" is ")
        return " ".join((_USED_TWICE, place.file, place.sheet, row_and_column(place.cell)[1], stack))
    if located.result.code in (NOT_KNOWN, UNFINISHED) and isinstance(value, NamedNode):
        return value.value
    alike = located.result.severity is Severity.INFO or located.is_missing
    if located.row[2] < 0 and alike:
        return f"{located.result.code} {located.result.message('en')}"
    if rule.reported:
        return " ".join((located.result.code, place.file, place.sheet, row_and_column(place.cell)[1]))
    return ""


def _shown(term: object) -> str:
    """Return a value as the source writes it."""
    return name_of(term.value) if isinstance(term, NamedNode) else _plain(term)


def _plain(term: object) -> str:
    return str(getattr(term, "value", term))


def _by_severity_and_place(finding: Finding) -> tuple[object, ...]:
    row, column = row_and_column(finding.cell)
    what = (_ORDER.index(finding.severity), *_table_of(finding), finding.code, finding.cause, finding.file)
    return *what, column.rjust(6), finding.path, row, finding.focus


def group_findings(findings: Iterable[Finding]) -> Iterator[Group]:
    """Yield the findings; those with one cause, or of one rule in consecutive rows of a column, as one."""
    for _, alike in groupby(findings, key=_alike):
        run: list[Finding] = []
        for finding in alike:
            if run and not _follows(run[-1], finding):
                yield _group(run)
                run = []
            run.append(finding)
        yield _group(run)


def _alike(finding: Finding) -> tuple[str, ...]:
    row, column = row_and_column(finding.cell)
    what = finding.code, str(finding.severity), *_table_of(finding)
    if finding.cause:
        return *what, finding.cause
    alone = (finding.focus, finding.message) if row < 0 else ()
    return *what, column, finding.path, *alone


def _follows(first: Finding, second: Finding) -> bool:
    """Say whether the second stands in the next row, or says the same of the same cell."""
    if first.cause and first.cause == second.cause:
        return True
    rows = row_and_column(second.cell)[0] - row_and_column(first.cell)[0]
    return rows == 1 or (rows == 0 and first.message == second.message)


def _table_of(finding: Finding) -> tuple[str, str]:
    """Return file and sheet; none where one cause is met in the files of many things."""
    everywhere = finding.cause and row_and_column(finding.cell)[0] < 0
    return ("", "") if everywhere else (finding.file, finding.sheet)


def _group(members: list[Finding]) -> Group:
    first = members[0]
    cells = [member.cell for member in members]
    lie_in_one = first.code.startswith(_OF_COLUMN) and len({row_and_column(cell)[0] for cell in cells}) == 1
    return Group(replace(first, cell=beside(cells) if lie_in_one else span(cells)), tuple(members))
