"""`pilotline info`: says what a store holds."""

from pathlib import Path

import click

from pilotline import __version__
from pilotline.cli import console
from pilotline.cli.datasets import COLUMNS, as_data, row
from pilotline.datasets import catalogue
from pilotline.store import Store


@click.command()
@console.db_option
@console.format_option("text", "json")
def info(db: Path, form: str) -> None:
    """Say what the store holds: generation, triples, datasets.

    \b
    Example:
      pilotline info --db pilotline-db
    """
    with console.errors_become_exit_codes():
        store = Store.open(db)
        content = store.read()
        entries = catalogue.entries(content)
        ontology = catalogue.ontology_digest(content)
        triples = catalogue.in_scope_triples(content)
    if form == "json":
        return console.print_json(
            {
                "software": __version__,
                "generation": store.generation,
                "triples": triples,
                "datasets": [as_data(entry, ontology) for entry in entries],
            }
        )
    click.echo(f"{db}: generation {store.generation}, {triples:,} triples in scope, pilotline {__version__}")
    console.print_table(COLUMNS, [row(entry, ontology) for entry in entries])
    return None
