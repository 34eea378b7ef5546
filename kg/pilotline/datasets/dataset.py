"""A dataset between its source and the store: what it is, where it came from, its quads."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pilotline.errors import PilotlineError
from pilotline.findings import Finding
from pilotline.iris import Scope


class SourceError(PilotlineError):
    """A source that cannot be read; the message says where, what was found and what would be right."""


@dataclass(frozen=True)
class Description:
    """What a dataset says of itself.

    licence: an IRI or an SPDX identifier; empty where the lab stated none.
    text: what was made, how and why, in a few sentences. keywords: to be found by.
    contact: who answers questions, an e-mail address or the IRI of a page.
    simulated: the values come from a simulation, which every page that shows them repeats.
    """

    scope: Scope
    identifier: str
    title: str
    licence: str = ""
    creator: str = ""
    simulated: bool = False
    text: str = ""
    keywords: tuple[str, ...] = ()
    contact: str = ""

    @property
    def iri(self) -> str:
        """Return the IRI of the dataset, which is also its named graph."""
        return self.scope.dataset(self.identifier)


@dataclass(frozen=True)
class SourceFile:
    """One file that was read, as provenance records it."""

    name: str
    sha256: str
    size: int
    encoding: str = ""


@dataclass(frozen=True)
class SeriesFile:
    """A Parquet file that goes beside the store; the graph describes it by its checksum."""

    path: Path
    sha256: str


@dataclass(frozen=True)
class Staged:
    """A dataset that is mapped and not yet checked.

    quads: an N-Quads file; every graph in it is the dataset's own or one below it (`/raw`).
    mapping: name and version of the mapping, and the digest of its files, for provenance.
    by: who brings the dataset in, empty where nobody is to be named.
    files: the sources on disk.
    names_people: the sources name operators whom the graph does not name.
    series: the Parquet files that the quads describe.
    findings: what reading and mapping noticed (a cell that is no number, a column that no line maps).
    """

    description: Description
    quads: Path
    sources: tuple[SourceFile, ...]
    mapping: str
    read_at: datetime
    findings: tuple[Finding, ...] = field(default=())
    mapping_sha256: str = ""
    by: str = ""
    files: tuple[Path, ...] = ()
    names_people: bool = False
    series: tuple[SeriesFile, ...] = field(default=())
