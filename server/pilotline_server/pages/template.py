"""`/template`: choose steps and get the workbook to fill in for them."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from pilotline.vocabulary.tables import Tables
from pilotline_server.pages.choices import Choices, choices
from pilotline_server.pages.commands import Commands
from pilotline_server.pages.site import Site

LEVELS = {
    "required": "what a rating calls hard to do without",
    "recommended": "that, and what matters to some extent or feeds a named model",
    "all": "all that is specified for the step",
}
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KEPT = {"Content-Disposition": 'attachment; filename="template.xlsx"', "Cache-Control": "no-cache"}


@dataclass(frozen=True)
class TemplatePage:
    """Answers `/template`: the form, and once a `step` is chosen the workbook."""

    site: Site
    commands: Commands

    async def __call__(self, request: Request) -> Response:
        """Answer with the form, or with the workbook for each `step`, at a `level`, for a `model`."""
        self.site.access.client(request, "read")
        asked = request.query_params
        steps = [step for step in asked.getlist("step") if step]
        model, level = asked.get("model", ""), asked.get("level", "recommended")
        if not steps:
            problem = "Choose at least one step." if asked else ""
            return self._page(asked.get("model", ""), level, [], problem)
        known, stored = choices(), asked.get("names") == "yes"
        if problem := _wrong(steps, level, model, known):
            return self._page(model, level, steps, problem)
        with TemporaryDirectory() as folder:
            file = Path(folder) / "template.xlsx"
            said = await self.commands.run(
                "template", *steps, "--output", str(file), "--level", level,
                *([f"--for-model={model}"] if model else []),
                *(["--db", str(self.site.store.path)] if stored else []),
            )  # fmt: skip
            if said.code:
                return self._page(model, level, steps, said.problem(f"{folder}/"))
            return Response(await run_in_threadpool(file.read_bytes), media_type=_WORKBOOK, headers=_KEPT)

    def _page(self, model: str, level: str, steps: list[str], problem: str) -> Response:
        return self.site.page(
            "template.html", 400 if problem else 200, choices=choices(), levels=LEVELS,
            model=model, level=level, chosen=steps, problem=problem,
        )  # fmt: skip


def _wrong(steps: list[str], level: str, model: str, known: Choices) -> str:
    """Return what is wrong with a choice; empty where nothing is."""
    names = Tables.shipped().rows("steps")
    every = {row["term"].removeprefix("pl:") for row in names}
    for name in steps:
        if name not in every and name not in known.steps.values():
            return f"No step is called {name!r}; there are {', '.join(known.steps)}."
    if level not in LEVELS:
        return f"The level is one of {', '.join(LEVELS)}, not {level!r}."
    if model and model not in known.models:
        return f"No model whose inputs are stated is called {model!r}."
    return ""
