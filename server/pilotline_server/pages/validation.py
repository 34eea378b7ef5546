"""`/validate`: a file is checked in a process of its own, shown by cells, and stored if asked and allowed."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from pilotline.rdf.staging import is_rdf
from pilotline.resources import data_folder
from pilotline_server.access import Client
from pilotline_server.pages.commands import Commands
from pilotline_server.pages.forms import Form, read_form
from pilotline_server.pages.sheet import Sheet, marked_sheets
from pilotline_server.pages.site import Site

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KEPT = {"Content-Disposition": 'attachment; filename="annotated.xlsx"', "Cache-Control": "no-store"}
_MOST = 1_000  # findings on a page
_MAPPINGS = ("aurora", "bdf", "demo", "maccor")
SUGGEST = "suggest"


@dataclass(frozen=True)
class Report:
    """What the page shows. problem: why the file could not be checked. stored: what storing it said."""

    name: str = ""
    data: dict[str, Any] | None = None
    sheets: list[Sheet] = field(default_factory=list)
    problem: str = ""
    mapping: str = ""
    suggested: bool = False
    stored: str = ""


@dataclass(frozen=True)
class Checks:
    """Answers `/validate`. upload: bytes that a form may have. shapes: the lab's own, for tables."""

    site: Site
    commands: Commands
    upload: int
    shapes: Path | None

    async def __call__(self, request: Request) -> Response:
        """Answer with the form, and to a form with the report or the annotated workbook."""
        self.site.access.client(request, "read")
        if request.method != "POST":
            return self._page(Form(), None)
        form = await read_form(request, self.upload)
        if "file" not in form.files:
            return self._page(form, Report(problem="Choose a file to check."), 400)
        writer = None
        if form.text("store"):
            writer = self.site.access.client(request, "write", token=form.text("token"))
        with TemporaryDirectory() as folder:
            return await self._checked(form, Path(folder), writer)

    async def _checked(self, form: Form, folder: Path, writer: Client | None) -> Response:
        file, copy = form.files["file"].write(folder), folder / "annotated.xlsx"
        mapping, suggested = await self._mapping(form, file, folder)
        through = _through(mapping, form.text("scope"), folder)
        language = "de" if form.text("language") == "de" else "en"
        arguments = ["validate", str(file), "--format", "json", "--language", language, *through]
        if not is_rdf(file):
            arguments += ["--annotated", str(copy), *([f"--shapes={self.shapes}"] if self.shapes else [])]
        said = await self.commands.run(*arguments)
        if form.text("want") == "annotated" and copy.exists():
            return Response(await run_in_threadpool(copy.read_bytes), media_type=_WORKBOOK, headers=_KEPT)
        if said.code not in (0, 1):
            problem = said.problem(f"{folder}/upload/", f"{folder}/") or "The file could not be checked."
            return self._page(
                form, Report(file.name, problem=problem, mapping=mapping, suggested=suggested), 400
            )
        sheets = await run_in_threadpool(marked_sheets, copy) if copy.exists() else []
        stored = await self._stored(file, through, folder, writer) if writer else ""
        told = Report(file.name, json.loads(said.out), sheets, "", mapping, suggested, stored)
        return self._page(form, told)

    async def _mapping(self, form: Form, file: Path, folder: Path) -> tuple[str, bool]:
        """Return the text of the mapping, and whether it is a suggestion; none for a template or RDF."""
        if upload := form.files.get("mapping"):
            return upload.content.decode(errors="replace"), False
        if text := form.text("mapping_text"):
            return text, False
        chosen = form.text("mapping_name")
        if chosen == SUGGEST:
            draft = folder / "draft.yaml"
            said = await self.commands.run("mapping", "suggest", str(file), "-o", str(draft))
            return (draft.read_text(encoding="utf-8"), True) if said.code == 0 else ("", False)
        known = shipped_mappings()
        return (known[chosen].read_text(encoding="utf-8"), False) if chosen in known else ("", False)

    async def _stored(self, file: Path, through: list[str], folder: Path, writer: Client) -> str:
        """Return what came of storing the file, in the name of who may."""
        said = await self.commands.run(
            "ingest", str(file), *through, "--db", str(self.site.store.path), "--by", writer.name
        )  # fmt: skip
        told = said.out.decode(errors="replace").strip()
        return told or said.problem(f"{folder}/upload/", f"{folder}/")

    def _page(self, form: Form, report: Report | None, status: int = 200) -> Response:
        return self.site.page(
            "validate.html", status, form=form, report=report, most=_MOST,
            mappings=list(shipped_mappings()), may_store=bool(self.site.access.tokens),
        )  # fmt: skip


def shipped_mappings() -> dict[str, Path]:
    """Return the mappings that ship, by folder and name, such as `aurora/cells`."""
    files = (file for folder in _MAPPINGS for file in (data_folder("mappings") / folder).glob("*.yaml"))
    return {f"{file.parent.name}/{file.stem}": file for file in sorted(files) if file.stem != "manifest"}


def _through(mapping: str, scope: str, folder: Path) -> list[str]:
    """Write the mapping, and return the arguments that name it and the scope."""
    if not mapping:
        return [f"--scope={scope}"] if scope else []
    file = folder / "columns.yaml"
    file.write_text(mapping, encoding="utf-8")
    return ["--mapping", str(file), f"--scope={scope or 'validated'}"]
