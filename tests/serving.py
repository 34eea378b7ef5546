"""Runs servers in processes of their own, as a client meets them."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx2 as httpx

TOKEN = "a-token-for-tests-only"  # noqa: S105
DIRECT = "application/sparql-query"
_RUN = """
import sys
from pilotline_server.serve import serve
from pilotline_server.settings import Settings
serve(Settings.model_validate_json(sys.argv[1]))
"""


@contextmanager
def served(db: Path, **settings: object) -> Iterator[httpx.Client]:
    """Run a server on a free port for the time of the block."""
    text = json.dumps({"db": str(db), "port": 0} | settings)
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, text], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        said = process.stdout.readline()
        assert said.startswith(f"Serving {db} at http://127.0.0.1:"), said + process.stderr.read()
        with httpx.Client(base_url=said.split()[-1], timeout=60) as client:
            yield client
    finally:
        process.terminate()
        try:
            process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def until_in_memory(client: httpx.Client) -> None:
    """Wait until a server holds its store in memory."""
    end = time.monotonic() + 60
    while "pilotline_generation_in_memory 0.0" in client.get("/metrics").text:
        assert time.monotonic() < end
        time.sleep(0.1)


def connected(client: httpx.Client) -> socket.socket:
    """Return a connection to a server that sends each part at once, as HTTP clients do."""
    connection = socket.create_connection(("127.0.0.1", client.base_url.port or 0), timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def get(query: str, *fields: str) -> bytes:
    """Return a request for a table, by GET."""
    head = [f"GET /sparql?query={quote(query)} HTTP/1.1", "Host: a", "Accept: text/csv", *fields]
    return "\r\n".join([*head, "", ""]).encode()


def post(body: str, media_type: str = DIRECT) -> bytes:
    """Return a request for a table, by POST."""
    head = ["POST /sparql HTTP/1.1", "Host: a", "Accept: text/csv", f"Content-Type: {media_type}"]
    return "\r\n".join([*head, f"Content-Length: {len(body.encode())}", "", body]).encode()


def forks() -> list[int]:
    """Return the workers that hold the store of this test in memory."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if b"workers.template" in command:
            found[int(folder.name)] = int(parent)
    return [process for process, parent in found.items() if parent in found and _is_ours(process)]


def _is_ours(process: int) -> bool:
    """Say whether the server of a process was started by this test run."""
    while process > 1:
        if process == os.getpid():
            return True
        process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    return False
