"""Runs programs in the environment of OWLAPI and its reasoners, with no network."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any, TypeAlias

import pytest

Run: TypeAlias = subprocess.CompletedProcess[str]

HERE = Path(__file__).parent
REASONERS = Path(os.environ.get("PILOTLINE_REASONERS") or HERE.parent / "build" / "reasoners")
NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")


def in_reasoners(*command: str | Path) -> Run:
    """Run a program of the environment of the reasoners with no network; skip where it was not made."""
    if not (REASONERS / ".installed").is_file():
        pytest.skip("the reasoners are not installed; `make reasoners` does that")
    arguments = [str(REASONERS / "bin" / command[0]), *map(str, command[1:])]
    environment = {**os.environ, **NO_NETWORK}
    return subprocess.run(
        arguments, capture_output=True, text=True, check=False, timeout=300, env=environment
    )


def owlapi(root: Path, *arguments: str | Path) -> Run:
    return in_reasoners("python", HERE / "ontology" / "owlapi.py", root, *arguments)


def judged(run: Run) -> dict[str, Any]:
    assert run.stdout, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found
