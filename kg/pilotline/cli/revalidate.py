"""`pilotline revalidate`: checks all datasets again by the ontology and the shapes of today."""

import sys
from pathlib import Path

import click

from pilotline.cli import console
from pilotline.cli.holding import to_write
from pilotline.cli.reporting import print_rechecked
from pilotline.datasets.life import revalidate as check_again
from pilotline.ingest.founding import found, shipped_rules


@click.command()
@console.db_option
@console.store_option
@console.format_option("text", "json")
def revalidate(db: Path, remote: str | None, form: str) -> None:
    """Check all datasets by the ontology and shapes that ship, and say which rules fail or pass since.

    \b
    Example:
      pilotline revalidate --db pilotline-db
    """
    with console.errors_become_exit_codes(), to_write(db, remote) as path:
        rules = shipped_rules()
        checked = check_again(found(path, rules), rules)
    if form == "json":
        console.print_json([vars(each) for each in checked])
    else:
        print_rechecked([each for each in checked if each.changed])
        click.echo(
            f"{len(checked)} datasets checked, {sum(each.changed for each in checked)} judged otherwise"
        )
    if not all(each.conforms for each in checked):
        sys.exit(console.DOES_NOT_CONFORM)
