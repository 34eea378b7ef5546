"""Reads the manifests of the W3C test suite into cases."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Store

from pilotline.namespaces import RDF, RDFS

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
BASE = "http://w3c.example/"
Node = NamedNode | BlankNode


@dataclass(frozen=True)
class Data:
    """The dataset of a test: files by graph name, the default graph under an empty name."""

    files: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True)
class Case:
    """One test. name: folder and local name. kind: the local name of its class.

    text: the query or update. base: what its relative IRIs are resolved against.
    """

    name: str
    kind: str
    text: str = ""
    base: str = ""
    data: Data = field(default_factory=Data)
    result: Path | None = None
    expected: Data = field(default_factory=Data)


class Suite:
    """The manifests below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def cases(self, manifest: str) -> Iterator[Case]:
        """Yield the cases of a manifest and of those that it includes, in order."""
        path = self._folder / manifest
        store = Store()
        store.load(path=path, base_iri=self._iri(path))
        here = NamedNode(self._iri(path))
        for included in _members(store, here, MF + "include"):
            yield from self.cases(str(self._path(included).relative_to(self._folder)))
        for test in _members(store, here, MF + "entries"):
            if isinstance(test, NamedNode) and (kind := _value(store, test, RDF + "type")):
                yield self._case(store, test, path.parent.name, kind)

    def _case(self, store: Store, test: NamedNode, folder: str, kind: Node | Literal) -> Case:
        name = f"{folder}/{test.value.rpartition('#')[2]}"
        action, result = _value(store, test, MF + "action"), _value(store, test, MF + "result")
        local = kind.value.rpartition("#")[2]
        if isinstance(action, NamedNode):
            return Case(name, local, self._text(action), action.value)
        assert isinstance(action, BlankNode)
        request = _value(store, action, QT + "query") or _value(store, action, UT + "request")
        if not isinstance(request, NamedNode):
            return Case(name, local)
        return Case(
            name,
            local,
            self._text(request),
            request.value,
            self._data(store, action),
            self._path(result) if isinstance(result, NamedNode) else None,
            self._data(store, result) if isinstance(result, BlankNode) else Data(),
        )

    def _data(self, store: Store, node: Node) -> Data:
        files: list[tuple[str, Path]] = []
        for vocabulary in (QT, UT):
            data, graphs = NamedNode(vocabulary + "data"), NamedNode(vocabulary + "graphData")
            files += [("", self._path(q.object)) for q in store.quads_for_pattern(node, data, None, None)]
            files += [self._graph(store, q.object) for q in store.quads_for_pattern(node, graphs, None, None)]
        return Data(tuple(sorted(files)))

    def _graph(self, store: Store, node: object) -> tuple[str, Path]:
        if isinstance(node, NamedNode):
            return node.value, self._path(node)
        assert isinstance(node, BlankNode)
        file, label = _value(store, node, UT + "graph"), _value(store, node, RDFS + "label")
        assert isinstance(label, Literal)
        return label.value, self._path(file)

    def _iri(self, path: Path) -> str:
        return BASE + path.relative_to(self._folder).as_posix()

    def _path(self, iri: object) -> Path:
        assert isinstance(iri, NamedNode)
        return self._folder / iri.value.removeprefix(BASE)

    def _text(self, iri: NamedNode) -> str:
        return self._path(iri).read_bytes().decode()


def _members(store: Store, subject: Node, predicate: str) -> Iterator[Node]:
    node = _value(store, subject, predicate)
    while isinstance(node, BlankNode):
        first = _value(store, node, RDF + "first")
        assert isinstance(first, NamedNode | BlankNode)
        yield first
        node = _value(store, node, RDF + "rest")


def _value(store: Store, subject: Node, predicate: str) -> Node | Literal | None:
    for quad in store.quads_for_pattern(subject, NamedNode(predicate), None, None):
        assert isinstance(quad.object, NamedNode | BlankNode | Literal)
        return quad.object
    return None
