"""Turns files and the RML that a lab hands in into a staged dataset."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse, serialize

from pilotline.datasets.dataset import Description, SourceError, SourceFile, Staged
from pilotline.findings import Finding, Severity
from pilotline.iris import Scope
from pilotline.namespaces import DCAT, DCTERMS, RDF
from pilotline.quantities.units import Units
from pilotline.rdf.si import si_values
from pilotline.rdf.skolem import skolemised
from pilotline.rml import engine
from pilotline.tabular.files import names_of

_ENDING = ".rml.ttl"
_TYPE, _DATASET = NamedNode(RDF + "type"), NamedNode(DCAT + "Dataset")


def is_rml(path: Path) -> bool:
    """Say whether a mapping is RML, which its name says."""
    return path.name.lower().endswith(_ENDING)


def stage_rml(mapping: Path, files: Sequence[Path], scope: Scope, into: Path, units: Units) -> Staged:
    """Run an RML mapping over files, and stage what it makes as one dataset.

    The mapping may describe the dataset, as a `dcat:Dataset` with `dcterms:identifier`, `title`, `license`
    and `creator`; else the dataset is called as the mapping's file.
    Blank nodes get IRIs, and quantities of others the SI value that ours have.

    Errors: SourceError, where the mapping is no Turtle, there is no engine, or it fails.
    """
    said = _parsed(mapping)
    description = _description(mapping, said, scope)
    names = names_of(files)
    read_at = datetime.now(UTC)
    made = engine.run(mapping.read_text(encoding="utf-8"), names)
    graph = NamedNode(description.iri)
    quads = [Quad(quad.subject, quad.predicate, quad.object, graph) for quad in made]
    quads += list(si_values(quads, units))
    serialize(skolemised(quads, description.iri), str(into), RdfFormat.N_QUADS)
    sources = tuple(_source(path, name) for path, name in names.items())
    findings = tuple(_noticed(made, description.iri, mapping.name))
    return Staged(description, into, sources, mapping.name, read_at, findings)


def _parsed(mapping: Path) -> list[Quad]:
    try:
        return list(parse(path=str(mapping), format=RdfFormat.TURTLE, base_iri="urn:mapping"))
    except SyntaxError as error:
        raise SourceError(f"{mapping}: {error.msg}") from None


def _description(mapping: Path, said: Iterable[Quad], scope: Scope) -> Description:
    """Return what a mapping says of its dataset."""
    triples = list(said)
    nodes = [quad.subject for quad in triples if quad.predicate == _TYPE and quad.object == _DATASET]
    if len(nodes) > 1:
        raise SourceError(f"{mapping}: describes {len(nodes)} datasets; a mapping makes one")
    found = {
        quad.predicate.value: quad.object.value
        for quad in triples
        if quad.subject in nodes and isinstance(quad.object, NamedNode | Literal)
    }

    def text(name: str, otherwise: str = "") -> str:
        return found.get(DCTERMS + name, otherwise)

    stem = mapping.name[: -len(_ENDING)]
    return Description(scope, text("identifier", stem), text("title", stem), text("license"), text("creator"))


def _noticed(made: Sequence[Quad], dataset: str, mapping: str) -> Iterator[Finding]:
    if not made:
        message = "the mapping makes no triple of these files"
        yield Finding("Source-empty", Severity.WARNING, message, file=mapping)
    graphs = {quad.graph_name for quad in made} - {DefaultGraph(), NamedNode(dataset)}
    if graphs:
        names = ", ".join(sorted(map(str, graphs)))
        message = f"the triples of {names} are in the graph of the dataset"
        yield Finding("Source-graphs", Severity.INFO, message, file=mapping)


def _source(path: Path, name: str) -> SourceFile:
    content = path.read_bytes()
    return SourceFile(name, sha256(content).hexdigest(), len(content))
