"""Turns RDF files and a mapping folder into a staged dataset: raw triples, pointers and the mapped graph."""

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from pilotline.construct.manifest import Manifest, MappingError, Query, load_manifest, load_query
from pilotline.construct.reading import Reading, read_rdf
from pilotline.datasets.dataset import Description, SourceError, SourceFile, Staged
from pilotline.findings import Finding, Severity
from pilotline.iris import Scope, json_node
from pilotline.namespaces import PL, RDF
from pilotline.vocabulary.terms import Vocabulary, load_vocabulary

_CELL = NamedNode(PL + "cell")
_TYPE = NamedNode(RDF + "type")


def stage_construct(
    mapping_folder: Path,
    files: Sequence[Path],
    scope: Scope,
    into: Path,
    vocabulary: Vocabulary | None = None,
) -> Staged:
    """Read RDF files and run the queries of a mapping folder over them.

    into: the N-Quads file to write, with the graphs `{dataset}`, `{dataset}/raw` and `{dataset}/pointers`.
    vocabulary: names the upstream classes that an instance is also given; by default the shipped one.
    """
    manifest = load_manifest(mapping_folder)
    queries = _Queries(mapping_folder, manifest)
    if not files:
        raise SourceError(f"no source files; the mapping {manifest.mapping} reads {manifest.input}")
    description = manifest.dataset.describe(scope)
    read_at = datetime.now(UTC)
    with into.open("wb") as output:
        staging = _Staging(description, output, vocabulary or load_vocabulary())
        sources = [staging.add(read_rdf(path, name)) for path, name in _named(files)]
        findings = [*staging.construct(queries)]
    return Staged(
        description, into, tuple(sources), manifest.name, read_at, (*_remarks_on(staging, sources), *findings)
    )


def _named(files: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield each file with its path below the folder that all have in common."""
    folder = Path(os.path.commonpath([path.resolve().parent for path in files]))
    for path in sorted(files):
        yield path, path.resolve().relative_to(folder).as_posix()


class _Queries:
    """The queries of a mapping folder, read and checked before any source is."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.prepare = [load_query(folder, name) for name in manifest.prepare]
        self.construct = [load_query(folder, name) for name in manifest.queries]
        self.remarks = [load_query(folder, name) for name in manifest.remarks]


class _Staging:
    """A dataset while it is made.

    The default graph of the store holds the raw triples, their pointers (`pl:cell`) and what was prepared;
    its only named graph is the dataset.
    """

    def __init__(self, description: Description, output: BinaryIO, vocabulary: Vocabulary) -> None:
        self.description = description
        self.dataset = NamedNode(description.iri)
        self.raw = NamedNode(description.iri + "/raw")
        self.pointers = NamedNode(description.iri + "/pointers")
        self.output = output
        self.store = Store()
        self.upstream = _upstream_types(vocabulary)
        self.empty: list[str] = []

    def add(self, reading: Reading) -> SourceFile:
        """Add the raw triples and the pointers of one file."""
        if not reading.quads:
            self.empty.append(reading.file.name)
        source = self.description.scope.source(reading.file.name)
        pointers = [
            Quad(subject, _CELL, NamedNode(json_node(source, pointer)))
            for subject, pointer in reading.pointers.items()
        ]
        self.store.extend([*reading.quads, *pointers])
        self._write(_moved(reading.quads, self.raw))
        self._write(_moved(pointers, self.pointers))
        return reading.file

    def construct(self, queries: _Queries) -> Iterator[Finding]:
        """Run the queries in their order, write the dataset, yield the remarks."""
        for query in queries.prepare:
            self.store.extend(self._made(query, DefaultGraph()))
        for query in queries.construct:
            self.store.extend(self._typed(self._made(query, self.dataset)))
        self._write(self.store.quads_for_pattern(None, None, None, self.dataset))
        for query in queries.remarks:
            yield from self._remarks(query)

    def _made(self, query: Query, graph: NamedNode | DefaultGraph) -> list[Quad]:
        result = self._run(query)
        if not isinstance(result, QueryTriples):
            raise MappingError(f"{query.path}: not a CONSTRUCT query, so it makes no triples")
        return [Quad(triple.subject, triple.predicate, triple.object, graph) for triple in result]

    def _typed(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """Yield the quads, and for each class of ours the upstream classes that equal it."""
        for quad in quads:
            yield quad
            if quad.predicate == _TYPE and isinstance(quad.object, NamedNode):
                for upstream in self.upstream.get(quad.object, ()):
                    yield Quad(quad.subject, _TYPE, upstream, quad.graph_name)

    def _remarks(self, query: Query) -> Iterator[Finding]:
        result = self._run(query)
        if not isinstance(result, QuerySolutions):
            raise MappingError(f"{query.path}: not a SELECT query, so it makes no remarks")
        names = [variable.value for variable in result.variables]
        for row in result:
            values = {name: row[name].value for name in names if row[name] is not None}
            if "message" in values:  # an aggregate over nothing still gives a row
                yield Finding(code=query.path.stem, severity=Severity.INFO, **values)

    def _run(self, query: Query) -> object:
        try:
            # Relative IRIs of a query, IRI(CONCAT("run/", …)) too, are below base and scope.
            return self.store.query(query.text, base_iri=self.description.scope.prefix)
        except SyntaxError as error:
            raise MappingError(f"{query.path}: {error.msg}") from None

    def _write(self, quads: Iterable[Quad]) -> None:
        serialize(quads, output=self.output, format=RdfFormat.N_QUADS)


def _moved(quads: Iterable[Quad], graph: NamedNode) -> Iterator[Quad]:
    return (Quad(quad.subject, quad.predicate, quad.object, graph) for quad in quads)


def _upstream_types(vocabulary: Vocabulary) -> dict[NamedNode, tuple[NamedNode, ...]]:
    indexes = (vocabulary.parameters, vocabulary.steps, vocabulary.products, vocabulary.lots)
    terms = (term for index in indexes for term in index.by_name.values())
    return {NamedNode(term.iri): tuple(map(NamedNode, term.types[1:])) for term in terms}


def _remarks_on(staging: _Staging, sources: Sequence[SourceFile]) -> Iterator[Finding]:
    """Say once, not per file, what was noticed while reading."""
    odd = [source for source in sources if source.encoding not in ("", "utf-8")]
    if odd:
        yield Finding(
            code="Source-encoding",
            severity=Severity.INFO,
            message=f"{len(odd)} of {len(sources)} files are {odd[0].encoding}, not UTF-8, and read as such",
            hint="provenance names the encoding of each file",
            file=odd[0].name,
            value=str(len(odd)),
        )
    if staging.empty:
        yield Finding(
            code="Source-empty",
            severity=Severity.INFO,
            message=f"{len(staging.empty)} of {len(sources)} files hold no statement",
            file=staging.empty[0],
            value=str(len(staging.empty)),
        )
