"""Turns the manifest of the demo line into the mappings and files to take in, in order."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from pilotline.resources import data_folder


@dataclass(frozen=True)
class DemoSource:
    """One hand-in: a mapping and the files that it reads."""

    mapping: Path
    files: tuple[Path, ...]


def demo_sources(folder: Path) -> list[DemoSource]:
    """Return what to take in from the folder that write_files filled, in order.

    The last one hands a dataset in again, with corrected values.
    """
    return _sources("datasets", folder)


def faulty_sources(folder: Path) -> list[DemoSource]:
    """Return the files with faults on purpose; faulty/EXPECTED.csv lists the cells."""
    return _sources("faulty", folder)


def _sources(part: str, folder: Path) -> list[DemoSource]:
    mappings = data_folder("mappings") / "demo"
    manifest = yaml.safe_load((mappings / "manifest.yaml").read_text(encoding="utf-8"))
    return [
        DemoSource(mappings / entry["mapping"], tuple(folder / file for file in entry["files"]))
        for entry in manifest[part]
    ]
