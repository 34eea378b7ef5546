"""`pilotline ingest`: brings files into the store."""

import sys
from dataclasses import replace
from getpass import getuser
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pilotline.cli import console
from pilotline.cli.reporting import print_outcome, report_outcomes
from pilotline.dataset import Staged
from pilotline.founding import found, shipped_rules
from pilotline.ingest import Outcome, Terms
from pilotline.ingest import ingest as publish
from pilotline.iris import Place
from pilotline.rules import Policy, Rules
from pilotline.sources import Job, jobs
from pilotline.store import Store
from pilotline.units import Units


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@console.mapping_options
@click.option(
    "--policy",
    type=click.Choice([Policy.STRICT.value, Policy.RECORD.value]),
    default=Policy.STRICT.value,
    show_default=True,
    help="strict refuses a dataset with violations; record lets it in, its faulty values out of scope.",
)
@click.option("--allow-removals", is_flag=True, help="Let a file take away rows that were there.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option(
    "--by",
    default=getuser,
    show_default="the login name",
    help="Who brings the files in, for provenance; an empty text names nobody.",
)
@console.db_option
@console.format_option("text", "json")
def ingest(
    paths: tuple[Path, ...],
    mapping: Path | None,
    place: Place,
    policy: str,
    allow_removals: bool,
    dry_run: bool,
    by: str,
    db: Path,
    form: str,
) -> None:
    """Map, link, validate and publish files as datasets of the store.

    A file that was taken in before changes nothing; one that has grown or was corrected replaces the version
    before, and what differs is said by rows. What it would remove is asked for.

    \b
    Example:
      pilotline ingest coating.xlsx --mapping coating.yaml --scope my-lab
      pilotline ingest kiprobatt-dataset --policy record
    """
    terms = Terms(Policy(policy), allow_removals, dry_run)
    with console.errors_become_exit_codes(), TemporaryDirectory() as folder:
        work = jobs(paths, mapping, place)
        rules = shipped_rules()
        # What is only tried makes no store.
        path = Path(folder) / "db" if dry_run and not db.exists() else db
        outcomes = run(work, found(path, rules), rules, terms, by)
    report_outcomes(outcomes, form)


def run(
    work: list[Job], store: Store, rules: Rules, terms: Terms | Policy = Policy.STRICT, by: str = ""
) -> list[Outcome]:
    """Ingest job after job; a progress bar shows on a terminal.

    by: who brings the files in.
    """
    terms = Terms(terms) if isinstance(terms, Policy) else terms
    units = Units.load()
    outcomes: list[Outcome] = []
    with console.progress(2 * len(work)) as begin, TemporaryDirectory() as folder:
        for number, job in enumerate(work):
            begin(f"mapping {len(job.files)} files")
            staged = job.stage(Path(folder) / f"{number}.nq", rules.vocabulary, units)
            begin(f"checking {staged.description.title}")
            outcomes.append(_asked(store, replace(staged, by=by), rules.with_shapes(*job.shapes), terms))
            staged.quads.unlink()
    return outcomes


def _asked(store: Store, staged: Staged, rules: Rules, terms: Terms) -> Outcome:
    """Ingest a dataset; on a terminal, ask before it removes what was there."""
    outcome = publish(store, staged, rules, terms)
    if outcome.held and not terms.dry_run and sys.stdin.isatty():
        print_outcome(outcome)
        if click.confirm("remove them?"):
            return publish(store, staged, rules, replace(terms, allow_removals=True))
    return outcome
