"""Counts requests and how long they take, in the text format of Prometheus."""

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KNOWN = ("/sparql", "/update", "/graphs", "/.well-known/void", "/health", "/ready", "/metrics", "/prefixes")
SINCE = "pilotline.since"  # key of a scope: when its request began, if before the application got it
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})


class Metrics:
    """The figures of one server."""

    def __init__(
        self, waiting: Callable[[], float], generation: Callable[[], float], in_memory: Callable[[], float]
    ) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "pilotline_requests", "Requests answered.", ["route", "method", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "pilotline_request_seconds", "Seconds until the end of an answer.", ["route"],
            registry=self._registry, buckets=(0.005, 0.02, 0.1, 0.5, 2, 10, 30, 60),
        )  # fmt: skip
        self._series: dict[tuple[str, str, str], tuple[Counter, Histogram]] = {}
        gauges = {
            "pilotline_waiting_queries": ("Queries that wait for a worker.", waiting),
            "pilotline_generation": ("Number of the published generation.", generation),
            "pilotline_generation_in_memory": ("The generation held in memory; 0 for none.", in_memory),
        }
        for name, (says, value) in gauges.items():
            Gauge(name, says, registry=self._registry).set_function(value)

    def record(self, path: str, method: str, status: int, seconds: float) -> None:
        """Count one answer; what is unknown counts as `other`, so that clients cannot fill the list."""
        key = _route(path), method if method in _METHODS else "other", str(status)
        if key not in self._series:
            self._series[key] = self._requests.labels(*key), self._seconds.labels(key[0])
        count, duration = self._series[key]
        count.inc()
        duration.observe(seconds)

    async def __call__(self, _: Request) -> Response:
        """Answer `/metrics`."""
        headers = {"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_LATEST}
        return Response(generate_latest(self._registry), headers=headers)


class Measured:
    """Measures each request of an application."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and record its status and time; 499 where the client left first."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        start, status = scope.get(SINCE) or time.monotonic(), 499

        async def noticing(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noticing)
        finally:
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            self._metrics.record(path, scope["method"], status, time.monotonic() - start)
        return None


def _route(path: str) -> str:
    if path in _KNOWN:
        return path
    return next((known for known in _KNOWN if path.startswith(known + "/")), "other")
