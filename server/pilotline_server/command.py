"""`pilotline serve`: the command that the library's command line finds by its entry point."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pilotline.cli.console import db_option, errors_become_exit_codes, fail

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def _limits(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that bound what clients may take; `serve` gets them under the names of the settings."""
    options = (
        ("--workers", 2, "Processes that answer queries; one more serves those who ask little."),
        ("--queue", 100, "Queries of one client that may wait."),
        ("--deadline", 30.0, "Seconds for a query or a change."),
        ("--memory-mb", 2048, "Memory of a worker."),
        ("--in-memory-mb", 4096, "Memory for the store itself, which is then faster; 0 reads from the disk."),
        ("--cache-mb", 64, "Memory for answers to what was asked before."),
        ("--result-rows", 1_000_000, "Rows of an answer."),
        ("--result-mb", 256, "Size of an answer."),
        ("--upload-mb", 100, "Size of a graph that a client sends."),
    )
    for name, default, says in reversed(options):
        command = click.option(name, default=default, show_default=True, help=says)(command)
    return command


@click.command()
@db_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port.")
@click.option(
    "--default-graph", type=click.Choice(["merged", "plain"]), default="merged", show_default=True,
    help="merged: what is in scope of all datasets; plain: a bare SPARQL store.",
)  # fmt: skip
@click.option("--token-file", type=_FILE, help="Tokens for writing; PILOTLINE_TOKEN holds one too.")
@click.option(
    "--shapes", type=click.Path(path_type=Path, exists=True),
    help="The lab's own ranges (CSV) and shapes: /line draws them, /validate checks by them.",
)  # fmt: skip
@click.option("--private", is_flag=True, help="Answer only those with a token.")
@click.option("--public-url", default="", help="Address at which a proxy shows this server.")
@click.option(
    "--base", "bases", multiple=True, help="What IRIs of data begin with that /id/ answers too; repeatable."
)
@click.option(
    "--trusted-proxy", "trusted_proxies", multiple=True, help="Address of such a proxy; repeatable."
)
@click.option(
    "--allow-service", "services", multiple=True, help="Endpoint that SERVICE may call; repeatable."
)
@click.option("--allow-load", "loads", multiple=True, help="Document that LOAD may fetch; repeatable.")
@_limits
def serve(db: Path, token_file: Path | None, **settings: Any) -> None:
    """Serve the store over HTTP; without a token, read-only.

    \b
    Example:
      pilotline serve --db pilotline-db --port 8000
      PILOTLINE_TOKEN=$(openssl rand -hex 16) pilotline serve --db scratch --default-graph plain
    """
    try:
        from pydantic import ValidationError

        from pilotline_server.access import read_tokens
        from pilotline_server.serve import serve as run
        from pilotline_server.settings import Settings
    except ModuleNotFoundError as error:
        fail(f"serving needs {error.name}: pip install 'pilotline[server]'")
    with errors_become_exit_codes():
        tokens = read_tokens(token_file, os.environ)
        try:
            checked = Settings(db=db, tokens=tokens, **settings)
        except ValidationError as error:
            first = error.errors()[0]
            fail(f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
        run(checked)
