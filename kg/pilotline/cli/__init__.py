"""The command line: one module per command, loaded when it is called."""

from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

import click

COMMANDS = {
    "backup": "pilotline.cli.backup:backup",
    "capability": "pilotline.cli.capability:capability",
    "datasets": "pilotline.cli.datasets:datasets",
    "demo": "pilotline.cli.demo:demo",
    "export": "pilotline.cli.export:export",
    "gaps": "pilotline.cli.gaps:gaps",
    "info": "pilotline.cli.info:info",
    "ingest": "pilotline.cli.ingest:ingest",
    "mapping": "pilotline.cli.mapping:mapping",
    "ontology": "pilotline.cli.ontology:ontology",
    "query": "pilotline.cli.query:query",
    "rate": "pilotline.cli.rate:rate",
    "remove": "pilotline.cli.remove:remove",
    "restore": "pilotline.cli.backup:restore",
    "revalidate": "pilotline.cli.revalidate:revalidate",
    "template": "pilotline.cli.template:template",
    "trace": "pilotline.cli.trace:trace",
    "validate": "pilotline.cli.validate:validate",
}


class _Commands(click.Group):
    """Commands of this package, and those that others offer as entry points `pilotline.commands`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted({*COMMANDS, *(point.name for point in entry_points(group="pilotline.commands"))})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name in COMMANDS:
            module, _, name = COMMANDS[cmd_name].partition(":")
            return _command(getattr(import_module(module), name))
        for point in entry_points(group="pilotline.commands", name=cmd_name):
            return _command(point.load())
        return None


def _command(loaded: Any) -> click.Command:
    assert isinstance(loaded, click.Command)
    return loaded


@click.command(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="pilotline")
def main() -> None:
    """Turn the records of a battery pilot line into one checked graph, and ask it.

    \b
    Example:
      pilotline ingest coating.xlsx --mapping coating.yaml --scope my-lab
      pilotline query behind_cell -p cell="cell 117"

    Exit codes: 0 done, 1 the data do not conform, 2 could not run.
    """
