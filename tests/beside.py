"""Finds the folder of other people's data and ontologies that stands beside the checkout."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("PILOTLINE_SHARED") or Path(__file__).resolve().parents[2] / "shared")


def shared(name: str) -> Path:
    """Return a folder of it; skip the test where it is missing."""
    if not (SHARED / name).is_dir():
        pytest.skip(f"../shared/{name} is not beside the checkout")
    return SHARED / name
