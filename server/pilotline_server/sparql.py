"""Answers `/sparql`: queries, the description of the endpoint, and a form for browsers."""

import re
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from pilotline import catalogue
from pilotline.store import Store
from pilotline.store.workers import Pool, Question, answers_with_a_graph
from pilotline_server.access import Access, Client
from pilotline_server.answers import AnswerResponse, while_connected
from pilotline_server.cache import AnswerCache
from pilotline_server.description import Service, service_description
from pilotline_server.negotiation import GRAPHS, HTML, TABLES, Offer, chosen, named
from pilotline_server.options import preflight
from pilotline_server.pages.sparql import result_page, sparql_page
from pilotline_server.protocol import QueryRequest, address, read_query
from pilotline_server.tags import Tags, holds

_NEVER_THE_SAME = re.compile(r"\b(?:(?:now|rand|uuid|struuid|bnode)\s*\(|service\b)", re.IGNORECASE)
_METHODS = "GET, HEAD, POST, OPTIONS"
_FRESH = {"Cache-Control": "no-cache", "Vary": "Accept"}


@dataclass(frozen=True)
class Endpoint:
    """The SPARQL endpoint of one store. body: bytes that a request may have."""

    store: Store
    pool: Pool
    access: Access
    tags: Tags
    cache: AnswerCache[bytes]
    service: Service
    body: int

    async def __call__(self, request: Request) -> Response:
        """Answer a request of any method that the protocol has."""
        if request.method == "OPTIONS":
            return preflight(_METHODS)
        client = self.access.client(request, "read")
        asked = await read_query(request, self.body)
        if asked is None:
            return await self._describe(request)
        return await self._answer(request, asked, client)

    async def _describe(self, request: Request) -> Response:
        offer = chosen(request, (*GRAPHS, HTML))
        if offer == HTML:
            return HTMLResponse(sparql_page(simulated=self._simulated()), headers=_FRESH)
        base = address(request).removesuffix("/").removesuffix("/sparql")
        text = await run_in_threadpool(service_description, self.store.read(), base, self.service, offer.name)
        return Response(text, media_type=offer.media_type, headers=_FRESH)

    async def _answer(self, request: Request, asked: QueryRequest, client: Client) -> Response:
        offers = GRAPHS if answers_with_a_graph(asked.query) else TABLES
        offer = named(asked.format, (*offers, HTML)) if asked.format else chosen(request, (*offers, HTML))
        generation = self.store.generation
        tag = self._tag(asked, offer, generation)
        if tag and holds(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=_FRESH | {"ETag": tag})
        if tag and (known := self.cache.get(tag)) is not None:
            return Response(known, media_type=offer.media_type, headers=_FRESH | {"ETag": tag})
        name = offers[0].name if offer == HTML else offer.name
        question = Question(
            asked.query, name, asked.default_graphs, asked.named_graphs, asked.base, client=client.key
        )
        answer = await while_connected(request, self.pool.query(question))
        if offer == HTML:
            page = await result_page(asked.query, answer, name, simulated=self._simulated())
            return HTMLResponse(page, headers=_FRESH)
        if answer.generation != generation:
            tag = self._tag(asked, offer, answer.generation)
        if tag and answer.complete:
            self.cache.put(tag, answer.first, len(answer.first))
        return AnswerResponse(answer, offer.media_type, _FRESH | ({"ETag": tag} if tag else {}))

    def _simulated(self) -> bool:
        return catalogue.any_simulated(self.store.read())

    def _tag(self, asked: QueryRequest, offer: Offer, generation: int) -> str:
        """Return the ETag; none where each answer differs."""
        return "" if _NEVER_THE_SAME.search(asked.query) else self.tags.of(generation, asked, offer.name)
