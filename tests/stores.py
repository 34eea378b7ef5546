"""Copies stores for tests that write to them."""

import shutil
from pathlib import Path


def copy_of(db: Path, to: Path) -> Path:
    """Copy a store, without the drafts that other tests make in it at the same time."""

    def left_out(folder: str, names: list[str]) -> list[str]:
        return names if Path(folder).name == "drafts" else []

    return shutil.copytree(db, to, ignore=left_out)
