"""`pilotline capability`: brings how a line measures into the store."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pilotline.assessment.capabilities import stage_capabilities
from pilotline.cli.console import db_option, errors_become_exit_codes, format_option
from pilotline.cli.reporting import report_outcomes
from pilotline.ingest.founding import found, shipped_rules
from pilotline.ingest.publishing import ingest
from pilotline.iris import Place


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--by", required=True, help="The line that measures so.")
@click.option("--scope", required=True, help="Lab or project below whose IRI the capabilities are named.")
@click.option("--base", help="Base IRI of the lab, instead of the default one.")
@db_option
@format_option("text", "json")
def capability(file: Path, by: str, scope: str, base: str | None, db: Path, form: str) -> None:
    """Bring how a line measures into the store; gaps are found by it before the paper's columns.

    FILE is a CSV with the columns step, parameter, online (yes, no, both), on (the day) and, where wanted,
    technique, instrument, accuracy (2 µm) and delay (30 min).

    \b
    Example:
      pilotline capability capabilities.csv --by "line 1" --scope my-lab
      pilotline gaps --model continuum --step coating
    """
    with errors_become_exit_codes():
        rules = shipped_rules()
        store = found(db, rules)
        with TemporaryDirectory() as folder:
            into = Path(folder) / "staged.nq"
            staged = stage_capabilities(file, into, Place(scope, base).resolve(), store.read(), by)
            outcome = ingest(store, staged, rules)
    report_outcomes([outcome], form)
