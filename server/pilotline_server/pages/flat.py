"""`/flat`: the store as a flat table for models, one row per cell or run, as CSV or Parquet."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pilotline.flat import sources_path
from pilotline_server.pages.commands import Commands
from pilotline_server.pages.site import Site

_TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


@dataclass(frozen=True)
class FlatTables:
    """Answers `/flat?rows=cells` or a step; `part=sources` gives the source of each number instead."""

    site: Site
    commands: Commands

    async def __call__(self, request: Request) -> Response:
        """Answer with the file."""
        self.site.access.client(request, "read")
        asked = request.query_params
        rows, form = asked.get("rows", "cells"), asked.get("format", "csv")
        if form not in _TYPES:
            raise HTTPException(400, f"format is one of {', '.join(_TYPES)}, not {form!r}")
        with TemporaryDirectory() as folder:
            file = Path(folder) / f"table.{form}"
            said = await self.commands.run(
                "export", f"--table={rows}", "--output", str(file), "--db", str(self.site.store.path)
            )  # fmt: skip
            if said.code:
                raise HTTPException(400, said.problem())
            wanted = sources_path(file) if asked.get("part") == "sources" else file
            content = await run_in_threadpool(wanted.read_bytes)
        name = wanted.name.replace("table", "".join(sign for sign in rows if sign.isalnum()) or "table", 1)
        kept = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache"}
        return Response(content, media_type=_TYPES[form], headers=kept)
