"""`pilotline gaps`: says what a model needs and a line does not have."""

from dataclasses import asdict
from itertools import groupby
from pathlib import Path

import click

from pilotline.cli.console import (
    db_option,
    errors_become_exit_codes,
    format_option,
    print_json,
    print_table,
)
from pilotline.readiness.gaps import find_gaps
from pilotline.store import Store


@click.command()
@click.option("--model", default="", help="A type of model, or a model of the paper; all types without.")
@click.option("--step", default="", help="A step of the line; all without.")
@db_option
@format_option("text", "json")
def gaps(model: str, step: str, db: Path, form: str) -> None:
    """Say what is needed and not recorded, not measured online, poorly measured, or not known.

    A parameter is looked for in the runs of its step and in all they come from before it is called missing.
    How a line says that it measures (pilotline capability) goes before the columns of the paper.

    \b
    Example:
      pilotline gaps --model discrete --step coating
      pilotline gaps --model "ARTISTIC slurry-to-electrode classifier" --format json
    """
    with errors_become_exit_codes():
        found = find_gaps(Store.open(db).read(), model, step)
    if form == "json":
        print_json({"gaps": [asdict(gap) for gap in found]})
        return
    for kind, group in groupby(found, key=lambda gap: gap.kind):
        click.echo(f"\n{kind.value.capitalize()}:")
        rows = [(gap.step, gap.parameter, gap.why, gap.source) for gap in group]
        print_table(("step", "parameter", "why", "source"), rows)
