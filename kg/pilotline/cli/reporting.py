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


def print_findings(findings: Iterable[Finding]) -> None:
    """Print findings, worst first, one line for each cause."""
    groups = list(group_findings(findings))
    for group in groups[:SHOWN]:
        finding = group.finding
        many = f" ({group.count} values)" if group.count > 1 else ""
        hint = f"; {finding.hint}" if finding.hint else ""
        click.echo(f"  {finding.severity}: {finding.place}: {finding.message}{hint}{many}")
    if len(groups) > SHOWN:
        click.echo(f"  … and {len(groups) - SHOWN} more; --format json shows all")


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
