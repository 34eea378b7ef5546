"""`pilotline demo`: writes the files of a simulated pilot line, ingests them, and serves the store."""

from collections.abc import Iterable
from pathlib import Path

import click

from pilotline.cli import console
from pilotline.cli.ingest import run
from pilotline.cli.reporting import print_outcome, report_outcomes
from pilotline.demo import DemoSource, demo_sources, faulty_sources, write_files
from pilotline.ingest.founding import found, shipped_rules
from pilotline.ingest.publishing import Policy
from pilotline.ingest.sources import Job
from pilotline.iris import Place


@click.command()
@console.db_option
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-line"),
    show_default=True,
    help="Folder for the files of the line.",
)
@click.option("--serve/--no-serve", "then_serve", default=True, show_default=True, help="Serve the store.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve at.")
@click.option("--port", default=8000, show_default=True, help="Port to serve at.")
@click.pass_context
def demo(ctx: click.Context, db: Path, folder: Path, then_serve: bool, host: str, port: int) -> None:
    """Show the whole way on a simulated pilot line: its files, the store, the endpoint.

    \b
    Example:
      pilotline demo --db demo-db --no-serve
    """
    with console.errors_become_exit_codes():
        files = write_files(folder)
        click.echo(f"{len(files)} files of a SIMULATED pilot line are in {folder}")
        rules = shipped_rules()
        store = found(db, rules)
        report_outcomes(run(demo_jobs(demo_sources(folder)), store, rules, Policy.STRICT), "text")
        click.echo("The same line hands in sheets with faults; the store refuses them:")
        for outcome in run(demo_jobs(faulty_sources(folder)), store, rules, Policy.STRICT):
            print_outcome(outcome)
    if then_serve:
        _serve(ctx, db, host, port, folder / "limits")


def demo_jobs(sources: Iterable[DemoSource]) -> list[Job]:
    """Return what to ingest, in order."""
    return [Job(source.files, source.mapping, Place()) for source in sources]


def _serve(ctx: click.Context, db: Path, host: str, port: int, shapes: Path) -> None:
    main = ctx.find_root().command
    assert isinstance(main, click.Group)
    serve = main.get_command(ctx, "serve")
    assert serve is not None
    ctx.invoke(serve, db=db, host=host, port=port, shapes=shapes)
