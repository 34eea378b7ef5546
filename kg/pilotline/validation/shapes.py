"""Turns SHACL files into the shapes to validate with; nothing is ever fetched."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
import rdflib
from rdflib import OWL, SH, URIRef

from pilotline.errors import PilotlineError
from pilotline.resources import data_folder
from pilotline.validation.ranges import range_shapes, refine
from pilotline.validation.select import words_of
from pilotline.validation.terms import rdflib_graph
from pilotline.validation.tolerances import Tolerance, holds_tolerances, read_tolerances, widen

# Vocabularies of SHACL itself, which shapes use without needing their text.
_HARMLESS = frozenset((URIRef("http://datashapes.org/dash"), URIRef("http://www.w3.org/ns/shacl#")))


class ShapesError(PilotlineError, ValueError):
    """Shapes that cannot be used; the message names the file."""


@dataclass(frozen=True)
class Shapes:
    """Shapes as a graph, with the names of the files that they came from.

    digest: changes when a shape does; a report carries it.
    """

    graph: rdflib.Graph
    files: tuple[str, ...]
    digest: str


def load_shapes(*names: str | Path) -> Shapes:
    """Return shapes by name of a file that ships with Pilotline (`quantities`), by file or by folder.

    A CSV file is a lab's own table of ranges or of tolerances; they go before ours.
    No name: all shapes that ship, those for single sources (`shapes/sources`) and profiles apart.
    """
    files = [file for name in names for file in _files(name)] if names else _in_folder(data_folder("shapes"))
    graph, digest, tolerances = rdflib.Graph(), sha256(), list[Tolerance]()
    for file in files:
        data = _read(file)
        digest.update(data)
        if file.suffix == ".csv" and holds_tolerances(file):
            tolerances += read_tolerances(file)
        else:
            graph += range_shapes(file) if file.suffix == ".csv" else _parse(file, data)
    _refuse_fetching(graph)
    widen(graph, tolerances)
    refine(graph)
    return Shapes(graph, tuple(file.name for file in files), digest.hexdigest())


def _files(name: str | Path) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        return _in_folder(path)
    if path.is_file():
        return [path]
    shipped = data_folder("shapes") / f"{name}.ttl"
    if not shipped.is_file():
        known = ", ".join(file.stem for file in _in_folder(data_folder("shapes")))
        raise ShapesError(f"{name}: neither a file nor a folder nor one of the shapes {known}")
    return [shipped]


def _in_folder(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.suffix in (".ttl", ".csv"))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ShapesError(f"{file}: {error.strerror}") from error


def _parse(file: Path, data: bytes) -> rdflib.Graph:
    format_ = ox.RdfFormat.from_extension(file.suffix.lstrip(".")) or ox.RdfFormat.TURTLE
    try:
        return rdflib_graph(
            ox.parse(data, format_, base_iri=file.resolve().as_uri(), rename_blank_nodes=True)
        )
    except (SyntaxError, ValueError) as error:
        raise ShapesError(f"{file}: {error}") from error


def _refuse_fetching(graph: rdflib.Graph) -> None:
    """Shapes of unknown origin run in the service: neither an import nor a query may reach out."""
    for imported in set(graph.objects(None, OWL.imports)) - _HARMLESS - set(graph.subjects()):
        raise ShapesError(f"owl:imports {imported} is not followed; give that file as shapes too")
    for predicate in (SH.select, SH.ask, SH.construct):
        for query in graph.objects(None, predicate):
            if "SERVICE" in words_of(str(query)):
                raise ShapesError(f"a shape asks another server, which is refused: {str(query)[:60]!r}")
