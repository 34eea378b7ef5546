"""Makes the web application of one store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from pilotline import __version__, catalogue
from pilotline.store import Store
from pilotline.store.workers import Pool, QueryError
from pilotline_server.headers import Headers
from pilotline_server.pages import home_page, static
from pilotline_server.problems import on_http_error, on_query_error, problem
from pilotline_server.settings import Settings
from pilotline_server.sparql import Endpoint

_KEPT = {"Cache-Control": "max-age=3600"}


def create_app(settings: Settings) -> FastAPI:
    """Return the application. Its worker processes live from its start to its end."""
    store = Store.open(settings.db)
    pool = Pool(settings.db, settings.limits())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield

    app = FastAPI(
        title="Pilotline", version=__version__, lifespan=lifespan,
        openapi_url=None, docs_url=None, redoc_url=None,
        exception_handlers={HTTPException: on_http_error, QueryError: on_query_error},
    )  # fmt: skip
    app.add_middleware(Headers)
    app.router.routes += _routes(store, pool, settings)
    return app


def _routes(store: Store, pool: Pool, settings: Settings) -> list[Route]:
    endpoint = Endpoint(store, pool, settings.body_kb * 1000)

    async def home(_: Request) -> Response:
        generation, graph = store.snapshot()
        entries = await run_in_threadpool(catalogue.entries, graph)
        return HTMLResponse(home_page(entries, generation), headers={"Cache-Control": "no-cache"})

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "version": __version__}, headers={"Cache-Control": "no-store"})

    async def ready(_: Request) -> Response:
        try:
            answer = await pool.query("ASK {}", "json")
        except QueryError as error:
            return problem(503, f"no worker answers: {error}")
        return JSONResponse(
            {"status": "ready", "generation": answer.generation}, headers={"Cache-Control": "no-store"}
        )

    async def stylesheet(_: Request) -> Response:
        return Response(static("style.css"), media_type="text/css", headers=_KEPT)

    async def icon(_: Request) -> Response:
        return Response(static("icon.svg"), media_type="image/svg+xml", headers=_KEPT)

    return [
        Route("/", home),
        Route("/sparql", endpoint.__call__, methods=["GET", "POST", "OPTIONS"]),
        Route("/health", health),
        Route("/ready", ready),
        Route("/style.css", stylesheet),
        Route("/icon.svg", icon),
    ]
