"""`/queries`: the questions people ask, each a form, a table, and a resource for programs."""

from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from pyoxigraph import NamedNode, Store
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pilotline.namespaces import PREFIXES
from pilotline.questions.labels import names_below
from pilotline.questions.question import Answer, Question, QuestionError, Term, find_question, questions
from pilotline.questions.tables import as_csv, as_data
from pilotline.resources import data_folder
from pilotline_server.negotiation import HTML, Offer, chosen
from pilotline_server.pages.home import by_topic
from pilotline_server.pages.site import Site

_JSON = Offer("application/json", "json")
_CSV = Offer("text/csv", "csv")
_QUERY = Offer("application/sparql-query", "rq")
_OFFERS = (HTML, _JSON, _CSV, _QUERY)
SORT = "sort"  # a column of the answer; with a minus before it, the most first
_OFFERED = 250  # things of a class to choose from
_FRESH = {"Cache-Control": "no-cache", "Vary": "Accept"}


@dataclass(frozen=True)
class Questions:
    """Answers `/queries` and what lies below it."""

    site: Site

    async def listed(self, request: Request) -> Response:
        """Answer with all questions: a page, or a list for programs."""
        self.site.access.client(request, "read")
        known = questions(data_folder("queries"))
        if chosen(request, (_JSON, HTML)) == HTML:
            return self.site.page("questions.html", topics=by_topic(known))
        return JSONResponse([_described(one) for one in known], headers=_FRESH)

    async def one(self, request: Request) -> Response:
        """Answer with a question: by the ending of its name, else as the client likes it."""
        self.site.access.client(request, "read")
        name, _, ending = request.path_params["name"].partition(".")
        question = _known(name)
        offer = _ended(ending) if ending else chosen(request, _OFFERS)
        if offer == _QUERY:
            return Response(question.text, media_type=_QUERY.media_type, headers=_FRESH)
        params = request.query_params
        given = {key: text for key, text in params.items() if text.strip() and key != SORT}
        if offer == HTML:
            return await self._page(request, question, given)
        try:
            answer = await self.site.ask(request, question, given)
        except QuestionError as error:
            raise HTTPException(400, str(error)) from error
        if offer == _JSON:
            return JSONResponse(as_data(answer), headers=_FRESH)
        kept = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        return Response(as_csv(answer), media_type="text/csv; charset=utf-8", headers=_FRESH | kept)

    async def _names(self, question: Question) -> dict[str, list[str]]:
        """Return of each class that a parameter is of the names to choose from."""
        classes = {param.of for param in question.params.values() if param.of}
        return {
            each: await self.site.memory.get(("names", each), partial(_offered, each))
            for each in sorted(classes)
        }

    async def _page(self, request: Request, question: Question, given: dict[str, str]) -> Response:
        """Return the form; below it the answer, once what it needs is given."""
        needs = [name for name, param in question.params.items() if not param.optional]
        answer, problem, text = None, "", question.text
        sort = request.query_params.get(SORT, "")
        if given or not needs:
            try:
                answer = ordered(await self.site.ask(request, question, given), sort)
                bound = await run_in_threadpool(question.bound, self.site.store.read(), given)
                text = question.written(bound)
            except QuestionError as error:
                problem = str(error)
        return self.site.page(
            "question.html", 400 if problem else 200,
            question=question, given=given, answer=answer, problem=problem, text=text,
            asked=urlencode(given), sort=sort, names=await self._names(question),
        )  # fmt: skip


def _offered(curie: str, store: Store) -> list[str]:
    prefix, _, name = curie.partition(":")
    return names_below(store, NamedNode(PREFIXES[prefix] + name), _OFFERED)


def ordered(answer: Answer, sort: str) -> Answer:
    """Return an answer by a column, numbers by size, what is empty last; QuestionError for no column."""
    column = sort.removeprefix("-")
    if not column:
        return answer
    if column not in answer.columns:
        raise QuestionError(
            f"there is no column {column!r} to sort by; there are {', '.join(answer.columns)}"
        )
    place = answer.columns.index(column)
    told = [row for row in answer.rows if row[place] is not None]
    told.sort(key=lambda row: _size(row[place]), reverse=sort.startswith("-"))
    return replace(answer, rows=(*told, *(row for row in answer.rows if row[place] is None)))


def _size(term: Term | None) -> tuple[bool, float, str]:
    text = term.value if term else ""
    try:
        return (False, float(text), "")
    except ValueError:
        return (True, 0.0, text.casefold())


def _known(name: str) -> Question:
    try:
        return find_question(name, data_folder("queries"))
    except QuestionError as error:
        raise HTTPException(404, str(error)) from error


def _ended(ending: str) -> Offer:
    for offer in _OFFERS:
        if offer.name == ending:
            return offer
    raise HTTPException(404, f"a question ends in .csv, .json, .html or .rq, not in .{ending}")


def _described(question: Question) -> dict[str, object]:
    return {"name": question.name, "href": f"/queries/{question.name}"} | question.header.model_dump()
