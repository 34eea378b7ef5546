"""Reads quads from a file or from memory, as often as they are needed."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse

from pilotline.errors import PilotlineError
from pilotline.store.terms import BlankNodeNames

Source = Callable[[], Iterator[Quad]]


class DraftError(PilotlineError):
    """Quads that the store cannot take in; the message says which, and what would be right."""


def from_file(path: Path) -> Source:
    """Read an RDF file; its extension says the format."""
    rdf_format = RdfFormat.from_extension(path.suffix.removeprefix("."))
    if rdf_format is None:
        raise DraftError(
            f"{path}: {path.suffix!r} is no RDF format; use .nq, .nt, .ttl, .trig, .rdf or .jsonld"
        )
    names = BlankNodeNames()

    def read() -> Iterator[Quad]:
        try:
            for quad in parse(path=path, format=rdf_format):
                yield names.rename(quad)
        except SyntaxError as error:
            raise DraftError(f"{path}: {error}") from None

    return read


def from_quads(quads: Iterable[Quad | Triple]) -> Source:
    """Hold quads in memory; a triple belongs to no graph yet."""
    held = [Quad(*quad) if isinstance(quad, Triple) else quad for quad in quads]
    return lambda: iter(held)


def into_graph(graph: str, source: Source) -> Source:
    """Put the quads that name no graph into this one."""
    name = NamedNode(graph)

    def read() -> Iterator[Quad]:
        for quad in source():
            if isinstance(quad.graph_name, DefaultGraph):
                yield Quad(quad.subject, quad.predicate, quad.object, name)
            else:
                yield quad

    return read
