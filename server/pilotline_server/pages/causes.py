"""`/trace?compare=…`: what some cells share against the rest, as a page, JSON or CSV."""

import csv
import io
from dataclasses import asdict, dataclass
from functools import partial
from typing import NamedTuple

from pyoxigraph import NamedNode, Store
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pilotline.errors import PilotlineError
from pilotline.formulas import csv_safe
from pilotline.line import parameters_with_values
from pilotline.namespaces import PL
from pilotline.questions.labels import node_called
from pilotline.trace import (
    LEAST,
    Comparison,
    Graph,
    cells_beyond,
    cells_called,
    cells_disposed,
    common_causes,
)
from pilotline_server.negotiation import HTML, Offer, chosen, named
from pilotline_server.pages.behind import Behind
from pilotline_server.pages.causes_behind import behind_causes, named_cells
from pilotline_server.pages.site import Site

WAYS = {"disposition": "what became of them", "value": "a value of theirs", "cells": "their names"}
JSON, CSV = Offer("application/json", "json"), Offer("text/csv", "csv")
_FIELDS = ("compare", "disposition", "parameter", "below", "above", "cells", "least")
FRESH = {"Cache-Control": "no-cache", "Vary": "Accept"}
_CLEAR = 0.05  # of the adjusted p


class Chosen(NamedTuple):
    """The cells that are compared, by label, and what came of it."""

    cells: list[str]
    found: Comparison
    behind: list[Behind]


@dataclass(frozen=True)
class CausesPage:
    """Answers `/trace` where `compare` says how cells are chosen: disposition, value or cells."""

    site: Site

    async def __call__(self, request: Request) -> Response:
        """Answer with what the cells share, as a page or by `format` as JSON or CSV."""
        asked = request.query_params.get("format")
        offer = named(asked, (HTML, JSON, CSV)) if asked else chosen(request, (HTML, JSON, CSV))
        given = {name: request.query_params.get(name, "").strip() for name in _FIELDS}
        told, problem = None, ""
        try:
            told = await self.site.memory.get(("causes", *given.values()), partial(_compared, given))
        except PilotlineError as error:
            problem = str(error)
        if offer == JSON:
            data = {"problem": problem} if told is None else {"cells": told.cells, **asdict(told.found)}
            return JSONResponse(data, 400 if problem else 200, headers=FRESH)
        if offer == CSV and told is not None:
            kept = {"Content-Disposition": 'attachment; filename="causes.csv"'}
            return Response(_as_csv(told.found), media_type="text/csv; charset=utf-8", headers=FRESH | kept)
        return self.site.page(
            "causes.html", 400 if problem else 200, given=given, told=told, problem=problem, ways=WAYS,
            behind=told.behind if told else [],
            clear=_CLEAR, asked=_without_format(request.query_params), most=30,
            known=await self.site.memory.get("parameters with values", parameters_with_values),
            kinds=await self.site.memory.get("dispositions", dispositions),
        )  # fmt: skip


def dispositions(store: Store) -> dict[str, str]:
    """Return the kinds of disposition: name to label."""
    graph = Graph(store)
    kinds = graph.instances(NamedNode(PL + "DispositionKind"))
    return dict(sorted((kind.value.removeprefix(PL), graph.name(kind)) for kind in kinds))


def _compared(given: dict[str, str], store: Store) -> Chosen:
    graph, apart = Graph(store), ""
    if given["compare"] == "value":
        cells = cells_beyond(graph, given["parameter"], below=given["below"], above=given["above"])
        apart = graph.name(node_called(store, given["parameter"], NamedNode(PL + "Parameter")))
    elif given["compare"] == "cells":
        cells = cells_called(graph, named_cells(given["cells"]))
    else:
        cells = cells_disposed(graph, given["disposition"] or PL + "Scrap")
    least = int(given["least"]) if given["least"].isdecimal() else LEAST
    labels = sorted((graph.label(cell) for cell in cells), key=lambda label: (len(label), label))
    found = common_causes(graph, cells, max(2, least), apart)
    return Chosen(labels, found, behind_causes(store, given))


def _as_csv(found: Comparison) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["shared", "kind", "bad", "of_bad", "others", "of_others", "effect", "p", "adjusted_p", "detail"]
    )
    for one in found.causes:
        row = (csv_safe(one.what), one.kind, one.bad, found.bad, one.good, found.good)
        writer.writerow([*row, one.effect, one.p, one.adjusted, one.detail])
    return text.getvalue()


def _without_format(params: QueryParams) -> dict[str, str]:
    return {name: text for name, text in params.items() if name != "format" and text}
