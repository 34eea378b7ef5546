"""Carries out what a client wants written: an update, or a graph put, posted or deleted."""

from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Store, parse

from pilotline.store.workers.documents import Document, documents, with_known_contexts
from pilotline.store.workers.errors import (
    EvaluationError,
    PreconditionError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTooLargeError,
    UnknownGraphError,
)
from pilotline.store.workers.frames import DATASET, DEFAULT
from pilotline.store.workers.guard import Guard
from pilotline.store.workers.updates import Update
from pilotline.store.workers.user_graphs import check_writable, mark

_LARGE = 1_000_000  # bytes from which a bulk load is faster than one transaction


@dataclass(frozen=True)
class Rules:
    """What may be written. plain: any graph, the default one too; else only the graphs of clients."""

    plain: bool
    guard: Guard


@dataclass(frozen=True)
class UpdateChange:
    """A SPARQL update. base: for relative IRIs. default_graphs, named_graphs: what the request names.

    client: who writes; a name that may stand in an IRI.
    """

    text: str
    base: str
    default_graphs: list[str]
    named_graphs: list[str]
    client: str

    def apply(self, store: Store, rules: Rules) -> str:
        """Change the store, wholly or not at all; QueryError for what is refused."""
        update, graphs = self._read(rules)
        if graphs is not None:
            check_writable(store, graphs)
        try:
            store.update(update, base_iri=self.base or None)
        except SyntaxError as error:
            raise QuerySyntaxError(str(error)) from None
        except (RuntimeError, OSError) as error:
            raise EvaluationError(str(error)) from None
        mark(store, graphs or (), self.client)
        return "changed"

    def _read(self, rules: Rules) -> tuple[str, list[str] | None]:
        """Return the text to run, and the graphs that it may change; None for any."""
        guard = rules.guard
        if len(self.text) > guard.length:
            raise QueryTooLargeError(f"the update has more than {guard.length} characters; send it in parts")
        guard.check_graphs([*self.default_graphs, *self.named_graphs])
        update = Update.read(self.text)
        for part in update.parts():
            guard.check_tokens(part)
            guard.check_loads(part)
        if rules.plain:
            return update.with_dataset(self.default_graphs, self.named_graphs), None
        return update.with_dataset(self.default_graphs, self.named_graphs), update.written(self.base)


@dataclass(frozen=True)
class GraphChange:
    """A change of one graph, or of the whole dataset.

    method: PUT, POST or DELETE. graph: an IRI, `default` or `dataset`. body: a file with what was sent.
    unless_exists, generations: what must be so for the change to be made; None for any generation.
    """

    method: str
    graph: str
    body: str
    content_type: str
    base: str
    unless_exists: bool
    generations: list[int] | None
    client: str

    def check_conditions(self, store: Store, generation: int) -> None:
        """Raise PreconditionError unless the store is as the client says."""
        if self.unless_exists and _exists(store, self.graph):
            raise PreconditionError("the graph exists already")
        if self.generations is not None and not (
            _exists(store, self.graph) and (generation in self.generations or -1 in self.generations)
        ):
            raise PreconditionError("the graph is not the one that the client has seen; read it again")

    def apply(self, store: Store, rules: Rules) -> str:
        """Change the store; QueryError, with nothing changed, for what is refused."""
        self._check_target(store, rules)
        existed = _exists(store, self.graph)
        if self.method == "DELETE":
            self._delete(store, existed=existed)
        else:
            self._load(store)
        if not rules.plain:
            mark(store, [self.graph], self.client)
        return "changed" if existed else "created"

    def _check_target(self, store: Store, rules: Rules) -> None:
        if rules.plain:
            return
        if self.graph in (DEFAULT, DATASET):
            raise QueryRefusedError(
                "the default graph and the datasets are changed by ingest and remove only"
            )
        check_writable(store, [self.graph])

    def _delete(self, store: Store, *, existed: bool) -> None:
        if not existed:
            raise UnknownGraphError(f"there is no graph <{self.graph}>")
        self._clear(store)

    def _clear(self, store: Store) -> None:
        if self.graph == DATASET:
            store.clear()
        elif self.graph == DEFAULT:
            store.clear_graph(DefaultGraph())
        else:
            store.remove_graph(NamedNode(self.graph))

    def _load(self, store: Store) -> None:
        parts = documents(Path(self.body).read_bytes(), self.content_type)
        for part in parts:
            part.check()
        parts = [with_known_contexts(part) for part in parts]
        for part in parts:
            self._check(part)
        if self.method == "PUT":
            self._clear(store)
        for part in parts:
            load = store.bulk_load if len(part.content) > _LARGE else store.load
            load(part.content, part.format, base_iri=self.base, to_graph=self._target())
        if self.graph not in (DEFAULT, DATASET):
            store.add_graph(NamedNode(self.graph))

    def _check(self, part: Document) -> None:
        """Read a document to its end, so that nothing of a broken one is written."""
        if self.graph == DATASET and not part.may_hold_quads:
            raise QuerySyntaxError(
                f"{part.name} is of a format without graphs: name one by ?graph=IRI or ?default, or send TriG"
            )
        try:
            for _ in parse(
                part.content, part.format, base_iri=self.base, without_named_graphs=self.graph != DATASET
            ):
                pass
        except SyntaxError as error:
            raise QuerySyntaxError(f"{part.name}: {error}", error.lineno or 0, error.offset or 0) from None

    def _target(self) -> NamedNode | DefaultGraph | None:
        if self.graph == DATASET:
            return None
        return DefaultGraph() if self.graph == DEFAULT else NamedNode(self.graph)


Change = UpdateChange | GraphChange


def _exists(store: Store, graph: str) -> bool:
    return graph in (DEFAULT, DATASET) or store.contains_named_graph(NamedNode(graph))
