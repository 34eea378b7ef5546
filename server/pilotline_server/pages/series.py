"""`/series`: the Parquet files beside the store, their columns, and a curve of two of them."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from pilotline.series.curves import CurveError, Series, channels, curve, numeric_columns, series_of
from pilotline.series.formation import time_column
from pilotline_server.pages.behind import shipped
from pilotline_server.pages.chart import across, path, upward
from pilotline_server.pages.formation import cells_with_curves
from pilotline_server.pages.site import Site

_PARQUET = "application/vnd.apache.parquet"


@dataclass(frozen=True)
class SeriesPage:
    """Answers `/series`: the list; with `?name=` one series and a curve of its columns `x` and `y`."""

    site: Site

    async def __call__(self, request: Request) -> Response:
        """Answer with the page, or with the file itself by `format=parquet`."""
        self.site.access.client(request, "read")
        known = await self.site.memory.get("series", series_of)
        name = request.query_params.get("name")
        if name is None:
            cells = await self.site.memory.get("cells with curves", cells_with_curves)
            return self.site.page("series_list.html", known=known, cells=cells, behind=[shipped("series")])
        found = next((each for each in known if each.iri == name), None)
        if found is None:
            raise HTTPException(404, f"no series of this store is called <{name}>")
        file = self.site.store.series.file(found.sha256)
        if not file.is_file():
            raise HTTPException(404, f"the file of {found.title} is not beside the store")
        if request.query_params.get("format") == "parquet":
            return FileResponse(file, media_type=_PARQUET, filename=f"{found.title}.parquet")
        return await self._page(request, found)

    async def _page(self, request: Request, found: Series) -> Response:
        file = self.site.store.series.file(found.sha256)
        numeric = await run_in_threadpool(numeric_columns, file)
        known = await run_in_threadpool(channels, file)
        channel = request.query_params.get("channel") or next(iter(known), "")
        x = request.query_params.get("x") or time_column(found, numeric)
        y = request.query_params.get("y") or _usual(found, numeric, "value" if known else "voltage")
        problem, drawn = "", dict[str, object]()
        try:
            points = await self.site.memory.get(
                ("curve", found.sha256, x, y, channel), lambda _: curve(file, x, y, channel)
            )
        except CurveError as error:
            problem, points = str(error), []
        if points:
            flat, up = across([a for a, _ in points]), upward([b for _, b in points])
            line = path((flat.at(a), up.at(b)) for a, b in points)
            drawn = {"line": line, "up": up.ticks(), "across": flat.ticks(8)}
        return self.site.page(
            "series.html", 400 if problem else 200, series=found, numeric=numeric, x=x, y=y,
            channels=known, channel=channel,
            problem=problem, drawn=drawn, points=len(points), behind=[shipped("series")],
        )  # fmt: skip


def _usual(found: Series, numeric: list[str], wanted: str) -> str:
    """Return the column of a word; where there is none, the last that can be drawn."""
    parameters = {column.name: f"{column.name} {column.parameter}".lower() for column in found.columns}
    return next((name for name in numeric if wanted in parameters.get(name, name.lower())), numeric[-1])
