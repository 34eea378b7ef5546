"""Gives a store what every store holds: ontology, closed hierarchy, and the published specification."""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from pilotline.datasets import catalogue
from pilotline.datasets.dataset import Description, SourceFile, Staged
from pilotline.ingest.publishing import Outcome, Terms, ingest
from pilotline.ingest.rules import Rules
from pilotline.iris import Scope
from pilotline.namespaces import HIERARCHY_GRAPH, ONTOLOGY, ONTOLOGY_GRAPH, PL
from pilotline.store import Store, StoreError
from pilotline.store.scope import check_default_graph
from pilotline.validation import load_shapes
from pilotline.vocabulary.closure import closed_hierarchy, module_files, read_module, specification
from pilotline.vocabulary.terms import load_vocabulary

SPECIFICATION = Description(
    scope=Scope("pilotline"),
    identifier="specification",
    title="Data specification of Zanotto et al. 2022, Tables 5 to 12",
    licence="CC-BY-4.0",
    creator="Pilotline, after doi:10.1002/batt.202200224",
)


def shipped_rules() -> Rules:
    """Return the shapes, the vocabulary and the ontology that ship with Pilotline."""
    triples = _shipped_ontology()
    ontology = serialize([*triples, *closed_hierarchy(triples)], format=RdfFormat.N_TRIPLES)
    assert ontology is not None
    return Rules(load_shapes(), load_vocabulary(), ontology)


def found(path: Path, rules: Rules) -> Store:
    """Open the store, or make it; bring its ontology and specification in step with those that ship."""
    store = Store.ensure(path)
    check_default_graph(store.read(), path)
    digest = _digest(module_files())
    stamp = Quad(NamedNode(ONTOLOGY), NamedNode(PL + "sha256"), Literal(digest), NamedNode(ONTOLOGY_GRAPH))
    stale = stamp not in store.read()
    if stale:
        _write_ontology(store, stamp)
    if stale or not catalogue.lists(store.read(), SPECIFICATION.iri):
        outcome = ingest_specification(store, rules)
        if not outcome.published:
            first = outcome.findings[0]
            raise StoreError(
                f"the specification that ships breaks {first.code}: {first.place}: {first.message}"
            )
    return store


def ingest_specification(store: Store, rules: Rules) -> Outcome:
    """Ingest the published specification, the way any dataset goes."""
    with TemporaryDirectory() as folder:
        return ingest(
            store,
            _stage_specification(Path(folder) / "specification.nq"),
            rules,
            Terms(allow_removals=True),
        )


def _write_ontology(store: Store, stamp: Quad) -> None:
    triples = _shipped_ontology()
    with store.write() as draft:
        draft.replace_graph(ONTOLOGY_GRAPH, [*triples, stamp.triple], in_scope=True)
        draft.replace_graph(HIERARCHY_GRAPH, closed_hierarchy(triples), in_scope=True)


def _shipped_ontology() -> list[Triple]:
    """Return the triples of the modules; the specification comes as a dataset."""
    modules = [file for file in module_files() if file != specification()]
    return [triple for file in modules for triple in read_module(file)]


def _stage_specification(into: Path) -> Staged:
    file = specification()
    graph = NamedNode(SPECIFICATION.iri)
    quads = [Quad(t.subject, t.predicate, t.object, graph) for t in _data(read_module(file))]
    serialize(quads, str(into), RdfFormat.N_QUADS)
    content = file.read_bytes()
    source = SourceFile(file.name, sha256(content).hexdigest(), len(content), "utf-8")
    return Staged(SPECIFICATION, into, (source,), "none: the file is in the model", datetime.now(UTC))


def _data(triples: Iterable[Triple]) -> Iterable[Triple]:
    """Return the triples without the header of the ontology module."""
    return (triple for triple in triples if not str(triple.subject).startswith(f"<{ONTOLOGY}/"))


def _digest(files: Iterable[Path]) -> str:
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
