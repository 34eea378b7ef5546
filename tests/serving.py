"""Runs servers in processes of their own, as a client meets them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx

TOKEN = "a-token-for-tests-only"  # noqa: S105
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
