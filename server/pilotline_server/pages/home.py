"""The home page: what the store holds, a search, and the questions people ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import Literal
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from pilotline.datasets import catalogue
from pilotline.namespaces import PREFIXES
from pilotline.questions.question import Question, questions
from pilotline.resources import data_folder
from pilotline_server.pages.behind import Behind, own, shipped
from pilotline_server.pages.site import Row, Site
from pilotline_server.pages.sparql import EXAMPLE

_HEAD = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("pl", "rdfs", "skos"))
_COUNTS = (
    _HEAD
    + """SELECT ?cells ?runs ?triples {
  { SELECT (COUNT(DISTINCT ?cell) AS ?cells) { ?cell a/rdfs:subClassOf pl:Cell } }
  { SELECT (COUNT(DISTINCT ?run) AS ?runs) { ?run a/rdfs:subClassOf pl:ProcessStep } }
  { SELECT (COUNT(*) AS ?triples) { ?s ?p ?o } }
}"""
)
_SEARCH = (
    _HEAD
    + """SELECT ?wanted ?node (SAMPLE(?found) AS ?label) {
  ?node rdfs:label|skos:prefLabel|skos:altLabel|pl:alias ?found .
  FILTER(isIRI(?node) && (CONTAINS(LCASE(STR(?found)), ?wanted) ||
    CONTAINS(LCASE(REPLACE(STR(?node), "^.*[/#]", "")), REPLACE(?wanted, "[ -]", ""))))
}
GROUP BY ?wanted ?node
ORDER BY STRLEN(STR(SAMPLE(?found))) ?node
LIMIT 50"""
)


@dataclass(frozen=True)
class Home:
    """Answers `/`; what it counts is counted once for each generation."""

    site: Site

    async def __call__(self, request: Request) -> Response:
        """Answer with the page, and with what a search found."""
        self.site.access.client(request, "read")
        generation, graph = self.site.store.snapshot()
        entries = await run_in_threadpool(catalogue.entries, graph)
        wanted = request.query_params.get("search", "").strip()
        return self.site.page(
            "home.html", entries=entries, generation=generation, example=EXAMPLE,
            counts=await self._counts(request), wanted=wanted,
            found=await self._found(request, wanted) if wanted else [],
            last=max((entry.modified for entry in entries), default=""),
            topics=by_topic(questions(data_folder("queries"))), behind=_behind(wanted),
        )  # fmt: skip

    async def _counts(self, request: Request) -> dict[str, int]:
        (row,) = await self.site.memory.asked("counts", lambda: self.site.rows(request, _COUNTS))
        return {name: int(count) for name, count in row.items()}

    async def _found(self, request: Request, wanted: str) -> list[Row]:
        rows = await self.site.rows(request, _SEARCH, {"wanted": Literal(wanted.lower())})
        return [row for row in rows if "node" in row]


def _behind(wanted: str) -> list[Behind]:
    """Return the SPARQL behind the figures, the list of datasets, and what a search found."""
    found = [own("What is called so", _SEARCH, {"wanted": Literal(wanted.lower())})] if wanted else []
    return [own("The figures", _COUNTS), shipped("datasets"), *found]


def by_topic(asked: Iterable[Question]) -> list[tuple[str, list[Question]]]:
    """Return the questions under their topics, both in alphabetic order."""
    ordered = sorted(asked, key=lambda one: (one.header.topic, one.name))
    return [(topic, list(group)) for topic, group in groupby(ordered, lambda one: one.header.topic)]
