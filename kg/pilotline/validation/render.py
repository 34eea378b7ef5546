"""Turns a report into text, JSON or Turtle."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from io import BytesIO
from itertools import groupby
from typing import Any

import pyoxigraph as ox

from pilotline.findings import Severity
from pilotline.namespaces import DCTERMS, PL, PROV, RDF, SH, SHAPES, XSD
from pilotline.validation.language import label, place_in
from pilotline.validation.report import Group, Report
from pilotline.validation.report_graph import report_quads

_SHOWN = 20
WORDS = {
    "en": {
        "conforms": "conforms",
        "fails": "does not conform",
        Severity.VIOLATION: "violation",
        Severity.WARNING: "warning",
        Severity.INFO: "information",
        "values": "values",
        "typed": "found",
        "expected": "expected",
        "source": "source",
        "more": "and {} more; the JSON report has all",
        "where": "where",
        "rule": "rule",
        "message": "message",
        "title": "Validation report",
        "completeness": "Completeness of the steps, values looked for through the lineage",
        "step": "step",
        "runs": "runs",
        "required": "required, present",
        "recommended": "recommended, present",
        "missing": "missing",
    },
    "de": {
        "conforms": "ist in Ordnung",
        "fails": "ist nicht in Ordnung",
        Severity.VIOLATION: "Fehler",
        Severity.WARNING: "Warnung",
        Severity.INFO: "Hinweis",
        "values": "Werte",
        "typed": "gefunden",
        "expected": "erwartet",
        "source": "Quelle",
        "more": "und {} weitere; der JSON-Bericht nennt alle",
        "where": "wo",
        "rule": "Regel",
        "message": "Meldung",
        "title": "Prüfbericht",
        "completeness": "Vollständigkeit der Schritte, Werte entlang der Herkunft gesucht",
        "step": "Schritt",
        "runs": "Läufe",
        "required": "nötig, vorhanden",
        "recommended": "empfohlen, vorhanden",
        "missing": "es fehlt",
    },
}
_MANY = {
    "en": {Severity.VIOLATION: "violations", Severity.WARNING: "warnings", Severity.INFO: "information"},
    "de": {Severity.VIOLATION: "Fehler", Severity.WARNING: "Warnungen", Severity.INFO: "Hinweise"},
}
_PREFIXES = {"dcterms": DCTERMS, "pl": PL, "plsh": SHAPES, "prov": PROV, "rdf": RDF, "sh": SH, "xsd": XSD}


def to_text(report: Report, language: str = "en", subject: str = "") -> str:
    """Return the report for a terminal; subject: what was validated.

    Of each rule the first twenty places are shown, and how many more there are.
    """
    lines = [verdict(report, language, subject), *_lines(report, language)]
    return "\n".join([*lines, *_completeness(report, language)]) + "\n"


def verdict(report: Report, language: str, subject: str) -> str:
    """Return whether the subject conforms, and how many findings of each severity there are."""
    words, counts = WORDS[language], report.counts()
    judged = words["conforms"] if report.conforms else words["fails"]
    numbers = ", ".join(
        _counted(counts[severity], severity, language) for severity in Severity if counts[severity]
    )
    return f"{subject} {judged}{': ' if numbers else ''}{numbers}".strip()


def _counted(number: int, severity: Severity, language: str) -> str:
    words = WORDS if number == 1 else _MANY
    return f"{number} {words[language][severity]}"


def _lines(report: Report, language: str) -> Iterator[str]:
    words = WORDS[language]
    for code, groups in by_rule(report, language):
        head = groups[0].finding
        source = f" ({words['source']}: {head.source})" if head.source else ""
        yield f"\n{words[head.severity]} {code}{source}"
        yield from (f"  {_line(group, language)}" for group in groups[:_SHOWN])
        if len(groups) > _SHOWN:
            yield "  … " + words["more"].format(len(groups) - _SHOWN)


def completeness_rows(report: Report, language: str) -> Iterator[tuple[str, ...]]:
    """Yield of each step its name, runs, how many parameters are there of how many, and what is missing."""
    for each in report.completeness:
        names = [label(name, language) for name in each.missing[:_SHOWN]]
        missing = ", ".join([*names, *(["…"] if len(each.missing) > _SHOWN else [])])
        required = f"{each.required_present} / {each.required}"
        recommended = f"{each.recommended_present} / {each.recommended}"
        yield label(each.step, language), str(each.runs), required, recommended, missing


def _completeness(report: Report, language: str) -> Iterator[str]:
    words = WORDS[language]
    if report.completeness:
        yield f"\n{words['completeness']}"
    for step, runs, required, recommended, missing in completeness_rows(report, language):
        yield (
            f"  {step} ({words['runs']}: {runs}): {words['required']} {required}; "
            f"{words['recommended']} {recommended}; {words['missing']}: {missing or '-'}"
        )


def by_rule(report: Report, language: str) -> Iterator[tuple[str, list[Group]]]:
    """Yield the groups of each rule, the rules with the worst severity first."""
    order = list(Severity)
    groups = sorted(
        report.groups(language), key=lambda group: (order.index(group.finding.severity), _code(group))
    )
    for code, alike in groupby(groups, key=_code):
        yield code, list(alike)


def _code(group: Group) -> str:
    return group.finding.code


def _line(group: Group, language: str) -> str:
    words, finding = WORDS[language], group.finding
    many = f", {group.count} {words['values']}" if group.count > 1 else ""
    found = f" [{words['typed']}: {values_of(group)}]" if finding.value else ""
    expected = f" [{words['expected']}: {finding.expected}]" if finding.expected else ""
    hint = f"; {finding.hint}" if finding.hint else ""
    place = f"{place_in(finding.place, language)}{many}: " if finding.place else ""
    return f"{place}{finding.message}{hint}{found}{expected}"


def values_of(group: Group) -> str:
    """Return the first of the values, and that there are others."""
    others = any(member.value != group.finding.value for member in group.members)
    return group.finding.value + (", …" if others else "")


def to_json(report: Report, language: str = "en") -> str:
    """Return the whole report as JSON: groups for reading, and every single finding."""
    return json.dumps(as_data(report, language), ensure_ascii=False, indent=2)


def as_data(report: Report, language: str = "en") -> dict[str, Any]:
    """Return the report as plain data."""
    return {
        "conforms": report.conforms,
        "counts": report.counts(),
        "engine": report.engine,
        "shapes": {"files": list(report.shapes.files), "sha256": report.shapes.digest},
        "groups": [{**group.finding.to_json(), "count": group.count} for group in report.groups(language)],
        "completeness": [asdict(each) for each in report.completeness],
        "findings": [finding.to_json() for finding in report.findings_in(language)],
    }


def to_turtle(report: Report) -> str:
    """Return the SHACL validation report."""
    written = BytesIO()
    triples = (quad.triple for quad in report_quads(report))
    ox.serialize(triples, written, format=ox.RdfFormat.TURTLE, prefixes=_PREFIXES)
    return written.getvalue().decode()
