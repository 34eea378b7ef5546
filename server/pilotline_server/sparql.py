"""Answers `/sparql`: queries, the description of the endpoint, and a form for browsers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from pilotline.datasets import catalogue
from pilotline.store import Store
from pilotline.store.workers import (
    Answer,
    Pool,
    QueryError,
    Question,
    UnreadError,
    answers_with_a_graph,
)
from pilotline_server.access import Access, Client
from pilotline_server.answers import AnswerResponse, while_connected
from pilotline_server.cache import AnswerCache
from pilotline_server.description import Service, service_description
from pilotline_server.negotiation import GRAPHS, HTML, TABLES, Offer, chosen, named
from pilotline_server.options import preflight
from pilotline_server.pages.look import DRAWING_POLICY
from pilotline_server.pages.sparql import EXAMPLE, Examples, examples, result_of, sparql_page
from pilotline_server.problems import status_of
from pilotline_server.protocol import QueryRequest, address, read_query
from pilotline_server.tags import Tags, holds, may_differ

_METHODS = "GET, HEAD, POST, OPTIONS"
_FRESH = {"Cache-Control": "no-cache", "Vary": "Accept"}
BEGUN = "pilotline.begun"  # key of a scope: the query that was begun before the application got the request


@dataclass(frozen=True)
class Plan:
    """How a query is answered.

    format: the short name in which the worker writes. generation: the one expected. tag: the ETag of its
    answer; empty where each answer differs.
    """

    asked: QueryRequest
    offer: Offer
    format: str
    generation: int
    tag: str

    @property
    def may_be_kept(self) -> bool:
        """Say whether the same request gets the same answer until the next generation."""
        return bool(self.tag) and not self.asked.generation

    def question(self, client: Client) -> Question:
        """Return what a worker is asked."""
        asked = self.asked
        return Question(
            asked.query, self.format, asked.default_graphs, asked.named_graphs, asked.base,
            client=client.key, generation=asked.generation,
        )  # fmt: skip


class Begun(NamedTuple):
    """A query under way."""

    plan: Plan
    question: Question
    answer: Answer


@dataclass
class Endpoint:
    """The SPARQL endpoint of one store. body: bytes that a request may have."""

    store: Store
    pool: Pool
    access: Access
    tags: Tags
    cache: AnswerCache[bytes]
    service: Service
    body: int
    _examples: tuple[int, Examples] = (-1, [])

    async def __call__(self, request: Request) -> Response:
        """Answer a request of any method that the protocol has."""
        if request.method == "OPTIONS":
            return preflight(_METHODS)
        begun: Begun | None = request.scope.get(BEGUN)
        if begun is not None:
            return self.told(begun.plan, await while_connected(request, self._started(begun)))
        client = self.access.client(request, "read")
        asked = await read_query(request, self.body)
        if asked is None:
            return await self._describe(request)
        plan = self.plan(request, asked)
        if isinstance(plan, Response):
            return plan
        if plan.offer == HTML:
            return await self._answered_page(request, plan.question(client))
        return self.told(plan, await while_connected(request, self.pool.query(plan.question(client))))

    async def _describe(self, request: Request) -> Response:
        offer = chosen(request, (*GRAPHS, HTML))
        if offer == HTML:
            return await self._page(EXAMPLE)
        base = address(request).removesuffix("/").removesuffix("/sparql")
        text = await run_in_threadpool(service_description, self.store.read(), base, self.service, offer.name)
        return Response(text, media_type=offer.media_type, headers=_FRESH)

    async def _started(self, begun: Begun) -> Answer:
        try:
            return await begun.answer.start()
        except UnreadError:
            return await self.pool.query(begun.question)

    def plan(self, request: Request, asked: QueryRequest) -> Plan | Response:
        """Return how a query is answered, or the answer where it is known."""
        offers = GRAPHS if answers_with_a_graph(asked.query) else TABLES
        offer = named(asked.format, (*offers, HTML)) if asked.format else chosen(request, (*offers, HTML))
        if asked.generation:
            self.pool.check_generation(asked.generation)
        generation = asked.generation or self.store.generation
        tag = self._tag(asked, offer, generation)
        if tag and holds(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=_FRESH | {"ETag": tag})
        if tag and (known := self.cache.get(tag)) is not None:
            return Response(known, media_type=offer.media_type, headers=_FRESH | {"ETag": tag})
        name = offers[0].name if offer == HTML else offer.name
        return Plan(asked, offer, name, generation, tag)

    def told(self, plan: Plan, answer: Answer) -> AnswerResponse:
        """Return the response with an answer that a worker has begun, and keep one that is complete."""
        tag = plan.tag
        if answer.generation != plan.generation:
            tag = self._tag(plan.asked, plan.offer, answer.generation)
        if tag and answer.complete:
            self.cache.put(tag, answer.first, len(answer.first))
        return AnswerResponse(
            answer, plan.offer.media_type, {"Cache-Control": "no-cache"} | ({"ETag": tag} if tag else {})
        )

    async def _answered_page(self, request: Request, question: Question) -> Response:
        try:
            answer = await while_connected(request, self.pool.query(question))
        except QueryError as error:
            return await self._page(question.query, status_of(error), problem=str(error))
        return await self._page(question.query, result=await result_of(answer, question.format))

    async def _page(
        self, query: str, status: int = 200, problem: str = "", result: Mapping[str, object] | None = None
    ) -> Response:
        generation, graph = await run_in_threadpool(self.store.snapshot)
        if self._examples[0] != generation:
            self._examples = generation, await run_in_threadpool(examples, graph)
        page = sparql_page(
            query, examples=self._examples[1], simulated=catalogue.any_simulated(graph), problem=problem,
            **(result or {}),
        )  # fmt: skip
        return HTMLResponse(page, status, headers=_FRESH | DRAWING_POLICY)

    def _tag(self, asked: QueryRequest, offer: Offer, generation: int) -> str:
        """Return the ETag; none where each answer differs."""
        if may_differ(asked.query):
            return ""
        return self.tags.of(generation, *asked, offer.name)
