"""What the commands share that take in a line's own table: its options, and bringing it into the store."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from pyoxigraph import Store

from pilotline.cli.console import db_option, errors_become_exit_codes, format_option
from pilotline.cli.reporting import report_outcomes
from pilotline.datasets.dataset import Staged
from pilotline.ingest.founding import found, shipped_rules
from pilotline.ingest.publishing import ingest
from pilotline.iris import Place, Scope

Stage = Callable[[Path, Path, Scope, Store, str], Staged]


def submission(stage: Stage) -> Callable[[Callable[..., None]], Callable[..., Any]]:
    """Return what makes a command of a docstring: it stages FILE by `stage` and ingests it."""

    def command(described: Callable[..., None]) -> Callable[..., Any]:
        @click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
        @click.option("--by", required=True, help="The line, or the person, that says so.")
        @click.option("--scope", required=True, help="Lab or project below whose IRI it is named.")
        @click.option("--base", help="Base IRI of the lab, instead of the default one.")
        @db_option
        @format_option("text", "json")
        @wraps(described)
        def bring_in(file: Path, by: str, scope: str, base: str | None, db: Path, form: str) -> None:
            with errors_become_exit_codes():
                rules = shipped_rules()
                store = found(db, rules)
                with TemporaryDirectory() as folder:
                    into = Path(folder) / "staged.nq"
                    staged = stage(file, into, Place(scope, base).resolve(), store.read(), by)
                    outcome = ingest(store, staged, rules)
            report_outcomes([outcome], form)

        return bring_in

    return command
