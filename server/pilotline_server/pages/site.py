"""What every page asks the store through: the workers, with their limits."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse

from pilotline.datasets import catalogue
from pilotline.questions.question import Answer
from pilotline.questions.question import Question as CannedQuestion
from pilotline.questions.tables import read_answer
from pilotline.store import Store
from pilotline.store.workers import Pool, QueryTooLargeError, Question
from pilotline_server.access import Access
from pilotline_server.pages.look import render
from pilotline_server.pages.memory import Memory

Row = dict[str, str]
Bindings = Mapping[str, NamedNode | Literal]
"""A term for each variable that is given."""
_SHOWN = 8_000_000  # bytes of an answer that becomes a page
_FRESH = {"Cache-Control": "no-cache", "Vary": "Accept"}


@dataclass(frozen=True)
class Site:
    """The store that the pages show, and who may read it."""

    store: Store
    pool: Pool
    access: Access
    memory: Memory

    async def text(
        self, request: Request, query: str, format_name: str, bound: Bindings | None = None
    ) -> bytes:
        """Return the whole answer; QueryTooLargeError for one that no page should hold."""
        client = self.access.client(request, "read")
        answer = await self.pool.query(Question(query, format_name, client=client.key, bound=bound or {}))
        text = bytearray()
        async for block in answer.blocks():
            text += block
            if len(text) > _SHOWN:
                await answer.close()
                raise QueryTooLargeError("the answer is too long for a page; ask for less")
        return bytes(text)

    async def rows(self, request: Request, query: str, bound: Bindings | None = None) -> list[Row]:
        """Return the rows of a SELECT as texts; a variable without a value is left out of its row."""
        found: dict[str, Any] = json.loads(await self.text(request, query, "json", bound))
        return [{name: term["value"] for name, term in row.items()} for row in found["results"]["bindings"]]

    async def ask(self, request: Request, question: CannedQuestion, given: Mapping[str, str]) -> Answer:
        """Return the answer to a canned question; QuestionError for a wrong parameter."""
        bound = await run_in_threadpool(question.bound, self.store.read(), given)
        text, beside = question.filled(bound)
        terms = {name.value: term for name, term in beside.items() if isinstance(term, NamedNode | Literal)}
        return read_answer(await self.text(request, text, "json", terms), question)

    def page(self, template: str, status: int = 200, **values: object) -> HTMLResponse:
        """Return a page that says when the store holds simulated data."""
        simulated = catalogue.any_simulated(self.store.read())
        return HTMLResponse(render(template, simulated=simulated, **values), status, headers=_FRESH)
