"""`pilotline serve` says in one line why it cannot serve."""

from pathlib import Path

import httpx2 as httpx
from click.testing import CliRunner

from pilotline_server.command import serve


def test_a_folder_that_is_no_store_ends_the_command_with_one_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(serve, ["--db", str(tmp_path), "--port", "0"])
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert "is not a store" in result.output


def test_a_taken_port_ends_the_command_with_one_line(db: Path, client: httpx.Client) -> None:
    result = CliRunner().invoke(serve, ["--db", str(db), "--port", str(client.base_url.port)])
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert "Address already in use" in result.output
