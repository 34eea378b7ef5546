"""`pilotline ingest`: brings files into the store."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pilotline.cli import console
from pilotline.cli.reporting import report_outcomes
from pilotline.founding import found, shipped_rules
from pilotline.ingest import Outcome, Policy, Rules
from pilotline.ingest import ingest as publish
from pilotline.iris import Place
from pilotline.sources import Job, jobs
from pilotline.store import Store
from pilotline.units import Units


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@console.mapping_options
@click.option(
    "--policy",
    type=click.Choice([policy.value for policy in Policy]),
    default=Policy.STRICT.value,
    show_default=True,
    help="strict refuses a dataset with violations; record lets it in, its faulty values out of scope.",
)
@console.db_option
@console.format_option("text", "json")
def ingest(
    paths: tuple[Path, ...], mapping: Path | None, place: Place, policy: str, db: Path, form: str
) -> None:
    """Map, link, validate and publish files as datasets of the store.

    \b
    Example:
      pilotline ingest coating.xlsx --mapping coating.yaml --scope my-lab
      pilotline ingest kiprobatt-dataset --policy record
    """
    with console.errors_become_exit_codes():
        work = jobs(paths, mapping, place)
        rules = shipped_rules()
        outcomes = run(work, found(db, rules), rules, Policy(policy))
    report_outcomes(outcomes, form)


def run(work: list[Job], store: Store, rules: Rules, policy: Policy) -> list[Outcome]:
    """Ingest job after job; a progress bar shows on a terminal."""
    units = Units.load()
    outcomes: list[Outcome] = []
    with console.progress(2 * len(work)) as begin, TemporaryDirectory() as folder:
        for number, job in enumerate(work):
            begin(f"mapping {len(job.files)} files")
            staged = job.stage(Path(folder) / f"{number}.nq", rules.vocabulary, units)
            begin(f"checking {staged.description.title}")
            outcomes.append(publish(store, staged, rules.with_shapes(*job.shapes), policy))
            staged.quads.unlink()
    return outcomes
