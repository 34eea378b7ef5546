"""Turns what went wrong into `application/problem+json` (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from pilotline.store.workers import (
    EvaluationError,
    PreconditionError,
    QueryError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTimeoutError,
    QueryTooLargeError,
    QueueFullError,
    StoreWaitsError,
    UnknownGraphError,
    UnsupportedTypeError,
)

MEDIA_TYPE = "application/problem+json"
_STATUS: dict[type[QueryError], int] = {
    QuerySyntaxError: 400,
    EvaluationError: 400,
    QueryRefusedError: 403,
    UnknownGraphError: 404,
    PreconditionError: 412,
    QueryTooLargeError: 413,
    UnsupportedTypeError: 415,
    QueueFullError: 429,
    QueryTimeoutError: 503,
    StoreWaitsError: 503,
}
_WORKER_FAILED = 503
_RETRY_AFTER = "2"  # seconds


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **members: Any) -> JSONResponse:
    """Return the error as a response; members: what a program may want to read, such as the line."""
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    fresh = {"Cache-Control": "no-store"} | (headers or {})
    return JSONResponse(content | members, status, headers=fresh, media_type=MEDIA_TYPE)


def query_problem(error: QueryError) -> JSONResponse:
    """Return the response for a query that got no answer."""
    status = _STATUS.get(type(error), _WORKER_FAILED)
    headers = {"Retry-After": _RETRY_AFTER} if status in {429, 503} else None
    if isinstance(error, QuerySyntaxError) and error.line:
        return problem(status, str(error), headers, line=error.line, column=error.column)
    return problem(status, str(error), headers)


async def on_query_error(_: Request, error: Exception) -> JSONResponse:
    """Handle a QueryError of any route."""
    assert isinstance(error, QueryError)
    return query_problem(error)


async def on_http_error(_: Request, error: Exception) -> JSONResponse:
    """Handle what a route or the router refuses, such as an unknown path."""
    assert isinstance(error, HTTPException)
    return problem(error.status_code, error.detail, dict(error.headers or {}))
