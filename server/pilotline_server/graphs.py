"""Answers `/graphs`: reads and writes whole graphs (SPARQL 1.1 Graph Store HTTP Protocol)."""

import re
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from pyoxigraph import NamedNode
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pilotline.store.workers import (
    DATASET,
    DEFAULT,
    TAKEN,
    GraphChange,
    Pool,
    Question,
    WriteQueue,
    media_type,
)
from pilotline_server.access import Access, Client
from pilotline_server.answers import AnswerResponse, while_connected
from pilotline_server.bodies import body_file
from pilotline_server.negotiation import GRAPHS, QUADS, chosen, named
from pilotline_server.options import preflight
from pilotline_server.protocol import address, generation_named, graph_names, url_fields
from pilotline_server.tags import Tags, holds

_METHODS = "GET, HEAD, PUT, POST, DELETE, OPTIONS"
_FRESH = {"Cache-Control": "no-cache", "Vary": "Accept"}
_QUAD_TYPES = {"application/trig", "application/n-quads"}


@dataclass(frozen=True)
class GraphStore:
    """The graphs of one store. body: bytes that an upload may have. folder: where one is kept meanwhile."""

    pool: Pool
    queue: WriteQueue
    access: Access
    tags: Tags
    body: int
    folder: Path

    async def __call__(self, request: Request) -> Response:
        """Answer a request of any method that the protocol has."""
        if request.method == "OPTIONS":
            return preflight(_METHODS)
        reading = request.method in ("GET", "HEAD")
        client = self.access.client(request, "read" if reading else "write")
        graph = _target(request)
        if reading:
            return await self._read(request, graph, client)
        return await self._write(request, graph, client)

    async def _read(self, request: Request, graph: str, client: Client) -> Response:
        offers, fields = QUADS if graph == DATASET else GRAPHS, url_fields(request)
        asked = next((value for name, value in fields if name == "format"), "")
        generation = generation_named(fields)
        if generation:
            self.pool.check_generation(generation)
        offer = named(asked, offers) if asked else chosen(request, offers)
        known = request.headers.get("if-none-match", "")
        current = self.tags.of(generation or self.tags.store.generation, graph, offer.name)
        if known not in ("", "*") and holds(known, tag := current):
            return Response(status_code=304, headers=_FRESH | {"ETag": tag})
        question = Question("", offer.name, graph=graph, client=client.key, generation=generation)
        answer = await while_connected(request, self.pool.query(question))
        tag = self.tags.of(answer.generation, graph, offer.name)
        return AnswerResponse(answer, offer.media_type, _FRESH | {"ETag": tag})

    async def _write(self, request: Request, graph: str, client: Client) -> Response:
        created = ""
        if graph == DATASET and request.method == "POST" and not _sends_quads(request):
            graph = created = f"{address(request).rstrip('/')}/{uuid4()}"
        if request.method == "DELETE":
            outcome = await self._change(request, graph, "", client)
        else:
            _check_type(request)
            async with body_file(request, self.body, self.folder) as file:
                outcome = await self._change(request, graph, str(file), client)
        headers = {"Cache-Control": "no-store"} | ({"Location": created} if created else {})
        return Response(status_code=201 if outcome else 204, headers=headers)

    async def _change(self, request: Request, graph: str, file: str, client: Client) -> bool:
        """Let the change be made; return whether its graph is new."""
        change = GraphChange(
            method=request.method,
            graph=graph,
            body=file,
            content_type=request.headers.get("content-type", ""),
            base=address(request) if graph in (DEFAULT, DATASET) else graph,
            unless_exists=request.headers.get("if-none-match", "").strip() == "*",
            generations=self._seen(request.headers.get("if-match"), graph),
            client=client.name,
        )
        return (await while_connected(request, self.queue.write(change))).created

    def _seen(self, if_match: str | None, graph: str) -> list[int] | None:
        """Return the generations in which the client may have seen the graph: [-1] any, None no condition."""
        if if_match is None:
            return None
        if if_match.strip() == "*":
            return [-1]
        numbers = {int(number) for number in re.findall(r"\"g(\d{1,18})-", if_match)}
        formats = [offer.name for offer in (*GRAPHS, *QUADS)]
        return [n for n in numbers if any(holds(if_match, self.tags.of(n, graph, name)) for name in formats)]


def _target(request: Request) -> str:
    """Return the graph that a request names: an IRI, `default`, or `dataset` where it names none."""
    fields = url_fields(request)
    graphs, default = graph_names(fields, "graph"), [name for name, _ in fields if name == "default"]
    direct = request.path_params.get("name", "")
    named_how_often = len(graphs) + len(default) + bool(direct)
    if named_how_often > 1:
        raise HTTPException(400, "name one graph: by ?graph=IRI, by ?default, or by the path below /graphs/")
    if direct:
        return _iri(address(request))
    if default:
        return DEFAULT
    return graphs[0] if graphs else DATASET


def _iri(text: str) -> str:
    try:
        return NamedNode(text).value
    except ValueError:
        raise HTTPException(400, f"{text!r} is no IRI of a graph") from None


def _sends_quads(request: Request) -> bool:
    return media_type(request.headers.get("content-type", "")) in _QUAD_TYPES


def _check_type(request: Request) -> None:
    sent = media_type(request.headers.get("content-type", ""))
    if sent not in TAKEN:
        raise HTTPException(
            415, f"{sent or 'no Content-Type'} is not taken; send {', '.join(TAKEN)}",
            {"Accept-Post": ", ".join(TAKEN), "Accept-Put": ", ".join(TAKEN)},
        )  # fmt: skip
