"""`/datasets`: the datasets of the store, and of each its description, report, versions and downloads."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple, serialize
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pilotline.datasets import catalogue
from pilotline.datasets.catalogue import Entry
from pilotline.datasets.dependence import dependents
from pilotline.datasets.pointers import parse_pointer
from pilotline.namespaces import PREFIXES, SH
from pilotline.readiness.completeness import completeness
from pilotline.vocabulary.tables import Tables
from pilotline_server.pages.behind import Behind, shipped
from pilotline_server.pages.choices import choices
from pilotline_server.pages.commands import Commands
from pilotline_server.pages.site import Site

_FORMATS = {"turtle": (RdfFormat.TURTLE, "ttl"), "jsonld": (RdfFormat.JSON_LD, "jsonld")}
# Written by `pilotline export`: option, ending, media type.
_EXPORTS = {
    "xlsx": ("--xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ro-crate": ("--ro-crate", "zip", "application/zip"),
}
_RESULT, _MESSAGE = NamedNode(SH + "result"), NamedNode(SH + "resultMessage")
_SEVERITY, _FOCUS = NamedNode(SH + "resultSeverity"), NamedNode(SH + "focusNode")
_CELL = NamedNode(PREFIXES["pl"] + "cell")
_MOST = 500  # lines of a report on a page


@dataclass(frozen=True)
class Line:
    """One line of a kept report."""

    severity: str
    place: str
    message: str


@dataclass(frozen=True)
class Datasets:
    """Answers `/datasets`: the list, or one dataset."""

    site: Site
    commands: Commands

    async def __call__(self, request: Request) -> Response:
        """Answer with the list, or with the dataset that `?name=` names by its IRI.

        `format` downloads it, `version` an earlier version of it.
        """
        self.site.access.client(request, "read")
        graph = self.site.store.read()
        entries = await run_in_threadpool(catalogue.entries, graph)
        iri = request.query_params.get("name")
        if iri is None:
            return self.site.page(
                "datasets.html", entries=entries, steps=choices().steps,
                behind=[shipped("datasets"), shipped("flat_values")],
            )  # fmt: skip
        entry = next((each for each in entries if each.iri == iri), None)
        if entry is None:
            raise HTTPException(404, f"no dataset of this store is called <{iri}>")
        if asked := request.query_params.get("format"):
            return await self._download(graph, entry, asked, request.query_params.get("version", ""))
        report, provenance = await run_in_threadpool(_kept, graph, entry)
        return self.site.page(
            "dataset.html", entry=entry, report=report[:_MOST], more=max(0, len(report) - _MOST),
            provenance=provenance, versions=catalogue.versions(graph, entry.iri),
            dependents=await run_in_threadpool(dependents, graph, entry.iri), behind=_behind(entry.iri),
            completeness=await self.site.memory.get(
                ("completeness", iri), lambda store: completeness(store, iri, Tables.shipped())
            ),
        )  # fmt: skip

    async def _download(self, graph: Store, entry: Entry, asked: str, version: str) -> Response:
        """Return the dataset; HTTPException for a format or a version that there is not."""
        earlier = [str(each) for each in catalogue.versions(graph, entry.iri)]
        if version and version not in (*earlier, str(entry.version)):
            raise HTTPException(
                404, f"no version {version} is kept; there are {', '.join(earlier) or 'none'}"
            )
        older = version if version in earlier else ""
        if asked in _FORMATS:
            name = catalogue.version_graph(entry.iri, int(older)) if older else entry.iri
            return await run_in_threadpool(_written, graph, name, entry, asked)
        if asked not in _EXPORTS or (older and asked == "xlsx"):
            raise HTTPException(400, f"format is one of {', '.join((*_FORMATS, *_EXPORTS))}, not {asked!r}")
        option, ending, media_type = _EXPORTS[asked]
        with TemporaryDirectory() as folder:
            file = Path(folder) / f"dataset.{ending}"
            arguments = ["export", entry.iri, option, str(file), "--db", str(self.site.store.path)]
            said = await self.commands.run(*arguments, *([f"--version={older}"] if older else []))
            if said.code:
                raise HTTPException(503, said.problem(f"{folder}/"))
            return _attached(await run_in_threadpool(file.read_bytes), media_type, entry, ending)


def _behind(dataset: str) -> list[Behind]:
    """Return the SPARQL behind what the page shows of a dataset."""
    report, provenance = (NamedNode(f"{dataset}/{name}") for name in ("report", "provenance"))
    return [
        shipped("datasets"),
        shipped("dataset_completeness", {"dataset": NamedNode(dataset)}),
        shipped("dataset_report", {"report": report}),
        shipped("dataset_dependents", {"dataset": NamedNode(dataset)}),
        shipped("dataset_provenance", {"provenance": provenance}),
    ]


def _kept(graph: Store, entry: Entry) -> tuple[list[Line], list[tuple[str, str]]]:
    """Return the report, worst first, and the provenance, both as kept with the dataset."""
    name = NamedNode(entry.iri + "/report")
    nodes = [quad.object for quad in graph.quads_for_pattern(None, _RESULT, None, name)]
    lines = [_line(graph, node, name) for node in nodes if isinstance(node, NamedNode)]
    order = ["Violation", "Warning", "Info"]
    told = graph.quads_for_pattern(None, None, None, NamedNode(entry.iri + "/provenance"))
    facts = sorted({(_short(quad.predicate), _short(quad.object)) for quad in told})
    return sorted(lines, key=lambda line: (order.index(line.severity), line.place, line.message)), facts


def _line(graph: Store, node: NamedNode, name: NamedNode) -> Line:
    def one(predicate: NamedNode) -> str:
        values = [quad.object for quad in graph.quads_for_pattern(node, predicate, None, name)]
        english = [v for v in values if not isinstance(v, Literal) or v.language in (None, "en")]
        return next((v.value for v in english if isinstance(v, NamedNode | Literal)), "")

    cell = one(_CELL)
    place = str(parse_pointer(cell)) if cell else _short(NamedNode(focus)) if (focus := one(_FOCUS)) else ""
    severity = one(_SEVERITY).rpartition("#")[2]
    return Line(severity if severity in ("Warning", "Info") else "Violation", place, one(_MESSAGE))


def _written(graph: Store, name: str, entry: Entry, asked: str) -> Response:
    form, ending = _FORMATS[asked]
    quads = graph.quads_for_pattern(None, None, None, NamedNode(name))
    triples = (Triple(quad.subject, quad.predicate, quad.object) for quad in quads)
    text = serialize(triples, format=form, prefixes=PREFIXES)
    assert text is not None
    return _attached(text, form.media_type, entry, ending)


def _attached(content: bytes, media_type: str, entry: Entry, ending: str) -> Response:
    name = entry.iri.rpartition("/")[2]
    kept = {"Content-Disposition": f'attachment; filename="{name}.{ending}"', "Cache-Control": "no-cache"}
    return Response(content, media_type=media_type, headers=kept)


def _short(term: object) -> str:
    text = term.value if isinstance(term, NamedNode | Literal) else str(term)
    for prefix, namespace in PREFIXES.items():
        if text.startswith(namespace) and text != namespace:
            return f"{prefix}:{text.removeprefix(namespace)}"
    return text
