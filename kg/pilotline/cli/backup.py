"""`pilotline backup` and `pilotline restore`: copies a store into a folder that can be checked, and back."""

from pathlib import Path

import click

from pilotline.cli import console
from pilotline.store import back_up
from pilotline.store import restore as make_from

_FOLDER = click.Path(path_type=Path)


@click.command()
@click.argument("target", type=_FOLDER)
@console.db_option
def backup(target: Path, db: Path) -> None:
    """Copy the store, with its sources and series, into the missing or empty folder TARGET.

    \b
    Example:
      pilotline backup /backups/2025-03-04 --db pilotline-db
    """
    with console.errors_become_exit_codes(OSError):
        made = back_up(db, target)
    click.echo(f"{target}: generation {made.generation}, {made.quads:,} quads, {len(made.files)} files")


@click.command()
@click.argument("source", type=_FOLDER)
@console.db_option
def restore(source: Path, db: Path) -> None:
    """Make the store --db, a missing or empty folder, from a backup; every file is checked.

    \b
    Example:
      pilotline restore /backups/2025-03-04 --db restored-db
    """
    with console.errors_become_exit_codes(OSError):
        made = make_from(source, db)
    click.echo(f"{db}: generation {made.generation}, {made.quads:,} quads, as of {made.made}")
