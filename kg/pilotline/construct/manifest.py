"""Turns a mapping folder (`mapping.yaml` and its queries) into a checked manifest."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from pilotline.datasets.dataset import SourceError
from pilotline.tabular.model import Dataset
from pilotline.tabular.naming import Strict

FILE = "mapping.yaml"
_SUMMARY = "#+ summary:"


class MappingError(SourceError):
    """A mapping folder that cannot be used; the message says where and what would be right."""


class Manifest(Strict):
    """What `mapping.yaml` says; every list is run in its order, file names are relative to the folder.

    scope: names the project below whose IRI the data are named, unless the person says another.
    input: glob of the source files below the folder that is ingested.
    prepare: CONSTRUCT queries whose triples only the later queries see.
    queries: CONSTRUCT queries whose triples are the dataset.
    shapes: names of the shapes that apply besides the general ones, such as `sources/kiprobatt`.
    remarks: SELECT queries with ?message (and ?value, ?hint, ?focus); a row is a finding (information).
    """

    mapping: str = Field(min_length=1)
    version: str = Field(min_length=1)
    dataset: Dataset
    scope: str | None = None
    input: str = Field(min_length=1)
    prepare: tuple[str, ...] = ()
    queries: tuple[str, ...] = Field(min_length=1)
    remarks: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return name and version, as provenance records them."""
        return f"{self.mapping} {self.version}"

    def inputs(self, folder: Path) -> list[Path]:
        """Return the source files of an ingested folder, sorted by name."""
        return sorted(path for path in folder.glob(self.input) if path.is_file())


@dataclass(frozen=True)
class Query:
    """A query file; summary: what it makes, in one line."""

    path: Path
    summary: str
    text: str


def is_manifest(path: Path) -> bool:
    """Say whether a file is the manifest of its folder; a mapping of tables may have the same name."""
    if path.name != FILE or not path.is_file():
        return False
    return bool(re.search(r"^queries:", path.read_text(encoding="utf-8", errors="replace"), re.MULTILINE))


def load_manifest(folder: Path) -> Manifest:
    """Read and check the manifest of a mapping folder."""
    path = folder / FILE
    if not path.is_file():
        raise MappingError(f"{folder}: no {FILE}; a mapping folder needs one")
    try:
        return Manifest.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise MappingError(f"{path}: not YAML: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the file"
        raise MappingError(f"{path}, {key}: {first['msg'].lower()}") from None


def load_query(folder: Path, name: str) -> Query:
    """Read a query of the folder; its first line says what it makes."""
    path = folder / name
    if not path.is_file():
        raise MappingError(f"{folder / FILE} names {name}, which is not in the folder")
    text = path.read_text(encoding="utf-8")
    head = text.partition("\n")[0]
    if not head.startswith(_SUMMARY):
        raise MappingError(f"{path}, line 1: {head!r}; a query starts with '{_SUMMARY} what it makes'")
    return Query(path, head.removeprefix(_SUMMARY).strip(), text)
