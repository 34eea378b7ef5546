"""`/gaps`: what a model or a type of model needs of the line and does not get, and why."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from itertools import groupby

from pyoxigraph import Store
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pilotline.errors import PilotlineError
from pilotline.readiness.gaps import Gap, Kind, find_gaps, queries
from pilotline_server.negotiation import HTML, Offer, chosen, named
from pilotline_server.pages.behind import Behind, own
from pilotline_server.pages.choices import choices
from pilotline_server.pages.needs_behind import HEAD, behind_runs
from pilotline_server.pages.site import Site

_JSON = Offer("application/json", "json")
_FRESH = {"Cache-Control": "no-cache", "Vary": "Accept"}


@dataclass(frozen=True)
class Gaps:
    """Answers `/gaps`: a page, or JSON."""

    site: Site

    async def __call__(self, request: Request) -> Response:
        """Answer with the gaps of the `model` and `step` that the query string names, by label or name."""
        self.site.access.client(request, "read")
        asked = request.query_params.get("format")
        offer = named(asked, (HTML, _JSON)) if asked else chosen(request, (HTML, _JSON))
        given = {name: request.query_params.get(name, "").strip() for name in ("model", "step")}
        found: list[Gap] = []
        behind: list[Behind] = []
        problem = ""
        try:
            found, behind = await self.site.memory.get(
                ("gaps", *given.values()), lambda graph: _found(graph, given)
            )
        except PilotlineError as error:
            problem = str(error)
        if offer == _JSON:
            told = {"problem": problem} if problem else {"gaps": [asdict(gap) for gap in found]}
            return JSONResponse(told, 400 if problem else 200, headers=_FRESH)
        groups = [(kind, list(group)) for kind, group in groupby(found, lambda gap: gap.kind)]
        return self.site.page(
            "gaps.html", 400 if problem else 200,
            given=given, behind=behind, groups=groups, problem=problem, asked=request.url.query,
            choices=choices(),
        )  # fmt: skip


def _found(graph: Store, given: dict[str, str]) -> tuple[list[Gap], list[Behind]]:
    found = find_gaps(graph, given["model"], given["step"])
    asked = [own(about, HEAD + text.strip()) for about, text in queries(graph, given["model"]).items()]
    looked_for: dict[str, set[str]] = defaultdict(set)
    for gap in found:
        if gap.step and gap.kind in (Kind.NOT_RECORDED, Kind.UNKNOWN):
            looked_for[gap.step].add(gap.parameter)
    recorded = [
        behind_runs([step], sorted(parameters))._replace(
            summary=f"What the runs of {step} have of its parameters"
        )
        for step, parameters in sorted(looked_for.items())
    ]
    return found, [*asked, *recorded]
