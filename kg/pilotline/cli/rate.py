"""`pilotline rate`: brings a line's own ratings of parameters into the store."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pilotline.assessment.ratings import stage_ratings
from pilotline.cli.console import db_option, errors_become_exit_codes, format_option
from pilotline.cli.reporting import report_outcomes
from pilotline.ingest.founding import found, shipped_rules
from pilotline.ingest.publishing import ingest
from pilotline.iris import Place


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--by", required=True, help="The line or the person that rates.")
@click.option("--scope", required=True, help="Lab or project below whose IRI the ratings are named.")
@click.option("--base", help="Base IRI of the lab, instead of the default one.")
@db_option
@format_option("text", "json")
def rate(file: Path, by: str, scope: str, base: str | None, db: Path, form: str) -> None:
    """Bring ratings into the store, where they stand beside the paper's.

    FILE is a CSV with the columns step, parameter, dimension, level, on and, where wanted, model, basis,
    source, note. A criticality names the type of model. The basis `printed` fills in a colour that our copy
    has lost.

    \b
    Example:
      pilotline rate ratings.csv --by "line 1" --scope my-lab
      pilotline query distribution_of_ratings -p step=coating
    """
    with errors_become_exit_codes():
        rules = shipped_rules()
        store = found(db, rules)
        with TemporaryDirectory() as folder:
            into = Path(folder) / "staged.nq"
            staged = stage_ratings(file, into, Place(scope, base).resolve(), store.read(), by)
            outcome = ingest(store, staged, rules)
    report_outcomes([outcome], form)
