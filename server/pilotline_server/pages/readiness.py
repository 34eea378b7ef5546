"""`/readiness`: whether the runs of a dataset, or of the store, have what a model needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pyoxigraph import Store
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pilotline.datasets import catalogue
from pilotline.errors import PilotlineError
from pilotline.namespaces import PREFIXES
from pilotline.readiness.coverage import Coverage, Readiness, assess, runs_of
from pilotline.readiness.requirements import (
    Requirements,
    RequirementsError,
    model_requirements,
    rated_requirements,
    read_requirements,
)
from pilotline.vocabulary.tables import Tables
from pilotline.vocabulary.terms import load_vocabulary
from pilotline_server.negotiation import HTML, Offer, chosen, named
from pilotline_server.pages.behind import Behind, own
from pilotline_server.pages.choices import Choices, choices, chosen_name
from pilotline_server.pages.needs_behind import HEAD, behind_needs, behind_runs
from pilotline_server.pages.site import Site

_JSON = Offer("application/json", "json")
_FRESH = {"Cache-Control": "no-cache", "Vary": "Accept"}
_FIELDS = ("dataset", "model", "step", "type", "list")
_OFFLINE = """
SELECT ?parameter WHERE {
  ?parameter a pl:Parameter .
  FILTER EXISTS { ?specification pl:ofParameter ?parameter ; pl:acquisition pl:Offline }
  FILTER NOT EXISTS { ?other pl:ofParameter ?parameter ; pl:acquisition ?way . FILTER(?way != pl:Offline) }
  FILTER NOT EXISTS {
    ?capability pl:capabilityFor/pl:ofParameter ?parameter ; pl:acquisition ?how . FILTER(?how != pl:Offline)
  }
}
"""
_OTHER_UNIT = """
SELECT ?parameter (COUNT(?quantity) AS ?n) WHERE {
  ?parameter a pl:Parameter ; pl:usualUnit ?usual .
  ?quantity a ?parameter ; emmo:EMMO_bed1d005_b04e_4a90_94cf_02bc678a8569 ?unit .
  FILTER NOT EXISTS { ?unit pl:unitSymbol ?usual }
} GROUP BY ?parameter
"""


@dataclass(frozen=True)
class Item:
    """One requirement as the page and the JSON show it.

    coverage: the share of runs that have it. constant: it has one value in all runs, which teaches nothing.
    offline: neither the tables nor a line measure it online. other_unit: values in an unusual unit.
    last_missing: runs that lack it, and nothing else that is required.
    """

    parameter: str
    required: bool
    source: str
    coverage: float
    runs: int
    values: int
    distinct: int
    least: float | None
    most: float | None
    kinds: dict[str, int]
    inherited: int
    constant: bool
    offline: bool
    other_unit: int
    last_missing: int


@dataclass(frozen=True)
class ReadinessPage:
    """Answers `/readiness`: a page, or JSON."""

    site: Site

    async def __call__(self, request: Request) -> Response:
        """Answer with how well the runs of a `dataset` have what is needed; without one, those of the store.

        Needed is what a `model` of the paper takes, what the ratings say of a `step` and a `type` of
        model, or a `list` of one's own.
        """
        self.site.access.client(request, "read")
        asked = request.query_params.get("format")
        offer = named(asked, (HTML, _JSON)) if asked else chosen(request, (HTML, _JSON))
        given = {name: request.query_params.get(name, "").strip() for name in _FIELDS}
        told, problem = None, ""
        if any(given[name] for name in ("model", "step", "type", "list")):
            try:
                told = await self.site.memory.get(
                    ("readiness", *given.values()), lambda graph: _told(graph, given)
                )
            except PilotlineError as error:
                problem = str(error)
        status = 400 if problem else 200
        if offer == _JSON:
            return JSONResponse({"problem": problem} if problem else told, status, headers=_FRESH)
        datasets = await self.site.memory.get("entries", catalogue.entries)
        return self.site.page(
            "readiness.html", status, given=given, told=told, problem=problem, asked=request.url.query,
            datasets=datasets, choices=choices(), chosen=_chosen(given, choices()),
            behind=_behind(given) if told else [],
        )  # fmt: skip


def _told(graph: Store, given: dict[str, str]) -> dict[str, Any]:
    needed = _requirements(given)
    names = [given["dataset"]] if given["dataset"] else [entry.iri for entry in catalogue.entries(graph)]
    runs = sorted({run for name in names for run in runs_of(graph, name, needed.steps)}, key=str)
    found = assess(graph, runs, needed)
    return {
        "requirements": needed.name,
        "known": needed.known,
        "asked": needed.asked,
        "runs": found.runs,
        "complete": found.complete if needed.complete else None,
        "ready": found.ready,
        "items": [vars(item) for item in _items(graph, found)],
    }


def _requirements(given: dict[str, str]) -> Requirements:
    """Return what is needed; RequirementsError where that is not said, or not known."""
    tables = Tables.shipped()
    if given["list"]:
        with TemporaryDirectory() as folder:
            file = Path(folder) / "your list.csv"
            lines = [line.strip() for line in given["list"].splitlines() if line.strip()]
            head = [] if lines[0].startswith("parameter") else ["parameter"]
            file.write_text("\n".join([*head, *lines]), encoding="utf-8")
            try:
                return read_requirements(file, load_vocabulary())
            except RequirementsError as error:
                raise RequirementsError(str(error).replace(f"{folder}/", "")) from None
    asked = _chosen(given, choices())
    if asked["model"]:
        return model_requirements(asked["model"], tables)
    if not (asked["step"] and asked["type"]):
        raise RequirementsError("choose a model; or a step and a type of model; or write a list")
    return rated_requirements(asked["step"], asked["type"], tables)


def _chosen(given: dict[str, str], known: Choices) -> dict[str, str]:
    """Return by local names what is asked for, however it is written."""
    options = {"model": known.models, "step": known.steps, "type": known.types}
    return {name: chosen_name(given[name], each) for name, each in options.items()}


def _behind(given: dict[str, str]) -> list[Behind]:
    """Return the SPARQL behind the page: what is needed, what the runs have of it, and what to mind."""
    needed, asked = _requirements(given), _chosen(given, choices())
    source = [] if given["list"] else [behind_needs(asked["model"], asked["step"], asked["type"])]
    runs = behind_runs(needed.steps, (item.parameter for item in needed.items), given["dataset"])
    mind = [own("Only offline", HEAD + _OFFLINE.strip()), own("In another unit", HEAD + _OTHER_UNIT.strip())]
    return [*source, *([runs] if needed.items else []), *mind]


def _items(graph: Store, found: Readiness) -> Iterator[Item]:
    offline = set(_rows(graph, _OFFLINE))
    units = _rows(graph, _OTHER_UNIT)
    for coverage in found.coverages:
        yield _item(coverage, found.runs, offline, units)


def _item(coverage: Coverage, runs: int, offline: set[str], units: dict[str, int]) -> Item:
    needed = coverage.requirement
    least, most = coverage.span or (None, None)
    return Item(
        parameter=needed.parameter,
        required=needed.required,
        source=needed.source,
        coverage=coverage.runs / runs if runs else 0.0,
        runs=coverage.runs,
        values=coverage.values,
        distinct=coverage.distinct,
        least=least,
        most=most,
        kinds=dict(coverage.kinds),
        inherited=coverage.inherited,
        constant=coverage.distinct == 1 and coverage.values > 1,
        offline=needed.parameter in offline,
        other_unit=units.get(needed.parameter, 0),
        last_missing=coverage.last_missing,
    )


def _rows(graph: Store, query: str) -> dict[str, int]:
    """Return a number by the local name of a parameter; 1 where the query counts nothing."""
    rows: Any = graph.query(query, prefixes=PREFIXES)
    counted = "n" in {variable.value for variable in rows.variables}
    return {row["parameter"].value.rpartition("#")[2]: int(row["n"].value) if counted else 1 for row in rows}
