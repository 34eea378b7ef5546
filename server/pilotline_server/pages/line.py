"""`/line`: one parameter over the runs as a chart and a table, with its limits and what is faulty."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import NamedTuple

from pyoxigraph import NamedNode, Store
from starlette.requests import Request
from starlette.responses import Response

from pilotline.datasets.pointers import parse_pointer
from pilotline.errors import PilotlineError
from pilotline.line import Limit, Point, Trend, parameters_with_values, trend
from pilotline.namespaces import PL, SKOS
from pilotline.quantities.units import Units
from pilotline.questions.labels import node_called
from pilotline.validation.ranges import ranges_of
from pilotline_server.pages.behind import Behind, own, shipped
from pilotline_server.pages.chart import Axis, Mark, Tick, across, upward
from pilotline_server.pages.formation import MOST, cells_with_curves, formation_charts
from pilotline_server.pages.site import Site

ORDERS = {"time": "time of the run", "lot": "lot", "equipment": "machine"}
_WITH_VALUES = f"""PREFIX pl: <{PL}>
PREFIX skos: <{SKOS}>
SELECT ?parameter ?label WHERE {{
  ?parameter a pl:Parameter ; skos:prefLabel ?label .
  FILTER EXISTS {{ ?quantity a ?parameter }}
}}
ORDER BY ?parameter"""
_OWN = ("recipe", "lab", "machine")  # sources of limits
_DRAWN = 2_000  # points of a chart
_LISTED = 300  # rows of the table


class Group(NamedTuple):
    """The points of one lot or machine."""

    name: str
    values: int
    faulty: int
    median: float
    low: float
    high: float


class Band(NamedTuple):
    """A limit as the chart draws it: a line at each side that lies within the chart."""

    limit: Limit
    sides: list[float]


class Drawn(NamedTuple):
    """The chart. left_out: points too many for it."""

    marks: list[Mark]
    up: list[Tick]
    across: list[Tick]
    bands: list[Band]
    left_out: int


@dataclass(frozen=True)
class Line:
    """Answers `/line`. ranges: file or folder with the lab's own ranges, None where it names none."""

    site: Site
    ranges: Path | None

    async def __call__(self, request: Request) -> Response:
        """Answer with the values of the `parameter`, by `order`: time, lot or equipment.

        `cell`, once or more, asks for the curves of its formation instead.
        """
        self.site.access.client(request, "read")
        if cells := [cell.strip() for cell in request.query_params.getlist("cell") if cell.strip()]:
            return await self._formation(cells)
        given = {name: request.query_params.get(name, "").strip() for name in ("parameter", "order", "kind")}
        order = given["order"] if given["order"] in ORDERS else "time"
        found, problem = None, ""
        if given["parameter"]:
            try:
                found = await self.site.memory.get(
                    ("trend", given["parameter"], _written(self.ranges)),
                    lambda graph: _trend(graph, given["parameter"], self.ranges),
                )
            except PilotlineError as error:
                problem = str(error)
        points = [point for point in found.points if _of_kind(point, given["kind"])] if found else []
        points.sort(key=lambda point: _key(point, order))
        return self.site.page(
            "line.html", 400 if problem else 200,
            given=given, order=order, orders=ORDERS, found=found, problem=problem, points=points[:_LISTED],
            count=len(points), faulty=sum(point.faulty for point in points),
            known=await self.site.memory.get("parameters with values", parameters_with_values),
            kinds=sorted({_kind(point) for point in found.points}) if found else [],
            drawn=_drawn(found, points, order) if found and points else None,
            groups=_groups(points, order) if order != "time" else [], place=_place,
            cells=await self.site.memory.get("cells with curves", cells_with_curves),
            behind=await self.site.memory.get(
                ("line sparql", given["parameter"]), lambda graph: _behind(graph, given["parameter"])
            ) if not problem else [],
        )  # fmt: skip

    async def _formation(self, cells: list[str]) -> Response:
        found, problem, folder = None, "", self.site.store.series
        try:
            found = await self.site.memory.get(
                ("formation", *cells), lambda graph: formation_charts(graph, folder, cells)
            )
        except PilotlineError as error:
            problem = str(error)
        known = await self.site.memory.get("cells with curves", cells_with_curves)
        return self.site.page(
            "formation.html", 400 if problem else 200, given=cells, cells=known, found=found, problem=problem,
            most=MOST, behind=[shipped("series")],
        )  # fmt: skip


def _written(ranges: Path | None) -> tuple[tuple[str, int], ...]:
    """Return the files of the lab's ranges and when they were written, by which a chart is out of date."""
    files = sorted(ranges.glob("*.csv")) if ranges and ranges.is_dir() else filter(None, [ranges])
    return tuple((file.name, file.stat().st_mtime_ns) for file in files)


def _trend(graph: Store, text: str, ranges: Path | None) -> Trend:
    parameter = node_called(graph, text, NamedNode(PL + "Parameter"))
    return trend(graph, parameter, Units.load(), ranges_of(ranges) if ranges else ())


def _behind(graph: Store, text: str) -> list[Behind]:
    """Return the SPARQL behind the values of a parameter; behind the lists where none is asked for."""
    if not text:
        return [own("Parameters with values", _WITH_VALUES), shipped("series")]
    at = {"parameter": node_called(graph, text, NamedNode(PL + "Parameter"))}
    return [shipped("line_values", at), shipped("line_limits", at)]


def _kind(point: Point) -> str:
    return point.value.key.partition("/")[0]


def _of_kind(point: Point, kind: str) -> bool:
    return kind in ("", _kind(point))


def _key(point: Point, order: str) -> tuple[str, str]:
    first = {"time": point.started, "lot": point.lot, "equipment": point.machine}[order]
    return first, point.started


def _groups(points: list[Point], order: str) -> list[Group]:
    groups = []
    for name, group in groupby(points, lambda point: _key(point, order)[0]):
        numbers = [(point.number, point.faulty) for point in group]
        told = [number for number, _ in numbers]
        groups.append(
            Group(
                name, len(numbers), sum(faulty for _, faulty in numbers),
                median(told), min(told), max(told),
            )
        )  # fmt: skip
    return groups


def _drawn(found: Trend, points: list[Point], order: str) -> Drawn:
    shown = points[:_DRAWN]
    numbers = [point.number for point in shown]
    up = upward([*numbers, *_near(_limits(found, shown), numbers)])
    flat = across([0, max(len(shown) - 1, 1)])
    marks = [
        Mark(
            flat.at(number), up.at(point.number), _title(point, found.unit), point.faulty,
        )
        for number, point in enumerate(shown)
    ]  # fmt: skip
    bands = [Band(limit, _sides(limit, up)) for limit in _limits(found, shown)]
    return Drawn(marks, up.ticks(), _below(shown, flat, order), bands, len(points) - len(shown))


def _near(limits: list[Limit], numbers: list[float]) -> list[float]:
    """Return the bounds of the line's own limits for which the chart has room without crowding its values."""
    least, most = min(numbers), max(numbers)
    room = (most - least) or abs(most) / 2
    bounds = [bound for limit in limits if limit.source in _OWN for bound in (limit.low, limit.high)]
    return [each for each in bounds if each is not None and least - room <= each <= most + room]


def _limits(found: Trend, points: list[Point]) -> list[Limit]:
    """Return the limits of the runs and those of the parameter, each once."""
    return list(dict.fromkeys([*(point.limit for point in points if point.limit), *found.limits]))


def _sides(limit: Limit, up: Axis) -> list[float]:
    bounds = (bound for bound in (limit.low, limit.high) if bound is not None)
    return [up.at(bound) for bound in bounds if up.low <= bound <= up.high]


def _below(points: list[Point], flat: Axis, order: str) -> list[Tick]:
    """Return what stands below the chart: days, or the first point of each lot or machine."""
    names = [point.started[:10] if order == "time" else _key(point, order)[0] for point in points]
    firsts = [number for number, name in enumerate(names) if number == 0 or names[number - 1] != name]
    ticks: list[Tick] = []
    for number in firsts:
        at = flat.at(number)
        if not ticks or at - ticks[-1].at > 90:  # no two names overlap
            ticks.append(Tick(at, names[number] or "not known"))
    return ticks


def _title(point: Point, unit: str) -> str:
    parts = (
        f"{point.number:.6g} {unit}", point.value.key, point.run, point.lot, point.machine,
        point.started[:16].replace("T", " "), "out of scope" if not point.in_scope else "",
        f"outside the limit of the {point.limit.source}" if _beyond(point) and point.limit else "",
    )  # fmt: skip
    return ", ".join(part for part in parts if part)


def _beyond(point: Point) -> bool:
    return point.in_scope and point.faulty


def _place(point: Point) -> str:
    return ", ".join(str(parse_pointer(cell)) for cell in point.value.cells)
