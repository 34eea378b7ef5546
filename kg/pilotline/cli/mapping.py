"""`pilotline mapping`: drafts a mapping, tries it, writes it as RML."""

import sys
from collections import Counter
from pathlib import Path

import click

from pilotline.cli import console
from pilotline.cli.reporting import print_findings
from pilotline.findings import Finding, Severity
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.rml.export import export as rml_of
from pilotline.rml.functions import module_for_engines
from pilotline.tabular.glossary import entries
from pilotline.tabular.ledger import ColumnUse, Fate, TableUse, trial
from pilotline.tabular.mapper import job_of
from pilotline.tabular.reading import read_mapping
from pilotline.tabular.suggestion import suggest as draft
from pilotline.validation.trials import doubts
from pilotline.vocabulary.terms import load_vocabulary
from pilotline.vocabulary.upstream import UnknownTermError

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def mapping() -> None:
    """Draft, try and export the mapping of a lab's tables (docs/mapping.md).

    \b
    Example:
      pilotline mapping suggest coating.xlsx > coating.yaml
      pilotline mapping terms thickness
      pilotline mapping check coating.yaml coating.xlsx
    """


@mapping.command()
@click.argument("file", type=_FILE)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write.")
def suggest(file: Path, output: Path | None) -> None:
    """Draft a mapping for a table, with a score for each column; doubtful parts are marked.

    \b
    Example:
      pilotline mapping suggest coating.xlsx -o coating.yaml
    """
    with console.errors_become_exit_codes():
        text = draft(file, load_vocabulary(), Units.load())
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"{output} is written; try it: pilotline mapping check {output} {file}")


@mapping.command()
@click.argument("word")
@console.format_option("text", "json")
def terms(word: str, form: str) -> None:
    """List the terms that a mapping may name: those with WORD in a name, English or German, or of a step.

    \b
    Example:
      pilotline mapping terms thickness
      pilotline mapping terms Calendering
    """
    with console.errors_become_exit_codes():
        found = list(entries(load_vocabulary(), word))
        if not found:
            near = load_vocabulary().parameters.near(word)
            hint = f"; near it: {', '.join(near)}" if near else ""
            raise UnknownTermError(f"no term has {word!r} in a name{hint}")
    if form == "json":
        console.print_json([each._asdict() for each in found])
        return
    console.print_table(["sort", "name", "words", "unit", "convention"], [list(each) for each in found])


@mapping.command()
@click.argument("mapping_file", metavar="MAPPING", type=_FILE)
@click.argument("files", nargs=-1, required=True, type=_FILE)
@console.format_option("text", "json")
def check(mapping_file: Path, files: tuple[Path, ...], form: str) -> None:
    """Try a mapping on files and say what each column would become; nothing is stored.

    \b
    Example:
      pilotline mapping check coating.yaml coating.xlsx
    """
    with console.errors_become_exit_codes():
        read = read_mapping(mapping_file)
        scope = Place(scope=None if read.scope else "check").resolve(read.scope, read.base)
        job = job_of(read, scope, load_vocabulary(), Units.load())
        tried = [trial(job, file) for file in files]
    uses = [use for tables, _ in tried for use in tables]
    rest = [*doubts(uses), *(each for _, found in tried for each in found)]
    findings = [each for use in uses for each in use.findings] + rest
    if form == "json":
        console.print_json([_data(use) for use in uses] + [each.to_json() for each in rest])
    else:
        _print(uses, findings)
    if any(finding.severity is Severity.VIOLATION for finding in findings):
        sys.exit(console.DOES_NOT_CONFORM)


@mapping.command()
@click.argument("mapping_file", metavar="MAPPING", type=_FILE)
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--rml", is_flag=True, required=True, help="Write RML in Turtle.")
@click.option("--scope", help="Lab or project, where the mapping names none.")
@click.option("--functions", type=click.Path(path_type=Path), help="Write the functions for morph-kgc here.")
def export(
    mapping_file: Path, files: tuple[Path, ...], rml: bool, scope: str | None, functions: Path | None
) -> None:
    """Write a mapping in the standard RML, for the headers of these files.

    \b
    Example:
      pilotline mapping export coating.yaml coating.csv --rml --functions functions.py > coating.rml.ttl
    """
    with console.errors_become_exit_codes():
        read = read_mapping(mapping_file)
        place = Place(scope=scope).resolve(read.scope, read.base)
        click.echo(rml_of(job_of(read, place, load_vocabulary(), Units.load()), files), nl=False)
    if functions:
        functions.write_text(module_for_engines(), encoding="utf-8")
    assert rml


def _print(uses: list[TableUse], findings: list[Finding]) -> None:
    for use in uses:
        click.echo("!".join(part for part in (use.file, use.sheet) if part))
        rows = [[column.header, *_becomes(column), _count(column), column.example] for column in use.columns]
        console.print_table(["column", "becomes", "unit", "kind", "of", "cells", "example → SI"], rows)
        total = sum((column.fates for column in use.columns), Counter[Fate]())
        click.echo(f"{total.total()} cells: {_counts(total)}\n")
    print_findings(findings)


def _becomes(column: ColumnUse) -> tuple[str, str, str, str]:
    """Return what a column becomes: parameter, unit, kind, bearer."""
    if not column.quantities:
        words = {Fate.ROW: "the row", Fate.NOTED: "a remark", Fate.IGNORED: "left out on purpose"}
        return (
            words.get(Fate(column.use), "a curve" if column.use == Fate.MAPPED else "NOT MAPPED"),
            "",
            "",
            "",
        )
    several = column.quantities
    return (
        _joined([each.parameter.name for each in several]),
        _joined([each.values.unit or "by cell" for each in several]),
        _joined([each.kind for each in several]),
        _joined([each.role.split(" ")[0] for each in several]),
    )


def _joined(texts: list[str]) -> str:
    return ", ".join(dict.fromkeys(texts))


def _count(column: ColumnUse) -> str:
    """Return how many cells were read, and what became of the others."""
    return _counts(column.fates) or "empty"


def _counts(fates: Counter[Fate]) -> str:
    return ", ".join(f"{fates[fate]} {fate}" for fate in Fate if fates[fate])


def _data(use: TableUse) -> dict[str, object]:
    columns = [
        dict(
            zip(("becomes", "unit", "kind", "bearer"), _becomes(column), strict=True),
            column=column.header,
            place=column.place,
            cells={fate.value: count for fate, count in column.fates.items()},
            example=column.example,
        )
        for column in use.columns
    ]
    findings = [finding.to_json() for finding in use.findings]
    return {"file": use.file, "sheet": use.sheet, "columns": columns, "findings": findings}
