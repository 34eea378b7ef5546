"""Prints what became of datasets, and ends with the exit code that says whether they conform."""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict

import click

from pilotline.cli import console
from pilotline.datasets.difference import Kind, described
from pilotline.findings import Finding, Severity
from pilotline.ingest.checking import Recheck
from pilotline.ingest.publishing import Outcome
from pilotline.validation.report import group_findings

# What is printed for each dataset; JSON has it all.
SHOWN = 40  # lines
PLACES = 3  # places in a line


def report_outcomes(outcomes: Sequence[Outcome], form: str) -> None:
    """Print outcomes; end with 1 when a dataset does not conform."""
    if form == "json":
        console.print_json([_data(outcome) for outcome in outcomes])
    else:
        for outcome in outcomes:
            print_outcome(outcome)
    if not all(outcome.conforms and not outcome.held for outcome in outcomes):
        sys.exit(console.DOES_NOT_CONFORM)


def print_outcome(outcome: Outcome) -> None:
    """Print one outcome: a line, and what was found below it."""
    click.echo(f"{outcome.title}: {_what_happened(outcome)}")
    for line in described(outcome.difference):
        click.echo(f"  {line}")
    print_findings(outcome.findings)
    print_rechecked(outcome.rechecked)


def print_rechecked(checked: Iterable[Recheck]) -> None:
    """Print the datasets that are judged otherwise than before, and by which rules."""
    for each in checked:
        verdict = "conforms" if each.conforms else "does not conform"
        click.echo(f"{each.title}: checked again, {verdict}")
        for what, rules in (("fails", each.newly_failing), ("no longer fails", each.newly_passing)):
            if rules:
                click.echo(f"  {what} {', '.join(rules)}")


def print_findings(findings: Iterable[Finding]) -> None:
    """Print findings, worst first.

    A line for each rule and message, with its places; of mere information, a line for each rule.
    """
    alike: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for finding in findings:
        said = () if finding.severity is Severity.INFO else (finding.message, finding.hint)
        alike[finding.severity, finding.code, *said].append(finding)
    order = list(Severity)
    groups = sorted(alike.values(), key=lambda same: order.index(same[0].severity))
    for same in groups[:SHOWN]:
        click.echo(f"  {_line(same)}")
    if len(groups) > SHOWN:
        click.echo(f"  … and {len(groups) - SHOWN} more; --format json shows all")


def _line(alike: list[Finding]) -> str:
    """Return what one rule found: places, message, hint, and how often."""
    first = alike[0]
    if first.severity is Severity.INFO and len(alike) > 1:
        return f"info: {len(alike)} × {first.code}, such as {_places([first])}{first.message}"
    hint = f"; {first.hint}" if first.hint else ""
    many = f" ({len(alike)} values)" if len(alike) > 1 else ""
    return f"{first.severity}: {_places(alike)}{first.message}{hint}{many}"


def _places(findings: list[Finding]) -> str:
    places = [group.finding.place for group in group_findings(findings) if group.finding.place]
    if not places:
        return ""
    more = f" and {len(places) - PLACES} more places" if len(places) > PLACES else ""
    return f"{', '.join(places[:PLACES])}{more}: "


def counts(findings: Iterable[Finding]) -> str:
    """Return `2 × violation, 1 × warning`."""
    found = Counter(finding.severity for finding in findings)
    parts = [f"{found[severity]} × {severity}" for severity in Severity if found[severity]]
    return ", ".join(parts) or "nothing to report"


def _what_happened(outcome: Outcome) -> str:
    if outcome.unchanged:
        return f"unchanged, version {outcome.version}"
    found = counts(outcome.findings)
    if outcome.held:
        return (
            f"not taken in, {_rows(outcome)}: it removes what was there; the store is as it was; "
            "--allow-removals lets it"
        )
    if not outcome.published and not (outcome.dry_run and outcome.version):
        kept = "" if outcome.dry_run else ", the report is kept"
        return f"refused, {found}; the store is as it was{kept}"
    hidden = f", {len(outcome.quarantined)} rows held back" if outcome.quarantined else ""
    hidden += f", {outcome.hidden} values kept out of scope" if outcome.hidden else ""
    rows = f", {_rows(outcome)}" if outcome.difference.rows else ""
    done = "would be published" if outcome.dry_run else "published"
    return f"{done} as version {outcome.version}, {outcome.triples:,} triples{rows}, {found}{hidden}"


def _rows(outcome: Outcome) -> str:
    """Return `rows: 2 added, 1 changed`."""
    found = [(len(outcome.difference.of(kind)), kind) for kind in Kind]
    return "rows: " + ", ".join(f"{count} {kind}" for count, kind in found if count)


def _data(outcome: Outcome) -> dict[str, object]:
    return {
        **asdict(outcome),
        "findings": [finding.to_json() for finding in outcome.findings],
    }
