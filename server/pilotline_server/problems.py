"""Turns what went wrong into `application/problem+json` (RFC 9457), for browsers into a page."""

import logging
import secrets
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from pilotline.store.workers import (
    EvaluationError,
    GoneGenerationError,
    PreconditionError,
    QueryError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTimeoutError,
    QueryTooLargeError,
    QueueFullError,
    StoreWaitsError,
    UnknownGenerationError,
    UnknownGraphError,
    UnsupportedTypeError,
)
from pilotline_server.negotiation import HTML, Offer, choose
from pilotline_server.options import preflight
from pilotline_server.pages.look import render

_log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
TOLD = "pilotline.told"  # key of a scope: the id under which its failure was logged
_STATUS: dict[type[QueryError], int] = {
    QuerySyntaxError: 400,
    EvaluationError: 400,
    QueryRefusedError: 403,
    UnknownGraphError: 404,
    UnknownGenerationError: 404,
    GoneGenerationError: 410,
    PreconditionError: 412,
    QueryTooLargeError: 413,
    UnsupportedTypeError: 415,
    QueueFullError: 429,
    QueryTimeoutError: 503,
    StoreWaitsError: 503,
}
_WORKER_FAILED = 503
_NOT_ALLOWED = 405
_RETRY_AFTER = "2"  # seconds


_FOR_PROGRAMS = (".json", ".csv", ".rq")
_NEVER_KEPT = {"Cache-Control": "no-store", "Vary": "Accept"}


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **members: Any) -> JSONResponse:
    """Return the error as a response; members: what a program may want to read, such as the line."""
    content = _content(status, detail) | members
    return JSONResponse(content, status, headers=_NEVER_KEPT | (headers or {}), media_type=MEDIA_TYPE)


def problem_for(
    request: Request, status: int, detail: str, headers: dict[str, str] | None = None, **members: Any
) -> Response:
    """Return the error as who asks reads it: a page for browsers that do not ask for data."""
    offers = (Offer(MEDIA_TYPE, "json"), HTML)
    accepted = choose(", ".join(request.headers.getlist("accept")), offers)
    if accepted != HTML or request.url.path.endswith(_FOR_PROGRAMS):
        return problem(status, detail, headers, **members)
    page = render("error.html", simulated=False, members=members, **_content(status, detail))
    return HTMLResponse(page, status, _NEVER_KEPT | (headers or {}))


def _content(status: int, detail: str) -> dict[str, Any]:
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def status_of(error: QueryError) -> int:
    """Return the status that says why a query got no answer."""
    return _STATUS.get(type(error), _WORKER_FAILED)


async def on_query_error(request: Request, error: Exception) -> Response:
    """Handle a QueryError of any route."""
    assert isinstance(error, QueryError)
    status = status_of(error)
    headers = {"Retry-After": _RETRY_AFTER} if status in {429, 503} else None
    if isinstance(error, QuerySyntaxError) and error.line:
        return problem_for(request, status, str(error), headers, line=error.line, column=error.column)
    return problem_for(request, status, str(error), headers)


async def on_unforeseen(request: Request, error: Exception) -> Response:
    """Handle what nobody foresaw: the log says what it was, the client gets an id to find it there.

    The framework raises the error again once it is answered; the scope says then that it was told.
    """
    request.scope[TOLD] = number = secrets.token_hex(4)
    _log.error("the request %s %s failed, id %s", request.method, request.url.path, number, exc_info=error)
    detail = f"the server failed at this request; its log says why, under the id {number}"
    return problem_for(request, 500, detail, id=number)


async def on_leaving(request: Request, _: Exception) -> Response:
    """Handle a client that left in the middle of its request: nobody reads an answer, and nothing failed."""
    _log.info("the client left %s %s", request.method, request.url.path)
    return Response(status_code=499)


async def on_http_error(request: Request, error: Exception) -> Response:
    """Handle what a route or the router refuses, such as an unknown path."""
    assert isinstance(error, HTTPException)
    if request.method == "OPTIONS" and error.status_code == _NOT_ALLOWED:
        return preflight(f"{(error.headers or {})['Allow']}, OPTIONS")
    return problem_for(request, error.status_code, error.detail, dict(error.headers or {}))
