"""`pilotline rate`: brings a line's own ratings of parameters into the store."""

import click

from pilotline.assessment.ratings import stage_ratings
from pilotline.cli.submission import submission


@click.command()
@submission(stage_ratings)
def rate() -> None:
    """Bring ratings into the store, where they stand beside the paper's.

    FILE is a CSV with the columns step, parameter, dimension, level, on and, where wanted, model, basis,
    source, note. A criticality names the type of model. The basis `printed` fills in a colour that our copy
    has lost.

    \b
    Example:
      pilotline rate ratings.csv --by "line 1" --scope my-lab
      pilotline query distribution_of_ratings -p step=coating
    """
