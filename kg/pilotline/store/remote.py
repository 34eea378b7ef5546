"""Reads and writes a graph kept by another SPARQL 1.1 server, by Query, Update and Graph Store Protocol."""

import os
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import (
    HTTPBasicAuthHandler,
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    Request,
    build_opener,
)
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, ValidationError
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Variable,
    parse,
    parse_query_results,
)
from pyoxigraph import Store as Oxigraph

from pilotline.namespaces import GRAPH, PL
from pilotline.store.binding import bound_text
from pilotline.store.errors import StoreError
from pilotline.store.store import Store

STATE_GRAPH = GRAPH + "remote"
_STAMP = NamedNode(PL + "stamp")
_WRITING = "writing "
_UNNAMED = "https://w3id.org/pilotline/.well-known/genid/"
_SERVERS_OWN = ("http://www.openlinksw.com/", "http://localhost:", "http://localuriqaserver/")  # Virtuoso
_TIMEOUT = 300.0  # seconds
_SAID = 300  # characters shown of what a server says to an error
Terms = Mapping[Variable, Any]


class Endpoints(BaseModel):
    """Where a server answers.

    query, update: addresses of the protocol. graphs: of its graph store. default_graph: the graph that stands
    for the default graph, for servers whose own is the union of all; empty for a server with a real one.
    user: for Digest or Basic; the password stands in the environment variable password_from.
    statements: how many triples an update may hold.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    query: str
    update: str
    graphs: str
    default_graph: str = ""
    user: str = ""
    password_from: str = "PILOTLINE_STORE_PASSWORD"  # noqa: S105
    statements: int = 1000


def read_endpoints(where: str) -> Endpoints:
    """Return the endpoints of a TOML file, or those below a URL as the Oxigraph server names them."""
    if urlsplit(where).scheme in ("http", "https"):
        base = where.rstrip("/")
        return Endpoints(query=f"{base}/query", update=f"{base}/update", graphs=f"{base}/store")
    try:
        return Endpoints.model_validate(tomllib.loads(Path(where).read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        raise StoreError(f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except (OSError, ValueError) as error:
        raise StoreError(f"{where}: {error}; name a URL, or a TOML file of endpoints") from None


class Remote:
    """The graph on another server; `query` and `quads_for_pattern` are those of a pyoxigraph store."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints = endpoints
        passwords = HTTPPasswordMgrWithDefaultRealm()
        if endpoints.user:
            password = os.environ.get(endpoints.password_from, "")
            for address in (endpoints.query, endpoints.update, endpoints.graphs):
                passwords.add_password(None, address, endpoints.user, password)
        self._opener = build_opener(HTTPDigestAuthHandler(passwords), HTTPBasicAuthHandler(passwords))

    def query(
        self, query: str, *, prefixes: Mapping[str, str] | None = None, substitutions: Terms | None = None
    ) -> QuerySolutions | QueryBoolean:
        """Ask a SELECT or ASK of the default graph, with some variables given.

        Errors: StoreError with what the server says.
        """
        given = {variable.value: str(term) for variable, term in (substitutions or {}).items()}
        head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in (prefixes or {}).items())
        fields = {"query": head + bound_text(query, given)}
        if self.endpoints.default_graph:
            fields["default-graph-uri"] = self.endpoints.default_graph
        return self._results(fields)

    def quads_for_pattern(
        self,
        subject: Any,
        predicate: Any,
        object: Any,  # noqa: A002
        graph_name: Any = None,
    ) -> Iterator[Quad]:
        """Yield the quads of one graph that fit; None stands for any term, and for the default graph."""
        given = dict(zip("spo", (subject, predicate, object), strict=True))
        pattern = " ".join(f"?{name}" if term is None else str(term) for name, term in given.items())
        if isinstance(graph_name, NamedNode):
            pattern = f"GRAPH {graph_name} {{ {pattern} }}"
            rows = self._results({"query": f"SELECT * {{ {pattern} }}"})
        else:
            rows = self.query(f"SELECT * {{ {pattern} }}")
        assert isinstance(rows, QuerySolutions)
        names = {variable.value for variable in rows.variables}
        for row in rows:
            s, p, o = (row[name] if name in names else given[name] for name in "spo")
            yield Quad(s, p, o, graph_name or DefaultGraph())

    @contextmanager
    def working_copy(self, files: Path | None = None) -> Iterator[Store]:
        """Give a store with all that the server holds; what the block writes goes to the server at its end.

        The server is written in several requests: a reader may see a part of a change, and one that breaks
        off leaves a mark, which the next one refuses to write over.
        files: folder that keeps what is no triple: series, and copies of the sources.
        Errors: StoreError where the server changed meanwhile, or refuses.
        """
        with TemporaryDirectory() as folder:
            stamp = self._stamp()
            if stamp.startswith(_WRITING):
                raise StoreError(
                    f"{self.endpoints.update}: a write was broken off; load the graphs from a backup, then "
                    f"remove the graph <{STATE_GRAPH}>"
                )
            copy = self.fetched(Path(folder) / "db")
            with copy.at(copy.generation) as before:
                first = copy.generation
                yield copy
                if copy.generation != first:
                    _keep_files(copy.path, files)
                    self._push(before, copy.read(), stamp)

    def fetched(self, into: Path) -> Store:
        """Return a store, made in a missing folder, with all that the server holds."""
        copy = Store.create(into)
        with copy.write() as draft:
            draft.store.bulk_extend(self._quads())
        return copy

    def _push(self, before: Oxigraph, after: Oxigraph, stamp: str) -> None:
        change = uuid4().hex
        self._mark(stamp, _WRITING + change)
        for graph in {*before.named_graphs(), *after.named_graphs(), DefaultGraph()}:
            gone, come = _apart(before, after, graph), _apart(after, before, graph)
            self._change("DELETE", graph, gone)
            self._change("INSERT", graph, come)
        self._mark(_WRITING + change, change)

    def _change(self, verb: str, graph: Any, lines: list[str]) -> None:
        """Delete or insert triples in updates, or post them at once where they are many."""
        if verb == "INSERT" and len(lines) > self.endpoints.statements:
            name = self._name(graph)
            url = f"{self.endpoints.graphs}?{urlencode({'graph': name} if name else {'default': ''})}"
            head = {"Content-Type": "application/n-triples"}
            self._sent(Request(url, "\n".join(lines).encode(), head, method="POST"))  # noqa: S310
            return
        for start in range(0, len(lines), self.endpoints.statements):
            data = "\n".join(lines[start : start + self.endpoints.statements])
            name = self._name(graph)
            self._update(f"{verb} DATA {{ {f'GRAPH <{name}> {{ {data} }}' if name else data} }}")

    def _name(self, graph: Any) -> str:
        return self.endpoints.default_graph if isinstance(graph, DefaultGraph) else str(graph.value)

    def _quads(self) -> Iterator[Quad]:
        """Yield all quads of the server, the graph of marks left out."""
        known = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
        rows = self._results({"query": known})
        assert isinstance(rows, QuerySolutions)
        graphs = [row["g"] for row in rows]
        default = self.endpoints.default_graph
        for graph in graphs:
            assert isinstance(graph, NamedNode)
            if self._is_ours(graph.value):
                yield from self._graph({"graph": graph.value}, graph)
        if default:
            yield from self._graph({"graph": default}, DefaultGraph())
        else:
            yield from self._graph({"default": ""}, DefaultGraph())

    def _is_ours(self, graph: str) -> bool:
        """Say whether a graph is none of the server's own, such as Virtuoso's."""
        others = {STATE_GRAPH, self.endpoints.default_graph}
        return graph not in others and not graph.startswith(_SERVERS_OWN)

    def _graph(self, name: dict[str, str], graph: NamedNode | DefaultGraph) -> Iterator[Quad]:
        url = f"{self.endpoints.graphs}?{urlencode(name)}"
        try:
            content = self._sent(Request(url, headers={"Accept": "application/n-triples"}))  # noqa: S310
        except StoreError as error:
            if "HTTP 404" in str(error):
                return
            raise
        for quad in parse(content, RdfFormat.N_TRIPLES):
            subject, value = _unnamed(quad.subject), _unnamed(quad.object)
            yield Quad(subject, quad.predicate, value, graph)

    def _stamp(self) -> str:
        found = self.quads_for_pattern(NamedNode(STATE_GRAPH), _STAMP, None, NamedNode(STATE_GRAPH))
        return next((quad.object.value for quad in found if isinstance(quad.object, Literal)), "")

    def _mark(self, before: str, after: str) -> None:
        """Replace the mark of the state; StoreError where somebody else has written since."""
        graph = NamedNode(STATE_GRAPH)
        fresh = f"GRAPH {graph} {{ {graph} {_STAMP} {Literal(after)} }}"
        if before:
            old = f"GRAPH {graph} {{ {graph} {_STAMP} {Literal(before)} }}"
            self._update(f"DELETE {{ {old} }} INSERT {{ {fresh} }} WHERE {{ {old} }}")
        elif not self._stamp():
            self._update(f"INSERT DATA {{ {fresh} }}")
        if self._stamp() != after:
            raise StoreError(f"{self.endpoints.update}: somebody else wrote meanwhile; run it again")

    def _results(self, fields: dict[str, str]) -> QuerySolutions | QueryBoolean:
        head = {
            "Accept": "application/sparql-results+json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        request = Request(self.endpoints.query, urlencode(fields).encode(), head)  # noqa: S310
        return parse_query_results(self._sent(request), QueryResultsFormat.JSON)

    def _update(self, update: str) -> None:
        head = {"Content-Type": "application/sparql-update"}
        self._sent(Request(self.endpoints.update, update.encode(), head))  # noqa: S310

    def _sent(self, request: Request) -> bytes:
        try:
            with self._opener.open(request, timeout=_TIMEOUT) as answer:
                content: bytes = answer.read()
                return content
        except HTTPError as error:
            said = " ".join(error.read().decode(errors="replace").split())[:_SAID]
            raise StoreError(f"{request.full_url}: HTTP {error.code}: {said}") from None
        except (URLError, OSError) as error:
            raise StoreError(f"{request.full_url}: {error}; is the server there?") from None


def _keep_files(copy: Path, files: Path | None) -> None:
    for name in ("series", "sources"):
        if files is not None and (copy / name).is_dir():
            shutil.copytree(copy / name, files / name, dirs_exist_ok=True)


def _apart(store: Oxigraph, other: Oxigraph, graph: Any) -> list[str]:
    """Return what one store has in a graph and another has not, as N-Triples.

    A blank node becomes an IRI, since DELETE DATA can name no blank node.
    """
    found = (quad for quad in store.quads_for_pattern(None, None, None, graph) if quad not in other)
    return [f"{' '.join(map(_named, quad.triple))} ." for quad in found]


def _named(term: Any) -> str:
    return f"<{_UNNAMED}{term.value}>" if isinstance(term, BlankNode) else str(term)


def _unnamed(term: Any) -> Any:
    if isinstance(term, NamedNode) and term.value.startswith(_UNNAMED):
        return BlankNode(term.value.removeprefix(_UNNAMED))
    return term
