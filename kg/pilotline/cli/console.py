"""What the commands share: options, printed answers, and errors turned into exit codes."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from pilotline.errors import PilotlineError
from pilotline.iris import Place

DOES_NOT_CONFORM = 1
COULD_NOT_RUN = 2


db_option = click.option(
    "--db",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("pilotline-db"),
    show_default=True,
    help="Folder of the store.",
)

store_option = click.option(
    "--store", "remote", metavar="URL|FILE.toml", help="SPARQL server that holds the graph instead of --db."
)


def mapping_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --mapping, --scope, --base and --operator-key; the command takes `mapping` and `place`."""

    @click.option("--mapping", type=click.Path(path_type=Path, exists=True), help="Mapping file or folder.")
    @click.option("--scope", help="Lab or project below whose IRI the data are named.")
    @click.option("--base", help="Base IRI of the lab, instead of the default one.")
    @click.option(
        "--operator-key",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="PILOTLINE_OPERATOR_KEY",
        help="File of the lab's key, by which names of operators become codes.",
    )
    @wraps(command)
    def with_place(scope: str | None, base: str | None, operator_key: Path | None, **others: Any) -> Any:
        return command(place=Place(scope, base, operator_key=operator_key), **others)

    return with_place


def format_option(*formats: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option --format with these choices; the first is the default."""
    return click.option(
        "--format", "form", type=click.Choice(formats), default=formats[0], show_default=True, help="Output."
    )


@contextmanager
def errors_become_exit_codes(*further: type[Exception]) -> Iterator[None]:
    """Print an error that a person can mend and end with exit code 2."""
    mendable: tuple[type[Exception], ...] = (PilotlineError, *further)
    try:
        yield
    except mendable as error:
        fail(str(error))


def fail(message: str) -> NoReturn:
    """Print one line on standard error and end with exit code 2."""
    click.echo(f"pilotline: {message}", err=True)
    sys.exit(COULD_NOT_RUN)


def print_json(value: object) -> None:
    """Print plain data as JSON, for machines."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; cells fold on a terminal and stay whole in a pipe."""
    if not sys.stdout.isatty():
        return _print_plain(columns, rows)
    table = Table(*columns, show_edge=False, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
    return None


def _print_plain(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[i]) for row in [columns, *rows]) for i in range(len(columns))]
    for row in [columns, ["─" * width for width in widths], *rows]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@contextmanager
def progress(total: int) -> Iterator[Callable[[str], None]]:
    """Show a progress bar, on a terminal only.

    total: how many pieces of work there are; the function yielded names the one that begins.
    """
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task("", total=total, completed=-1)
        yield lambda what: bar.update(task, description=what, advance=1)
