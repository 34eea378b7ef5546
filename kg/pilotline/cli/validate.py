"""`pilotline validate`: checks files and says what is wrong, by cell; nothing is stored."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pilotline.cli import console
from pilotline.founding import found, shipped_rules
from pilotline.ingest import Rules, rehearse
from pilotline.iris import Place
from pilotline.sources import Job, jobs
from pilotline.store import Store
from pilotline.units import Units
from pilotline.validation import (
    Report,
    check_store,
    load_shapes,
    to_html,
    to_json,
    to_text,
    to_turtle,
)
from pilotline.validation.validate import read_rdf

_RENDER: dict[str, Callable[[Report, str], str]] = {
    "text": lambda report, name: to_text(report, subject=name),
    "json": lambda report, name: to_json(report),  # noqa: ARG005
    "turtle": lambda report, name: to_turtle(report),  # noqa: ARG005
    "html": lambda report, name: to_html(report, subject=name),
}


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--shapes",
    type=click.Path(path_type=Path, exists=True),
    help="SHACL file or folder to check RDF files with, instead of our model.",
)
@console.mapping_options
@click.option(
    "--db",
    type=click.Path(path_type=Path, file_okay=False),
    help="Check as if the files were ingested into this store; else into an empty one.",
)
@console.format_option(*_RENDER)
def validate(
    paths: tuple[Path, ...],
    shapes: Path | None,
    mapping: Path | None,
    place: Place,
    db: Path | None,
    form: str,
) -> None:
    """Check files: tables through their mapping, RDF files as they are.

    \b
    Example:
      pilotline validate coating.xlsx --mapping coating.yaml --scope my-lab
      pilotline validate data.ttl --shapes shapes.ttl --format turtle
    """
    with console.errors_become_exit_codes():
        reports = _by_shapes(paths, shapes) if shapes else _by_model(paths, mapping, place, db)
        conforms = True
        for name, report in reports:
            click.echo(_RENDER[form](report, name), nl=False)
            conforms &= report.conforms
    if not conforms:
        sys.exit(console.DOES_NOT_CONFORM)


def _by_shapes(paths: tuple[Path, ...], shapes: Path) -> Iterator[tuple[str, Report]]:
    loaded = load_shapes(shapes)
    for path in paths:
        yield str(path), check_store(read_rdf(path), loaded)


def _by_model(
    paths: tuple[Path, ...], mapping: Path | None, place: Place, db: Path | None
) -> Iterator[tuple[str, Report]]:
    # What is only checked keeps no IRI, so it needs no scope of its own.
    work = jobs(paths, mapping, place if mapping else replace(place, fallback="validated"))
    rules = shipped_rules()
    with TemporaryDirectory() as folder:
        store = found(db, rules) if db else Store.create(Path(folder) / "db")
        for job in work:
            yield _rehearsed(job, store, rules, Path(folder) / "staged.nq")


def _rehearsed(job: Job, store: Store, rules: Rules, into: Path) -> tuple[str, Report]:
    staged = job.stage(into, rules.vocabulary, Units.load())
    return staged.description.title, rehearse(store, staged, rules.with_shapes(*job.shapes))
