"""`/ratings`: how parameters are rated, by whom; with a token, ratings of one's own are added."""

import asyncio
import csv
import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pilotline.assessment.ratings import COLUMNS
from pilotline.datasets.kept import kept
from pilotline.datasets.provenance import origin
from pilotline.iris import Place
from pilotline.questions.question import QuestionError, find_question
from pilotline.resources import data_folder
from pilotline_server.bodies import body
from pilotline_server.negotiation import HTML, Offer, chosen
from pilotline_server.pages.behind import Behind
from pilotline_server.pages.choices import choices
from pilotline_server.pages.commands import Commands
from pilotline_server.pages.forms import read_form
from pilotline_server.pages.site import Site

_NAMES = (*COLUMNS.needed, *COLUMNS.optional)
_VIEWS = {
    "latest": "latest_ratings",
    "parameter": "ratings_of_parameter",
    "distribution": "distribution_of_ratings",
    "unknown": "ratings_not_transcribed",
}
_LARGEST = 1_000_000  # bytes of ratings sent at once
_JSON = Offer("application/json", "json")


@dataclass(frozen=True)
class Sent:
    """Ratings that somebody sends, as rows of the file that `pilotline rate` reads."""

    rows: list[dict[str, str]]
    by: str
    scope: str
    token: str = ""


@dataclass(frozen=True)
class Ratings:
    """Answers `/ratings`."""

    site: Site
    commands: Commands
    _one_by_one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, request: Request) -> Response:
        """Answer with a view of the ratings, or take in new ones: a form, JSON or CSV."""
        if request.method == "POST":
            return await self._taken(request)
        self.site.access.client(request, "read")
        return await self._page(request, {}, dict(request.query_params))

    async def _taken(self, request: Request) -> Response:
        sent = await _sent(request)
        self.site.access.client(request, "write", token=sent.token)
        if not re.fullmatch(r"[\w.-]{1,60}", sent.scope) or not sent.by:
            raise HTTPException(400, "say who rates (by), and the scope: letters, digits, dots, hyphens")
        if not sent.rows:
            raise HTTPException(400, "send at least one rating")
        async with self._one_by_one:
            told = await self._added(sent)
        conforms = bool(told.get("conforms"))
        if chosen(request, (_JSON, HTML)) == _JSON:
            return JSONResponse(told, 200 if conforms else 422, headers={"Cache-Control": "no-store"})
        return await self._page(request, told, sent.rows[-1] | {"by": sent.by, "scope": sent.scope})

    async def _added(self, sent: Sent) -> dict[str, Any]:
        """Put rows behind those that the same source sent before, and say what came of it."""
        name = f"web-{re.sub(r'[^a-z0-9]+', '-', sent.by.lower()).strip('-') or 'nobody'}"
        before = await run_in_threadpool(self._earlier, sent.scope, f"ratings-{name}")
        with TemporaryDirectory() as folder:
            file = Path(folder) / f"{name}.csv"
            file.write_text(_written([*before, *sent.rows]), encoding="utf-8")
            said = await self.commands.run(
                "rate", str(file), f"--by={sent.by}", f"--scope={sent.scope}",
                "--db", str(self.site.store.path), "--format", "json",
            )  # fmt: skip
        if said.code not in (0, 1):
            raise HTTPException(400, said.problem(f"{folder}/"))
        told: dict[str, Any] = json.loads(said.out)[0]
        return told | {"conforms": said.code == 0, "rows": len(before) + len(sent.rows)}

    def _earlier(self, scope: str, dataset: str) -> list[dict[str, str]]:
        """Return the rows that a source sent before, from the copy kept beside the store."""
        iri = Place(scope, None).resolve().dataset(dataset)
        for source in origin(self.site.store.read(), iri).sources:
            if copy := kept(self.site.store.path, source.sha256):
                return list(csv.DictReader(io.StringIO(copy.read_text(encoding="utf-8"))))
        return []

    async def _page(self, request: Request, told: dict[str, Any], fill: dict[str, str]) -> Response:
        """Return the page; fill: what stands in the form."""
        view = request.query_params.get("view", "latest")
        question = find_question(_VIEWS.get(view, "latest_ratings"), data_folder("queries"))
        given = {
            name: text for name in question.params if (text := request.query_params.get(name, "").strip())
        }
        answer, problem = None, ""
        behind: list[Behind] = []
        needs = [name for name, parameter in question.params.items() if not parameter.optional]
        if all(name in given for name in needs) and given:
            try:
                answer = await self.site.ask(request, question, given)
                bound = await run_in_threadpool(question.bound, self.site.store.read(), given)
                behind = [Behind(question.header.summary, question.written(bound))]
            except QuestionError as error:
                problem = str(error)
        return self.site.page(
            "ratings.html", 400 if problem else 200,
            view=view, question=question, given=given, answer=answer, problem=problem, told=told,
            behind=behind, fill=fill, choices=choices(),
            may_write=bool(self.site.access.tokens),
        )  # fmt: skip


async def _sent(request: Request) -> Sent:
    """Return the ratings of a request.

    As a form: one. As JSON: `{"by": …, "scope": …, "ratings": [{…}]}`. As CSV: by and scope in the address.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        form = await read_form(request, _LARGEST)
        row = {name: form.text(name) for name in _NAMES}
        return Sent([row], form.text("by"), form.text("scope"), form.text("token"))
    content = await body(request, _LARGEST)
    try:
        if kind == "application/json":
            told = json.loads(content)
            return Sent([_row(each) for each in told["ratings"]], str(told["by"]), str(told["scope"]))
        if kind == "text/csv":
            asked = request.query_params
            rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
            return Sent([_row(each) for each in rows], asked.get("by", ""), asked.get("scope", ""))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HTTPException(400, f"these are no ratings: {error}; see /help") from error
    raise HTTPException(415, "send a form, application/json or text/csv", {"Accept-Post": "text/csv"})


def _row(told: dict[str, Any]) -> dict[str, str]:
    if unknown := set(told) - set(_NAMES):
        raise ValueError(f"a rating has {', '.join(_NAMES)}, not {', '.join(map(str, unknown))}")
    return {name: str(told.get(name) or "") for name in _NAMES}


def _written(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, _NAMES, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
