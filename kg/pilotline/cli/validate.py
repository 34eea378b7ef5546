"""`pilotline validate`: checks files and says what is wrong, by cell; nothing is stored."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pilotline.cli import console
from pilotline.datasets.dataset import SourceError
from pilotline.datasets.life import find_dataset
from pilotline.ingest.checking import examine
from pilotline.ingest.founding import found, shipped_rules
from pilotline.ingest.publishing import rehearse
from pilotline.ingest.rules import Rules
from pilotline.ingest.sieve import Sieve
from pilotline.ingest.sources import Job, jobs
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.rdf.staging import is_rdf
from pilotline.readiness.profiles import Look, own_list, profile
from pilotline.store import Store
from pilotline.store.remote import Remote, read_endpoints
from pilotline.validation import (
    ENGINES,
    Report,
    check_file,
    load_shapes,
    to_html,
    to_json,
    to_text,
    to_turtle,
)
from pilotline.validation.language import in_words
from pilotline.vocabulary.tables import Tables
from pilotline.workbooks.annotated import Annotation, each_cell, write_annotated

_RENDER: dict[str, Callable[[Report, str, str], str]] = {
    "text": lambda report, name, language: to_text(report, language, name),
    "json": lambda report, name, language: to_json(report, language),  # noqa: ARG005
    "turtle": lambda report, name, language: to_turtle(report),  # noqa: ARG005
    "html": lambda report, name, language: to_html(report, language, name),
}


@dataclass(frozen=True)
class Copy:
    """The annotated copy that a person asks for; path: none where they ask for none."""

    path: Path | None
    language: str

    def write(self, job: Job, report: Report, sieve: Sieve) -> None:
        """Write the copy of the one file of a job."""
        if self.path is None:
            return
        if len(job.files) != 1:
            raise SourceError(f"{self.path}: a copy is made of one file; found {len(job.files)}")
        (path,) = job.files
        findings = each_cell(
            report.findings_in(self.language), (in_words(each, self.language) for each in sieve.faulty)
        )
        write_annotated(path, Annotation(findings, self.language, job.source()), self.path)


@click.command()
@click.argument("names", nargs=-1, required=True)
@click.option(
    "--shapes",
    type=click.Path(path_type=Path, exists=True),
    help="SHACL file, CSV table of ranges, or folder of both. RDF files are checked with these alone, "
    "tables and datasets with ours refined by them.",
)
@console.mapping_options
@click.option(
    "--db",
    type=click.Path(path_type=Path, file_okay=False),
    help="Check as if the files were ingested into this store, or datasets that are in it.",
)
@console.store_option
@click.option(
    "--profile",
    "purpose",
    default="default",
    show_default=True,
    help="default, strict, publish, a model of the paper, or STEP:MODELTYPE such as Coating:Discrete.",
)
@click.option(
    "--model",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="CSV list of what a model needs: parameter, bearer, polarity, kind, condition, required, n.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    help="auto: the fast engine; pyshacl: the reference, slower, with the same results.",
)
@click.option("--language", type=click.Choice(("en", "de")), default="en", show_default=True)
@click.option(
    "--annotated",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Workbook to write: a copy of the file with its faulty cells coloured and commented.",
)
@console.format_option(*_RENDER)
def validate(
    names: tuple[str, ...],
    shapes: Path | None,
    mapping: Path | None,
    place: Place,
    db: Path | None,
    remote: str | None,
    purpose: str,
    model: Path | None,
    engine: str,
    language: str,
    annotated: Path | None,
    form: str,
) -> None:
    """Check files, or datasets of a store: tables through their mapping, RDF files as they are.

    \b
    Example:
      pilotline validate coating.xlsx --mapping coating.yaml --scope my-lab
      pilotline validate coating.xlsx --mapping coating.yaml --annotated checked.xlsx --language de
      pilotline validate coating --db pilotline-db --profile publish
      pilotline validate data.ttl --shapes shapes.ttl --format turtle
    """
    with console.errors_become_exit_codes(), TemporaryDirectory() as folder:
        if remote:
            db = Remote(read_endpoints(remote)).fetched(Path(folder) / "db").path
        paths = [Path(name) for name in names if Path(name).exists()]
        if annotated and (len(names) != 1 or len(paths) != 1 or is_rdf(paths[0])):
            raise SourceError("--annotated copies a table; name one file")
        if shapes and paths and all(is_rdf(path) for path in paths):
            reports = _by_shapes(paths, shapes, engine)
        else:
            rules = replace(shipped_rules(), engine=engine)
            rules = rules.with_shapes(str(shapes)) if shapes else rules
            look = own_list(model, rules.vocabulary) if model else profile(purpose, Tables.shipped())
            reports = chain(
                _stored([name for name in names if not Path(name).exists()], db, rules, look),
                _by_model(paths, mapping, place, db, rules, look, Copy(annotated, language)) if paths else (),
            )
        conforms = True
        for name, report in reports:
            click.echo(_RENDER[form](report, name, language), nl=False)
            conforms &= report.conforms
    if not conforms:
        sys.exit(console.DOES_NOT_CONFORM)


def _by_shapes(paths: Sequence[Path], shapes: Path, engine: str) -> Iterator[tuple[str, Report]]:
    loaded = load_shapes(shapes)
    for path in paths:
        yield str(path), check_file(path, loaded, engine=engine)


def _stored(names: Sequence[str], db: Path | None, rules: Rules, look: Look) -> Iterator[tuple[str, Report]]:
    """Yield the reports on datasets of a store, by identifier, title or IRI."""
    if names and db is None:
        raise SourceError(f"{names[0]}: no such file; for a dataset of a store, name the store by --db")
    for name in names:
        assert db is not None
        entry = find_dataset(Store.open(db), name)
        with found(db, rules).rehearsal() as draft:
            report = examine(draft, entry.iri, rules, ())
            yield entry.title, look(draft.store, entry.iri, report)


def _by_model(
    paths: Sequence[Path],
    mapping: Path | None,
    place: Place,
    db: Path | None,
    rules: Rules,
    look: Look,
    copy: Copy,
) -> Iterator[tuple[str, Report]]:
    # What is only checked keeps no IRI, so it needs no scope of its own.
    work = jobs(paths, mapping, place if mapping else replace(place, fallback="validated"))
    with TemporaryDirectory() as folder:
        store = found(db, rules) if db else Store.create(Path(folder) / "db")
        for job in work:
            sieve = Sieve()
            staged = job.stage(Path(folder) / "staged.nq", rules.vocabulary, Units.load(), sieve)
            refined = rules.with_shapes(*rules.further, *job.shapes)
            report = rehearse(store, staged, refined, look)
            copy.write(job, report, sieve)
            yield staged.description.title, report
