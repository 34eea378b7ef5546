"""`pilotline ingest`: brings files into the store."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from getpass import getuser
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pilotline.cli import console
from pilotline.cli.holding import to_read, to_write
from pilotline.cli.reporting import print_outcome, report_outcomes
from pilotline.datasets.dataset import Staged
from pilotline.ingest.founding import found, shipped_rules
from pilotline.ingest.publishing import Outcome, Terms
from pilotline.ingest.publishing import ingest as publish
from pilotline.ingest.quarantine import Reading, ingest_good_rows, write_quarantine
from pilotline.ingest.rules import Policy, Rules
from pilotline.ingest.shards import Each, cluster, in_turn, processes
from pilotline.ingest.sources import Job, jobs
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.store import Store


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@console.mapping_options
@click.option(
    "--policy",
    type=click.Choice([policy.value for policy in Policy]),
    default=Policy.STRICT.value,
    show_default=True,
    help="strict refuses a dataset with violations; rows holds back its bad rows; "
    "record lets it in, its faulty values out of scope.",
)
@click.option(
    "--quarantine",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("quarantine.xlsx"),
    show_default=True,
    help="Where the policy rows lists the rows held back: .xlsx or .csv.",
)
@click.option("--allow-removals", is_flag=True, help="Let a file take away rows that were there.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option(
    "--keep-sources/--no-keep-sources",
    default=True,
    show_default=True,
    help="Keep a copy of the files beside the store.",
)
@click.option(
    "--by",
    default=getuser,
    show_default="the login name",
    help="Who brings the files in, for provenance; an empty text names nobody.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes that map several files at once; the result is the same.",
)
@click.option(
    "--cluster",
    "scheduler",
    metavar="ADDRESS",
    help="Map on the workers of a Dask cluster instead; they see the same folders, TMPDIR too.",
)
@console.db_option
@console.store_option
@console.format_option("text", "json")
def ingest(
    paths: tuple[Path, ...],
    mapping: Path | None,
    place: Place,
    policy: str,
    quarantine: Path,
    allow_removals: bool,
    dry_run: bool,
    keep_sources: bool,
    by: str,
    workers: int,
    scheduler: str | None,
    db: Path,
    remote: str | None,
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
    terms = Terms(Policy(policy), allow_removals, dry_run, keep_sources)
    with console.errors_become_exit_codes(), TemporaryDirectory() as folder:
        work = jobs(paths, mapping, place)
        rules = shipped_rules()
        # What is only tried makes no store.
        path = Path(folder) / "db" if dry_run and not db.exists() else db
        several = processes(workers) if scheduler is None else cluster(scheduler)
        with _copy_of(remote, db, path, dry_run=dry_run) as store, several as each:
            outcomes = run(work, found(store, rules), rules, terms, by, each)
    held = [row for outcome in outcomes for row in outcome.quarantined]
    if held:
        write_quarantine(held, quarantine, work)
        right = "hand it in beside its source" if mapping else "ingest it"
        click.echo(f"{len(held)} rows held back are listed in {quarantine}; correct it and {right}", err=True)
    report_outcomes(outcomes, form)


@contextmanager
def _copy_of(remote: str | None, db: Path, local: Path, *, dry_run: bool) -> Iterator[Path]:
    """Give the folder of the local store, or of a working copy of a server; `db` keeps the files then."""
    if remote is None:
        yield local
        return
    with to_read(db, remote) if dry_run else to_write(db, remote) as copy:
        yield copy


def run(
    work: list[Job],
    store: Store,
    rules: Rules,
    terms: Terms | Policy = Policy.STRICT,
    by: str = "",
    each: Each = in_turn,
) -> list[Outcome]:
    """Map jobs, several at once where `each` does so, and publish one after the other, in their order.

    by: who brings the files in. each: maps jobs; the files of a job, where there is only one.
    """
    terms = Terms(terms) if isinstance(terms, Policy) else terms
    units = Units.load()
    with TemporaryDirectory() as folder:
        inner = each if len(work) == 1 or terms.policy is Policy.ROWS else in_turn
        readings = [
            Reading(job, Path(folder) / f"{number}.nq", rules.vocabulary, units, by, inner)
            for number, job in enumerate(work)
        ]
        if terms.policy is Policy.ROWS:
            return _sieved(store, readings, rules, terms)
        outer = in_turn if len(work) == 1 else each
        return _checked(store, readings, outer(Reading.stage, readings), rules, terms)


def _checked(
    store: Store, readings: list[Reading], mapped: Iterator[Staged], rules: Rules, terms: Terms
) -> list[Outcome]:
    """Publish datasets as they are mapped; a progress bar shows on a terminal."""
    outcomes = []
    with console.progress(2 * len(readings)) as begin:
        for reading in readings:
            begin(f"mapping {len(reading.job.files)} files")
            staged = next(mapped)
            begin(f"checking {staged.description.title}")
            again = partial(publish, store, staged, rules.with_shapes(*reading.job.shapes))
            outcomes.append(_asked(again, terms))
            reading.into.unlink()
    return outcomes


def _sieved(store: Store, readings: list[Reading], rules: Rules, terms: Terms) -> list[Outcome]:
    """Publish the good rows of each source; a progress bar shows on a terminal."""
    outcomes = []
    with console.progress(len(readings)) as begin:
        for reading in readings:
            begin("checking rows")
            shapes = rules.with_shapes(*reading.job.shapes)
            outcomes.append(_asked(partial(ingest_good_rows, store, reading, shapes), terms))
            reading.into.unlink()
    return outcomes


def _asked(again: Callable[[Terms], Outcome], terms: Terms) -> Outcome:
    """Ingest a dataset; on a terminal, ask before it removes what was there."""
    outcome = again(terms)
    if outcome.held and not terms.dry_run and sys.stdin.isatty():
        print_outcome(outcome)
        if click.confirm("remove them?"):
            return again(replace(terms, allow_removals=True))
    return outcome
