"""`pilotline info`: says what a store holds."""

from pathlib import Path

import click

from pilotline import __version__, catalogue
from pilotline.cli import console
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
        triples = catalogue.in_scope_triples(content)
    if form == "json":
        return console.print_json(
            {
                "software": __version__,
                "generation": store.generation,
                "triples": triples,
                "datasets": [vars(entry) for entry in entries],
            }
        )
    click.echo(f"{db}: generation {store.generation}, {triples:,} triples in scope, pilotline {__version__}")
    console.print_table(_COLUMNS, [_row(entry) for entry in entries])
    return None


_COLUMNS = ("dataset", "title", "version", "triples", "conforms", "data")


def _row(entry: catalogue.Entry) -> tuple[str, ...]:
    return (
        entry.iri,
        entry.title,
        str(entry.version),
        f"{entry.triples:,}",
        "yes" if entry.conforms else "no",
        "SIMULATED" if entry.simulated else "as recorded",
    )
