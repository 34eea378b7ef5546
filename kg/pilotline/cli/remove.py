"""`pilotline remove`: takes a dataset out of the store."""

import sys
from pathlib import Path

import click

from pilotline.cli import console
from pilotline.cli.holding import to_write
from pilotline.cli.reporting import print_rechecked
from pilotline.datasets.life import Removal, find_dataset, what_goes
from pilotline.datasets.life import remove as take_out
from pilotline.ingest.founding import found, shipped_rules
from pilotline.store import Store


@click.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--force", is_flag=True, help="Remove it though other datasets depend on it.")
@console.db_option
@console.store_option
def remove(name: str, yes: bool, force: bool, db: Path, remote: str | None) -> None:
    """Remove a dataset (identifier, title or IRI) with its earlier versions; says who depends on it.

    \b
    Example:
      pilotline remove coating --yes
    """
    with console.errors_become_exit_codes(), to_write(db, remote) as path:
        entry = find_dataset(Store.open(path), name)
        rules = shipped_rules()
        store = found(path, rules)
        _ask(what_goes(store, entry), yes=yes, force=force)
        gone = take_out(store, entry, rules)
    click.echo(f"{gone.title}: removed")
    print_rechecked(gone.rechecked)


def _ask(going: Removal, *, yes: bool, force: bool) -> None:
    """Say what goes and who depends on it; end with 1 where it may not go."""
    earlier = f" and {len(going.versions)} earlier versions" if going.versions else ""
    click.echo(f"{going.title} <{going.dataset}>{earlier}")
    for name, count in going.dependents.items():
        click.echo(f"  {name} depends on it ({count} references)")
    if going.dependents and not force:
        click.echo("not removed: other datasets depend on it; --force removes it all the same", err=True)
        sys.exit(console.DOES_NOT_CONFORM)
    if not (yes or force) and not (sys.stdin.isatty() and click.confirm("remove it?")):
        click.echo("not removed: --yes removes it", err=True)
        sys.exit(console.DOES_NOT_CONFORM)
