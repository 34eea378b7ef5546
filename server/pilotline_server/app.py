"""Makes the web application of one store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, request_response
from starlette.types import ASGIApp

from pilotline import __version__
from pilotline.datasets import catalogue
from pilotline.store import Store, StoreError
from pilotline.store.scope import check_default_graph
from pilotline.store.workers import Pool, QueryError, Question, WriteQueue
from pilotline_server.access import Access
from pilotline_server.cache import AnswerCache
from pilotline_server.description import Service
from pilotline_server.discovery import Discovery
from pilotline_server.front import Front
from pilotline_server.graphs import GraphStore
from pilotline_server.headers import Headers
from pilotline_server.lean import Lean
from pilotline_server.metrics import Measured, Metrics
from pilotline_server.packing import Packing
from pilotline_server.pages.api import Api
from pilotline_server.pages.commands import Commands
from pilotline_server.pages.datasets import Datasets
from pilotline_server.pages.flat import FlatTables
from pilotline_server.pages.gaps import Gaps
from pilotline_server.pages.help import Help
from pilotline_server.pages.home import Home
from pilotline_server.pages.line import Line
from pilotline_server.pages.look import static
from pilotline_server.pages.memory import Memory
from pilotline_server.pages.questions import Questions
from pilotline_server.pages.ratings import Ratings
from pilotline_server.pages.readiness import ReadinessPage
from pilotline_server.pages.script import built
from pilotline_server.pages.series import SeriesPage
from pilotline_server.pages.site import Site
from pilotline_server.pages.tables import PublishedTables
from pilotline_server.pages.template import TemplatePage
from pilotline_server.pages.terms import Terms
from pilotline_server.pages.trace import TracePage
from pilotline_server.pages.validation import Checks
from pilotline_server.problems import on_http_error, on_leaving, on_query_error, on_unforeseen, problem
from pilotline_server.public import Public
from pilotline_server.replay import Kept, Replay
from pilotline_server.settings import Settings
from pilotline_server.sparql import Endpoint
from pilotline_server.tags import Tags
from pilotline_server.update import UpdateEndpoint
from pilotline_server.void import Void

_KEPT = {"Cache-Control": "max-age=3600"}
_NEVER_KEPT = {"Cache-Control": "no-store"}


class Application(NamedTuple):
    """What a server runs, the addresses that it answers, the responses that it keeps, and its figures.

    lean: answers queries beside `asgi`, for a server that no proxy stands before.
    """

    asgi: ASGIApp
    routes: list[Route]
    kept: Kept
    lean: Lean
    metrics: Metrics


def create_app(settings: Settings) -> Application:
    """Return the application. Its worker processes live from its start to its end."""
    store = _opened(settings)
    limits = settings.limits()
    pool = Pool(settings.db, limits)
    queue = WriteQueue(settings.db, limits, plain=settings.default_graph == "plain")
    access = Access(settings.tokens, settings.private)
    metrics = Metrics(lambda: pool.slots.waiting, lambda: store.generation, lambda: pool.in_memory)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with pool, queue:
            yield

    app = FastAPI(
        title="Pilotline", version=__version__, lifespan=lifespan,
        openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False,
        exception_handlers={
            HTTPException: on_http_error, QueryError: on_query_error,
            ClientDisconnect: on_leaving, Exception: on_unforeseen,
        },
    )  # fmt: skip
    sparql = _endpoint(store, pool, access, settings)
    site = Site(store, pool, access, Memory(store))
    terms = Terms(site, settings.bases)
    routes = [
        *_protocol(sparql, queue, settings),
        *_pages(site, settings),
        *_linked_data(terms),
        *_state(store, pool, access, metrics),
    ]
    app.router.routes += routes
    app.router.default = request_response(terms.elsewhere)
    kept = Kept(store, settings.cache_mb * 1024**2 // 2)
    shown: ASGIApp = Headers(Front(Packing(app), sparql))
    if settings.public_url:
        shown = Public(shown, settings.public_url)
    lean = Lean(sparql, kept, metrics)
    return Application(Measured(Replay(shown, kept), metrics), routes, kept, lean, metrics)


def _opened(settings: Settings) -> Store:
    """Open the store and sweep what a killed server left; StoreError where it does not fit the settings."""
    plain = settings.default_graph == "plain"
    store = Store.ensure(settings.db) if plain else Store.open(settings.db)
    if plain and (managed := catalogue.entries(store.read())):
        raise StoreError(
            f"{settings.db} holds {len(managed)} ingested datasets, which a plain SPARQL store "
            "would let fall apart; serve it without --default-graph plain, or name another folder"
        )
    content = store.read()  # one that is damaged is refused here, with the reason
    if not plain:
        check_default_graph(content, settings.db)
    store.heal()
    for left in (store.path / "uploads").glob("*"):
        left.unlink(missing_ok=True)
    return store


def _endpoint(store: Store, pool: Pool, access: Access, settings: Settings) -> Endpoint:
    service = Service(
        plain=settings.default_graph == "plain",
        writable=bool(settings.tokens),
        federated=bool(settings.services),
    )
    cache: AnswerCache[bytes] = AnswerCache(settings.cache_mb * 1024**2 // 2)
    return Endpoint(store, pool, access, Tags(store), cache, service, settings.body_kb * 1000)


def _protocol(sparql: Endpoint, queue: WriteQueue, settings: Settings) -> list[Route]:
    store, pool, access = sparql.store, sparql.pool, sparql.access
    update = UpdateEndpoint(queue, access, sparql.body)
    uploads = settings.upload_mb * 1000 * 1000
    graphs = GraphStore(pool, queue, access, sparql.tags, uploads, store.path / "uploads")
    discovery = Discovery(store, access, Void(pool))
    query_methods, graph_methods = ["GET", "POST", "OPTIONS"], ["GET", "PUT", "POST", "DELETE", "OPTIONS"]
    return [
        *(Route(path, sparql.__call__, methods=query_methods) for path in ("/sparql", "/sparql/")),
        *(Route(path, update.__call__, methods=["POST", "OPTIONS"]) for path in ("/update", "/update/")),
        *(Route(path, graphs.__call__, methods=graph_methods) for path in ("/graphs", "/graphs/{name:path}")),
        Route("/.well-known/void", discovery.well_known),
        Route("/prefixes", discovery.prefixes),
        Route("/context.jsonld", discovery.context),
    ]


def _pages(site: Site, settings: Settings) -> list[Route]:
    commands = Commands(settings.deadline * 2, settings.memory_mb * 1024**2)
    checks = Checks(site, commands, settings.upload_mb * 1000 * 1000, settings.shapes)

    async def stylesheet(_: Request) -> Response:
        return Response(static("style.css"), media_type="text/css", headers=_KEPT)

    async def icon(_: Request) -> Response:
        return Response(static("icon.svg"), media_type="image/svg+xml", headers=_KEPT)

    asked, api = Questions(site), Api(site)
    return [
        Route("/", Home(site).__call__),
        Route("/queries", asked.listed),
        Route("/queries/{name}", asked.one),
        Route("/datasets", Datasets(site, commands).__call__),
        Route("/ratings", Ratings(site, commands).__call__, methods=["GET", "POST"]),
        Route("/flat", FlatTables(site, commands).__call__),
        Route("/validate", checks.__call__, methods=["GET", "POST"]),
        Route("/template", TemplatePage(site, commands).__call__),
        Route("/trace", TracePage(site).__call__),
        Route("/line", Line(site, settings.shapes).__call__),
        Route("/series", SeriesPage(site).__call__),
        Route("/gaps", Gaps(site).__call__),
        Route("/readiness", ReadinessPage(site).__call__),
        Route("/tables", PublishedTables(site).__call__),
        Route("/help", Help(site).__call__),
        Route("/docs", api.page),
        Route("/openapi.json", api.document),
        Route("/style.css", stylesheet),
        Route("/icon.svg", icon),
        Route("/built/{name}", built),
    ]


def _linked_data(terms: Terms) -> list[Route]:
    return [
        Route("/terms", terms.listed),
        Route("/ontology", terms.ontology),
        Route("/ontology/{name}", terms.term),
        Route("/id/{name:path}", terms.entity),
        Route("/resource", terms.resource),
    ]


def _state(store: Store, pool: Pool, access: Access, metrics: Metrics) -> list[Route]:
    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "version": __version__}, headers=_NEVER_KEPT)

    async def ready(_: Request) -> Response:
        try:
            answer = await pool.query(Question("ASK {}", "json", client="readiness"))
        except QueryError as error:
            return problem(503, f"no worker answers: {error}")
        said = {"status": "ready", "generation": answer.generation, "generations": store.generations}
        return JSONResponse(said, headers=_NEVER_KEPT)

    async def figures(request: Request) -> Response:
        access.client(request, "read")
        return await metrics(request)

    return [Route("/health", health), Route("/ready", ready), Route("/metrics", figures)]
