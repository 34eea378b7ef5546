"""`/trace`: what is behind a thing and where it went, step by step, and the cells to recall."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from pyoxigraph import NamedNode
from pyoxigraph import Store as Oxigraph
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pilotline.errors import PilotlineError
from pilotline.quantities.units import Units
from pilotline.questions.labels import node_called
from pilotline.store import Store
from pilotline.trace import (
    CountBalance,
    Graph,
    Link,
    MassBalance,
    Recall,
    Stage,
    Stretch,
    Value,
    ahead,
    behind,
    count_balance,
    first_run,
    last_on_each_lot,
    mass_balance,
    recall,
    recall_stretch,
    values_borne,
)
from pilotline_server.negotiation import HTML, Offer, chosen, named
from pilotline_server.pages.behind import Behind, shipped
from pilotline_server.pages.causes import CSV, FRESH, JSON, CausesPage
from pilotline_server.pages.formation import cells_with_curves
from pilotline_server.pages.lineage import as_csv, as_data, place
from pilotline_server.pages.look import DRAWING_POLICY
from pilotline_server.pages.site import Site

_FIELDS = ("thing", "way", "from", "to", "after")
_RECEIVED = "as received"
_MOST = 400  # stages on a page; the command line shows all


class TraceError(PilotlineError, ValueError):
    """Metres that name no stretch of web."""


@dataclass(frozen=True)
class Shown:
    """What the page shows of a trace: stages by step, values by the run or state that bears them.

    lineage: what the script draws, in JSON.
    """

    steps: list[tuple[str, list[Stage]]]
    lineage: str
    values: dict[str, list[Value]]
    left_out: int
    recall: Recall
    count: CountBalance
    mass: MassBalance
    behind: list[Behind]


@dataclass(frozen=True)
class TracePage:
    """Answers `/trace`."""

    site: Site

    async def __call__(self, request: Request) -> Response:
        """Answer with the form, and below it with the trace of a thing; by `format` as JSON or CSV.

        `compare` asks what some cells share.
        """
        self.site.access.client(request, "read")
        if request.query_params.get("compare"):
            return await CausesPage(self.site)(request)
        form = request.query_params.get("format")
        offer = named(form, (HTML, JSON, CSV)) if form else chosen(request, (HTML, JSON, CSV))
        asked = {
            name: request.query_params.get(name, "").strip()
            for name in ("thing", "way", "from", "to", "after")
        }
        if offer != HTML:
            return await run_in_threadpool(_told, self.site.store, asked, offer)
        shown, problem = None, ""
        if asked["thing"]:
            try:
                key = ("trace", *asked.values())
                shown = await self.site.memory.get(key, lambda store: _traced(store, asked))
            except PilotlineError as error:
                problem = str(error)
        page = self.site.page(
            "trace.html",
            400 if problem else 200,
            asked=asked,
            shown=shown,
            problem=problem,
            place=place,
            curves=asked["thing"] in await self.site.memory.get("cells with curves", cells_with_curves),
            query=urlencode({name: text for name, text in asked.items() if text}),
        )
        page.headers.update(DRAWING_POLICY)
        return page


def _told(store: Store, asked: dict[str, str], offer: Offer) -> Response:
    """Return the whole trace for programs; HTTPException for what cannot be traced."""
    if not asked["thing"]:
        raise HTTPException(400, "name what to trace, such as ?thing=cell 117")
    graph = Graph(store.read())
    try:
        thing = node_called(graph.store, asked["thing"])
        recalled = _recall(graph, thing, asked)
    except PilotlineError as error:
        raise HTTPException(400, str(error)) from error
    found = ahead(graph, thing) if asked["way"] == "down" else behind(graph, thing)
    values = _values(graph, found.stages)
    if offer == JSON:
        return JSONResponse(as_data(found.stages, values, recalled), headers=FRESH)
    kept = {"Content-Disposition": 'attachment; filename="trace.csv"'}
    text = as_csv(found.stages, values)
    return Response(text, media_type="text/csv; charset=utf-8", headers=FRESH | kept)


def _traced(store: Oxigraph, asked: dict[str, str]) -> Shown:
    graph = Graph(store)
    thing = node_called(graph.store, asked["thing"])
    recalled = _recall(graph, thing, asked)
    found = ahead(graph, thing) if asked["way"] == "down" else behind(graph, thing)
    stages = found.stages[:_MOST]
    return Shown(
        [(step or _RECEIVED, list(group)) for step, group in groupby(stages, lambda stage: stage.step)],
        _lineage(thing, found.links, stages),
        {} if asked["way"] == "down" else _values(graph, stages),
        len(found.stages) - len(stages),
        recalled,
        count_balance(graph, thing),
        mass_balance(graph, thing, Units.load()),
        _behind(thing, recalled, down=asked["way"] == "down"),
    )


def _behind(thing: NamedNode, recalled: Recall, *, down: bool) -> list[Behind]:
    """Return the SPARQL behind the page: of the trace, the balances and the recall."""
    at, lot = {"thing": thing}, {"lot": thing}
    traced = [shipped("trace_down", at)] if down else [shipped("trace_up", at), shipped("trace_values", at)]
    balances = [shipped("trace_pieces", lot), shipped("mass_balance", lot)]
    if not recalled.stretches:
        return [*traced, *balances, shipped("recall_lot", at)]
    webs = "\n".join(_web(stretch) for stretch in last_on_each_lot(recalled.stretches))
    return [*traced, *balances, shipped("recall_maps", at), shipped("recall_stretches", stretches=webs)]


def _web(stretch: Stretch) -> str:
    """Return a stretch as a row of VALUES; without metres where they are not known."""
    metres = f"{stretch.start:.12g} {stretch.end:.12g}" if stretch.known else "UNDEF UNDEF"
    return f"    (<{stretch.lot}> {metres})"


def _lineage(thing: NamedNode, links: Iterable[Link], stages: Sequence[Stage]) -> str:
    """Return lots and links as JSON that may stand within markup: no `<` ends it."""
    lots = [
        {
            "id": stage.state, "label": stage.label, "step": stage.step or _RECEIVED, "rank": stage.order,
            "sure": stage.sure, "traced": thing.value in (stage.lot, stage.run, stage.state),
        }
        for stage in stages
    ]  # fmt: skip
    shown = {stage.state for stage in stages}
    drawn = [
        {"source": link.source, "target": link.state, "sure": link.sure}
        for link in links
        if link.source in shown and link.state in shown
    ]
    return json.dumps({"lots": lots, "links": drawn}).replace("<", "\\u003c")


def _recall(graph: Graph, thing: NamedNode, asked: dict[str, str]) -> Recall:
    if not (asked["from"] or asked["to"]):
        return recall(graph, thing)
    try:
        start, end = float(asked["from"]), float(asked["to"])
    except ValueError:
        start = end = 0.0
    if start >= end:
        raise TraceError(f"from {asked['from']!r} to {asked['to']!r} is no stretch in metres; try 130 to 135")
    run = node_called(graph.store, asked["after"]).value if asked["after"] else first_run(graph, thing)
    return recall_stretch(graph, Stretch(thing.value, start, end, run))


def _values(graph: Graph, stages: Iterable[Stage]) -> dict[str, list[Value]]:
    """Return what each state and its run bear."""
    bearers = {stage.state: [each for each in (stage.run, stage.state) if each] for stage in stages}
    told = values_borne(graph, (each for some in bearers.values() for each in some))
    return {
        state: [value for bearer in some for value in told.get(bearer, ())] for state, some in bearers.items()
    }
