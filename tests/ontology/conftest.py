"""Folders beside the checkout; a test that needs one is skipped where it is missing."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture
def mirror() -> Path:
    """Return the copy of the upstream releases."""
    return beside("upstream")


@pytest.fixture
def seed() -> Path:
    """Return the transcription of the paper."""
    return beside("seed")


def beside(name: str) -> Path:
    """Return a folder of ../shared."""
    if not (SHARED / name).is_dir():
        pytest.skip(f"../shared/{name} is not beside the checkout")
    return SHARED / name
