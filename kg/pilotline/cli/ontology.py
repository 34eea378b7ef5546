"""`pilotline ontology`: builds, checks and feeds the ontology of a checkout."""

import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pilotline.cli.console import DOES_NOT_CONFORM, errors_become_exit_codes, format_option, print_json
from pilotline.resources import data_folder
from pilotline.vocabulary.checks import check_ontology
from pilotline.vocabulary.download import GITHUB, download
from pilotline.vocabulary.importing import facts_as_csv, import_terms, import_uses, uses_as_csv
from pilotline.vocabulary.mirror import MirrorError, read_mirror
from pilotline.vocabulary.modules import build as build_files
from pilotline.vocabulary.modules import first_difference, write
from pilotline.vocabulary.reference import reference_files
from pilotline.vocabulary.release import release_files
from pilotline.vocabulary.tables import TableError, Tables
from pilotline.vocabulary.words import pick_words, words_as_csv

_ERRORS = (TableError, MirrorError, FileNotFoundError, SyntaxError)

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of the ontology; by default the one that ships.",
)
_new_folder = click.Path(path_type=Path, file_okay=False)


@click.group()
def ontology() -> None:
    """Build, check or feed the ontology: tables in `ontology/tables`, Turtle in `ontology`.

    \b
    Example:
      pilotline ontology import --from upstream-mirror
      pilotline ontology build
      pilotline ontology check
    """


@ontology.command()
@folder_option
@click.option("--check", "only_check", is_flag=True, help="Write nothing; say where a file differs.")
@click.option(
    "--release", type=_new_folder, help="Folder to write the ontology to as one file, Turtle and RDF/XML."
)
@click.option("--reference", type=_new_folder, help="Folder to write a page of HTML for each module to.")
def build(folder: Path | None, only_check: bool, release: Path | None, reference: Path | None) -> None:
    """Write the Turtle modules from the tables, or a release or a term reference from the modules.

    \b
    Example:
      pilotline ontology build --check
      pilotline ontology build --release dist --reference dist/terms
    """
    if only_check and (release or reference):
        raise click.UsageError("--check writes nothing; give it alone")
    folder = folder or data_folder("ontology")
    with errors_become_exit_codes(*_ERRORS):
        if release:
            _write(release, release_files(folder))
        if reference:
            _write(reference, reference_files(folder, _examples(folder)))
        if not release and not reference:
            _build_modules(folder, only_check)


def _build_modules(folder: Path, only_check: bool) -> None:
    files = build_files(Tables(folder / "tables"))
    if not only_check:
        _write(folder, files)
    elif difference := first_difference(folder, files):
        click.echo(difference)
        sys.exit(DOES_NOT_CONFORM)


def _examples(folder: Path) -> Path | None:
    """Return the examples of a checkout; what is installed has none."""
    examples = folder.parent / "docs" / "ontology" / "examples"
    return examples if examples.is_dir() else None


def _write(folder: Path, files: Mapping[str, str]) -> None:
    write(folder, files)
    click.echo(f"{len(files)} files written to {folder}")


@ontology.command()
@folder_option
@click.option(
    "--mirror",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Copy of the upstream releases, to see that each upstream IRI exists there.",
)
@format_option("text", "json")
def check(folder: Path | None, mirror: Path | None, form: str) -> None:
    """Check the ontology: labels, definitions, sources, hierarchy, references, specifications.

    \b
    Example:
      pilotline ontology check --mirror upstream-mirror
    """
    with errors_become_exit_codes(*_ERRORS):
        findings = check_ontology(folder or data_folder("ontology"), mirror)
    if form == "json":
        print_json([finding.to_json() for finding in findings])
    else:
        for finding in findings:
            click.echo(f"{finding.place}: {finding.message} [{finding.code}]")
        click.echo(f"{len(findings)} findings")
    sys.exit(DOES_NOT_CONFORM if findings else 0)


@ontology.command("import")
@folder_option
@click.option(
    "--from",
    "origin",
    default=GITHUB,
    show_default=True,
    help="Folder with a copy of the upstream releases, or the address that stands for GitHub's.",
)
def import_(folder: Path | None, origin: str) -> None:
    """Fetch IRI, label and hierarchy of the upstream terms that ours refer to, then build.

    \b
    Example:
      pilotline ontology import
      pilotline ontology import --from upstream-mirror
    """
    folder = folder or data_folder("ontology")
    tables = Tables(folder / "tables")
    with errors_become_exit_codes(*_ERRORS), TemporaryDirectory() as scratch:
        upstream = read_mirror(_mirror(origin, tables, Path(scratch)), tables)
        terms = import_terms(upstream, tables, folder / "core.ttl")
        uses = import_uses(upstream, terms)
        words = pick_words(upstream, tables)
        (tables.folder / "upstream.csv").write_text(facts_as_csv(terms), encoding="utf-8", newline="\n")
        (tables.folder / "bvco_uses.csv").write_text(uses_as_csv(uses), encoding="utf-8", newline="\n")
        (tables.folder / "words.csv").write_text(words_as_csv(words), encoding="utf-8", newline="\n")
        write(folder, build_files(tables))
    click.echo(f"{len(terms)} upstream terms written to {tables.folder / 'upstream.csv'}")


def _mirror(origin: str, tables: Tables, scratch: Path) -> Path:
    if "://" in origin:
        download(origin, tables, scratch)
        return scratch
    if not Path(origin).is_dir():
        raise MirrorError(f"{origin}: no such folder, and no address that starts with https://")
    return Path(origin)
