"""Folders beside the checkout; a test that needs one is skipped where it is missing."""

from pathlib import Path

import pytest
from beside import shared


@pytest.fixture
def mirror() -> Path:
    """Return the copy of the upstream releases."""
    return shared("upstream")


@pytest.fixture
def seed() -> Path:
    """Return the transcription of the paper."""
    return shared("seed")
