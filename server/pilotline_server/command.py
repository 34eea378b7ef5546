"""`pilotline serve`: the command that the library's command line finds by its entry point."""

from pathlib import Path

import click

from pilotline.cli.console import db_option, errors_become_exit_codes, fail


@click.command()
@db_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port.")
def serve(db: Path, host: str, port: int) -> None:
    """Serve the store over HTTP, read-only.

    \b
    Example:
      pilotline serve --db pilotline-db --port 8000
    """
    try:
        from pilotline_server.serve import run
    except ModuleNotFoundError as error:
        fail(f"serving needs {error.name}: pip install 'pilotline[server]'")
    with errors_become_exit_codes():
        run(db=db, host=host, port=port)
