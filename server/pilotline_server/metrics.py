"""Counts requests and how long they take, in the text format of Prometheus."""

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KNOWN = ("/sparql", "/update", "/graphs", "/.well-known/void", "/health", "/ready", "/metrics", "/prefixes")


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
        gauges = {
            "pilotline_waiting_queries": ("Queries that wait for a worker.", waiting),
            "pilotline_generation": ("Number of the published generation.", generation),
            "pilotline_generation_in_memory": ("The generation held in memory; 0 for none.", in_memory),
        }
        for name, (says, value) in gauges.items():
            Gauge(name, says, registry=self._registry).set_function(value)

    def record(self, scope: Scope, status: int, seconds: float) -> None:
        """Count one answer; an unknown path counts as `other`, so that clients cannot fill the list."""
        path = scope["path"].removeprefix(scope.get("root_path", "")).rstrip("/")
        route = next((known for known in _KNOWN if path == known or path.startswith(known + "/")), "other")
        self._requests.labels(route, scope["method"], str(status)).inc()
        self._seconds.labels(route).observe(seconds)

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
        start, status = time.monotonic(), 499

        async def noticing(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noticing)
        finally:
            self._metrics.record(scope, status, time.monotonic() - start)
        return None
