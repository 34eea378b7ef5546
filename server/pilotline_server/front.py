"""Sends a query straight to its endpoint: of all requests, this one has to be quick."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pilotline.store.workers import QueryError
from pilotline_server.answers import AnswerResponse
from pilotline_server.packing import LEAST, Packing
from pilotline_server.problems import on_http_error, on_query_error
from pilotline_server.sparql import Endpoint

_PATHS = frozenset({"/sparql", "/sparql/"})
_METHODS = frozenset({"GET", "HEAD", "POST"})


class Front:
    """Passes every other request on to the application."""

    def __init__(self, app: ASGIApp, endpoint: Endpoint) -> None:
        self._app, self._endpoint = app, endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a query, or pass the request on."""
        if scope["type"] != "http" or scope["method"] not in _METHODS or _path(scope) not in _PATHS:
            return await self._app(scope, receive, send)
        request = Request(scope, receive)
        response: Response
        try:
            response = await self._endpoint(request)
        except HTTPException as error:
            response = await on_http_error(request, error)
        except QueryError as error:
            response = await on_query_error(request, error)
        if isinstance(response, AnswerResponse) and response.size < LEAST:
            return await response(scope, receive, send)
        return await Packing(response)(scope, receive, send)


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))
