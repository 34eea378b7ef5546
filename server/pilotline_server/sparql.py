"""Answers `/sparql`: queries, the description of the endpoint, and a form for browsers."""

import hashlib
import re
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from pilotline import catalogue
from pilotline.store import Store
from pilotline.store.workers import GRAPH_FORMATS, RESULT_FORMATS, Pool, answers_with_a_graph
from pilotline_server.answers import AnswerResponse, while_connected
from pilotline_server.description import service_description
from pilotline_server.negotiation import GRAPHS, HTML, TABLES, Offer, choose
from pilotline_server.pages import result_page, sparql_page
from pilotline_server.protocol import QueryRequest, read_query

_NEVER_THE_SAME = re.compile(r"\b(?:now|rand|uuid|struuid|bnode)\s*\(", re.IGNORECASE)
_METHODS = "GET, HEAD, POST, OPTIONS"
_FRESH = {"Cache-Control": "no-cache", "Vary": "Accept"}


@dataclass(frozen=True)
class Endpoint:
    """The SPARQL endpoint of one store. body: bytes that a request may have."""

    store: Store
    pool: Pool
    body: int

    async def __call__(self, request: Request) -> Response:
        """Answer a request of any method that the protocol has."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_preflight())
        asked = await read_query(request, self.body)
        if asked is None:
            return await self._describe(request)
        return await self._answer(request, asked)

    async def _describe(self, request: Request) -> Response:
        offer = _chosen(request, (*GRAPHS, HTML))
        if offer == HTML:
            return HTMLResponse(sparql_page(simulated=self._simulated()), headers=_FRESH)
        endpoint = str(request.url.replace(query="", fragment=""))
        text = await run_in_threadpool(service_description, self.store.read(), endpoint, offer.name)
        return Response(text, media_type=offer.media_type, headers=_FRESH)

    async def _answer(self, request: Request, asked: QueryRequest) -> Response:
        offers = GRAPHS if answers_with_a_graph(asked.query) else TABLES
        offer = _named(asked.format, offers) if asked.format else _chosen(request, (*offers, HTML))
        tag = self._tag(asked, offer, self.store.generation)
        if tag and _holds(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=_FRESH | {"ETag": tag})
        name = offers[0].name if offer == HTML else offer.name
        run = self.pool.query(asked.query, name, asked.default_graphs, asked.named_graphs)
        answer = await while_connected(request, run)
        if offer == HTML:
            page = await result_page(asked.query, answer, name, simulated=self._simulated())
            return HTMLResponse(page, headers=_FRESH)
        tag = self._tag(asked, offer, answer.generation)
        return AnswerResponse(answer, offer.media_type, _FRESH | ({"ETag": tag} if tag else {}))

    def _simulated(self) -> bool:
        return catalogue.any_simulated(self.store.read())

    def _tag(self, asked: QueryRequest, offer: Offer, generation: int) -> str:
        """Return the ETag: weak, since the order of rows may differ; none where each answer differs."""
        if _NEVER_THE_SAME.search(asked.query):
            return ""
        made = (self.store.path / "store.json").stat()
        what = (made.st_ino, made.st_mtime_ns, generation, asked, offer.name)
        return f'W/"{hashlib.sha256(repr(what).encode()).hexdigest()[:32]}"'


def _named(name: str, offers: tuple[Offer, ...]) -> Offer:
    for offer in (*offers, HTML):
        if offer.name == name:
            return offer
    known = GRAPH_FORMATS if offers is GRAPHS else RESULT_FORMATS
    raise HTTPException(400, f"format is one of {', '.join(known)} for this query, not {name!r}")


def _chosen(request: Request, offers: tuple[Offer, ...]) -> Offer:
    offer = choose(", ".join(request.headers.getlist("accept")), offers)
    if offer is None:
        offered = ", ".join(offer.media_type for offer in offers)
        raise HTTPException(
            406, f"nothing of what you accept is offered here; offered are {offered}", {"Vary": "Accept"}
        )
    return offer


def _holds(if_none_match: str, tag: str) -> bool:
    return if_none_match.strip() == "*" or tag in (part.strip() for part in if_none_match.split(","))


def _preflight() -> dict[str, str]:
    return {
        "Allow": _METHODS,
        "Access-Control-Allow-Methods": _METHODS,
        "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }
