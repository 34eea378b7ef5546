"""`pilotline template`: writes a workbook for the runs of steps, made from the ontology."""

from pathlib import Path

import click

from pilotline.cli import console
from pilotline.quantities.units import Units
from pilotline.store import Store
from pilotline.vocabulary.terms import load_vocabulary
from pilotline.workbooks.forms import Need
from pilotline.workbooks.knowledge import Knowledge
from pilotline.workbooks.line import Line, read_line
from pilotline.workbooks.steps import Wishes
from pilotline.workbooks.template import write_template


@click.command()
@click.argument("steps", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Workbook to write.",
)
@click.option(
    "--level",
    "need",
    type=click.Choice(["required", "recommended", "all"]),
    default="recommended",
    show_default=True,
    help="Which parameters get a column.",
)
@click.option("--for-model", "model", help="Require what this named model takes in.")
@click.option("--line", type=click.Path(path_type=Path, exists=True), help="Instruments and limits of a lab.")
@click.option(
    "--db", type=click.Path(path_type=Path, exists=True), help="Store whose lots and machines to offer."
)
def template(
    steps: tuple[str, ...], output: Path, need: Need, model: str | None, line: Path | None, db: Path | None
) -> None:
    """Write a workbook to fill in for steps of the line; `pilotline ingest` reads it with no mapping.

    \b
    Example:
      pilotline template mixing coating drying -o sheet.xlsx
      pilotline template Calendering -o sheet.xlsx --for-model HeckelCompactionModel --line line.yaml
    """
    with console.errors_become_exit_codes():
        knowledge = Knowledge.shipped(load_vocabulary(), Units.load())
        inputs = frozenset(knowledge.model_inputs(model)) if model else frozenset()
        wishes = Wishes(need, inputs, read_line(line) if line else Line())
        store = Store.open(db).read() if db else None
        found = [knowledge.step(name) for name in steps]
        sheets = write_template(output, found, knowledge, wishes, store)
    click.echo(f"{output}: {', '.join(sheet.title for sheet in sheets)}")
