"""Turns a stored dataset into an RO-Crate 1.1: its graph, report and provenance, with its source files."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, serialize
from pyoxigraph import Store as Oxigraph

from pilotline import __version__
from pilotline.datasets import catalogue
from pilotline.datasets.kept import kept
from pilotline.datasets.provenance import Origin, origin
from pilotline.errors import PilotlineError
from pilotline.namespaces import PREFIXES
from pilotline.store import Store

METADATA = "ro-crate-metadata.json"
_CONTEXT = "https://w3id.org/ro/crate/1.1/context"
_PROFILE = "https://w3id.org/ro/crate/1.1"
_SOFTWARE = "https://w3id.org/pilotline"

Entity = dict[str, Any]


class CrateError(PilotlineError):
    """A crate that cannot be written; the message says why."""


@dataclass(frozen=True)
class Crate:
    """What was written.

    files: below the crate. left_out: source files that are not in it, each with the reason.
    """

    path: Path
    files: tuple[str, ...]
    left_out: dict[str, str]


@dataclass(frozen=True)
class _Part:
    """One file of the crate."""

    path: str
    name: str
    media_type: str

    @property
    def iri(self) -> str:
        return quote(self.path)


def write_crate(
    store: Store, entry: catalogue.Entry, target: Path, version: int | None = None, *, names: bool = False
) -> Crate:
    """Write a dataset, or an earlier version of it, as a crate: a folder, or a file when it ends in `.zip`.

    names: put in source files that name operators, too.

    Errors: CrateError for a target that exists, or a version that does not.
    """
    if target.exists():
        raise CrateError(f"{target} exists; name another folder or file")
    graph = _graph_of(store.read(), entry, version)
    with TemporaryDirectory(dir=_made(target.absolute().parent), prefix=".crate-") as made:
        folder = Path(made) / "crate"
        folder.mkdir()
        crate = _write(store, entry, graph, folder, names=names)
        if target.suffix == ".zip":
            Path(shutil.make_archive(str(folder), "zip", folder)).replace(target)
        else:
            folder.replace(target)
    return Crate(target, crate.files, crate.left_out)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _graph_of(content: Oxigraph, entry: catalogue.Entry, version: int | None) -> str:
    if version in (None, entry.version):
        return entry.iri
    earlier = catalogue.versions(content, entry.iri)
    if version not in earlier:
        there = ", ".join(map(str, [*earlier, entry.version]))
        raise CrateError(f"{entry.title} has no version {version}; there are {there}")
    return catalogue.version_graph(entry.iri, int(version))


def _write(store: Store, entry: catalogue.Entry, graph: str, folder: Path, *, names: bool) -> Crate:
    content = store.read()
    came = origin(content, graph)
    parts = [*_graphs(content, graph, folder)]
    sources, left_out = _sources(store, came, folder, names=names)
    metadata = {"@context": _CONTEXT, "@graph": [*_entities(entry, graph, came, parts, sources, left_out)]}
    text = json.dumps(metadata, ensure_ascii=False, indent=2) + "\n"
    (folder / METADATA).write_text(text, encoding="utf-8")
    return Crate(folder, tuple(part.path for part in (*parts, *sources)), left_out)


def _graphs(content: Oxigraph, graph: str, folder: Path) -> Iterator[_Part]:
    """Write the graphs of the dataset that hold something."""
    for below, name in (("", "data"), ("/report", "report"), ("/provenance", "provenance")):
        quads = content.quads_for_pattern(None, None, None, NamedNode(graph + below))
        triples = [Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in quads]
        if triples:
            serialize(triples, str(folder / f"{name}.ttl"), RdfFormat.TURTLE, prefixes=PREFIXES)
            yield _Part(f"{name}.ttl", _TITLES[name], "text/turtle")


_TITLES = {
    "data": "The dataset as a graph",
    "report": "What validation found (SHACL report)",
    "provenance": "How the dataset came to be (PROV-O)",
}
_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".ttl": "text/turtle",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _sources(store: Store, came: Origin, folder: Path, *, names: bool) -> tuple[list[_Part], dict[str, str]]:
    """Copy the source files that are kept and may go out."""
    parts: list[_Part] = []
    left_out: dict[str, str] = {}
    for source in came.sources:
        copy = kept(store.path, source.sha256)
        if copy is None:
            left_out[source.name] = "no copy was kept"
        elif came.names_people and not names:
            left_out[source.name] = "it names operators"
        else:
            path = f"sources/{source.name}"
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(copy, folder / path)
            media_type = _MEDIA_TYPES.get(Path(source.name).suffix.lower(), "application/octet-stream")
            parts.append(_Part(path, source.name, media_type))
    return parts, left_out


def _entities(
    entry: catalogue.Entry,
    graph: str,
    came: Origin,
    parts: list[_Part],
    sources: list[_Part],
    left_out: dict[str, str],
) -> Iterator[Entity]:
    yield {
        "@id": METADATA,
        "@type": "CreativeWork",
        "conformsTo": {"@id": _PROFILE},
        "about": {"@id": "./"},
    }
    yield _root(entry, graph, came, [*parts, *sources], left_out)
    if entry.licence:
        yield {"@id": entry.licence, "@type": "CreativeWork", "name": entry.licence.rsplit("/", 1)[-1]}
    digests = {f"sources/{source.name}": source.sha256 for source in came.sources}
    for part in (*parts, *sources):
        file: Entity = {"@id": part.iri, "@type": "File", "name": part.name}
        file["encodingFormat"] = part.media_type
        if part.path in digests:
            file["sha256"] = digests[part.path]
        yield file
    if entry.creator:
        yield {"@id": "#creator", "@type": "Organization", "name": entry.creator}
    yield from _action(came, sources)


def _root(
    entry: catalogue.Entry, graph: str, came: Origin, parts: list[_Part], left_out: dict[str, str]
) -> Entity:
    said = "SIMULATED data of a battery pilot line." if entry.simulated else "Data of a battery pilot line."
    for name, reason in left_out.items():
        said += f" The source {name} is not in the crate: {reason}."
    root: Entity = {
        "@id": "./",
        "@type": "Dataset",
        "identifier": graph,
        "name": entry.title,
        "description": said,
        "datePublished": came.at or entry.modified,
        "license": {"@id": entry.licence} if entry.licence else "not stated",
        "hasPart": [{"@id": part.iri} for part in parts],
        "mentions": {"@id": "#ingest"},
    }
    if entry.creator:
        root["creator"] = {"@id": "#creator"}
    return root


def _action(came: Origin, sources: list[_Part]) -> Iterator[Entity]:
    """Yield the action that made the graph of the sources, with who did it, and by what."""
    action: Entity = {
        "@id": "#ingest",
        "@type": "CreateAction",
        "name": f"Ingest by the mapping {came.mapping}",
        "startTime": came.began,
        "endTime": came.at,
        "instrument": {"@id": _SOFTWARE},
        "object": [{"@id": part.iri} for part in sources],
        "result": {"@id": "data.ttl"},
    }
    if came.by:
        action["agent"] = {"@id": "#by"}
        yield {"@id": "#by", "@type": "Person", "name": came.by}
    yield action
    version = came.software.removeprefix("pilotline ") or __version__
    yield {"@id": _SOFTWARE, "@type": "SoftwareApplication", "name": "Pilotline", "version": version}
