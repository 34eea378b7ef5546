"""Turns RDF that is in the model already into a staged dataset, as it is but for its blank nodes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse, serialize

from pilotline.datasets.dataset import Description, SourceError, SourceFile, Staged
from pilotline.findings import Finding
from pilotline.iris import Scope
from pilotline.quantities.units import Units
from pilotline.rdf.jsonld import read_jsonld
from pilotline.rdf.si import si_values
from pilotline.rdf.skolem import skolemised


def is_rdf(path: Path) -> bool:
    """Say whether the ending of a file is that of an RDF format."""
    return RdfFormat.from_extension(path.suffix.lstrip(".")) is not None


def stage_rdf(files: Sequence[Path], scope: Scope, into: Path, units: Units) -> Staged:
    """Stage RDF files as one dataset that is called as the first of them.

    Blank nodes get IRIs, and quantities of others the SI value that ours have.

    Errors: SourceError for a file that does not parse, or that puts triples in a graph of its own.
    """
    description = Description(scope, files[0].stem, files[0].name)
    read_at = datetime.now(UTC)
    graph = NamedNode(description.iri)
    read = [_read(file, scope) for file in files]
    quads = [Quad(quad.subject, quad.predicate, quad.object, graph) for found, _ in read for quad in found]
    quads += list(si_values(quads, units))
    serialize(skolemised(quads, description.iri), str(into), RdfFormat.N_QUADS)
    return Staged(
        description,
        into,
        tuple(map(_described, files)),
        "none: RDF in the model",
        read_at,
        tuple(finding for _, findings in read for finding in findings),
    )


def _read(file: Path, scope: Scope) -> tuple[list[Quad], list[Finding]]:
    if RdfFormat.from_extension(file.suffix.lstrip(".")) == RdfFormat.JSON_LD:
        quads, findings = read_jsonld(file, scope.prefix)
    else:
        quads, findings = _parsed(file, scope), []
    for quad in quads:
        if quad.graph_name != DefaultGraph():
            raise SourceError(f"{file}: holds the graph {quad.graph_name}; leave it out")
    return quads, findings


def _parsed(file: Path, scope: Scope) -> list[Quad]:
    try:
        return list(parse(path=str(file), base_iri=scope.prefix, rename_blank_nodes=True))
    except SyntaxError as error:
        raise SourceError(f"{file}: {error.msg}") from None


def _described(file: Path) -> SourceFile:
    content = file.read_bytes()
    return SourceFile(file.name, sha256(content).hexdigest(), len(content))
