"""`pilotline capability`: brings how a line measures into the store."""

import click

from pilotline.assessment.capabilities import stage_capabilities
from pilotline.cli.submission import submission


@click.command()
@submission(stage_capabilities)
def capability() -> None:
    """Bring how a line measures into the store; gaps are found by it before the paper's columns.

    FILE is a CSV with the columns step, parameter, online (yes, no, both), on (the day) and, where wanted,
    technique, instrument, accuracy (2 µm) and delay (30 min).

    \b
    Example:
      pilotline capability capabilities.csv --by "line 1" --scope my-lab
      pilotline gaps --model continuum --step coating
    """
