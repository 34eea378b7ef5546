"""Prints what became of datasets, and ends with the exit code that says whether they conform."""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence

import click

from pilotline.cli import console
from pilotline.findings import Finding, Severity
from pilotline.ingest import Outcome
from pilotline.validation.report import group_findings

SHOWN = 20  # groups of findings printed for each dataset; JSON has them all


def report_outcomes(outcomes: Sequence[Outcome], form: str) -> None:
    """Print outcomes; end with 1 when a dataset does not conform."""
    if form == "json":
        console.print_json([_data(outcome) for outcome in outcomes])
    else:
        for outcome in outcomes:
            print_outcome(outcome)
    if not all(outcome.conforms for outcome in outcomes):
        sys.exit(console.DOES_NOT_CONFORM)


def print_outcome(outcome: Outcome) -> None:
    """Print one outcome: a line, and what was found below it."""
    click.echo(f"{outcome.title}: {_what_happened(outcome)}")
    print_findings(outcome.findings)


def print_findings(findings: Sequence[Finding]) -> None:
    """Print findings, worst first: a line for each cause, and a line for each rule of mere information."""
    grave = [finding for finding in findings if finding.severity is not Severity.INFO]
    groups = list(group_findings(grave))
    for group in groups[:SHOWN]:
        finding = group.finding
        hint = f"; {finding.hint}" if finding.hint else ""
        click.echo(f"  {finding.severity}: {finding.place}: {finding.message}{hint}{_many(group.count)}")
    if len(groups) > SHOWN:
        click.echo(f"  … and {len(groups) - SHOWN} more; --format json shows all")
    for first, count in _by_rule(finding for finding in findings if finding.severity is Severity.INFO):
        click.echo(f"  info: {first.place}: {first.message}{_many(count)}")


def _by_rule(findings: Iterable[Finding]) -> list[tuple[Finding, int]]:
    """Return the first finding of each rule and message, and how many there are."""
    first: dict[tuple[str, str], Finding] = {}
    count = Counter[tuple[str, str]]()
    for finding in findings:
        rule = (finding.code, finding.message)
        first.setdefault(rule, finding)
        count[rule] += 1
    return [(first[rule], count[rule]) for rule in first]


def _many(count: int) -> str:
    return f" ({count} values)" if count > 1 else ""


def counts(findings: Iterable[Finding]) -> str:
    """Return `2 × violation, 1 × warning`."""
    found = Counter(finding.severity for finding in findings)
    parts = [f"{found[severity]} × {severity}" for severity in Severity if found[severity]]
    return ", ".join(parts) or "nothing to report"


def _what_happened(outcome: Outcome) -> str:
    if outcome.unchanged:
        return f"unchanged, version {outcome.version}"
    found = counts(outcome.findings)
    if not outcome.published:
        return f"refused, {found}; the store is as it was, the report is kept"
    hidden = f", {outcome.hidden} faulty values kept out of scope" if outcome.hidden else ""
    return f"published as version {outcome.version}, {outcome.triples:,} triples, {found}{hidden}"


def _data(outcome: Outcome) -> dict[str, object]:
    findings = [finding.to_json() for finding in outcome.findings]
    return {**vars(outcome), "conforms": outcome.conforms, "findings": findings}
