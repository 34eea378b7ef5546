"""The form for a query, and its answer."""

import json
from itertools import groupby
from typing import Any, NamedTuple

from pyoxigraph import Store

from pilotline.namespaces import DCAT, DCTERMS, PL
from pilotline.questions.question import QuestionError, questions
from pilotline.resources import data_folder
from pilotline.store.workers import GRAPH_FORMATS, RESULT_FORMATS, Answer
from pilotline_server.pages.look import render

EXAMPLE = f"""PREFIX dcat: <{DCAT}>
PREFIX dcterms: <{DCTERMS}>
PREFIX pl: <{PL}>
SELECT ?dataset ?title ?simulated ?triples WHERE {{
  ?dataset a dcat:Dataset ;
    dcterms:title ?title ;
    pl:simulated ?simulated ;
    pl:tripleCount ?triples .
}}
ORDER BY ?title"""
_SHOWN = 1_000_000  # bytes of an answer that a page shows
_LABELS = {
    "html": "on this page",
    "json": "JSON (table)", "xml": "XML (table)", "csv": "CSV (table)", "tsv": "TSV (table)",
    "turtle": "Turtle (graph)", "ntriples": "N-Triples (graph)", "jsonld": "JSON-LD (graph)",
    "rdfxml": "RDF/XML (graph)", "nquads": "N-Quads (graph)", "trig": "TriG (graph)",
}  # fmt: skip


class Example(NamedTuple):
    """A canned question as a query that any client may send."""

    name: str
    summary: str
    text: str


Examples = list[tuple[str, list[Example]]]
"""By topic."""


def examples(store: Store) -> Examples:
    """Return the questions that a store can be asked as they stand, with the values of their examples."""
    known = sorted(questions(data_folder("queries")), key=lambda one: (one.header.topic, one.name))
    found: list[tuple[str, Example]] = []
    for question in known:
        try:
            text = question.written(question.bound(store, question.header.example))
        except QuestionError:  # its example names a thing of the demo line, which is not here
            continue
        found.append((question.header.topic, Example(question.name, question.header.summary, text)))
    return [(topic, [one for _, one in group]) for topic, group in groupby(found, lambda pair: pair[0])]


def sparql_page(
    query: str = EXAMPLE, *, examples: Examples, simulated: bool, problem: str = "", **result: object
) -> str:
    """Return the form for a query.

    simulated: some data of the store are. problem: why there is no answer; result: what came of it.
    """
    names = ["html", *RESULT_FORMATS, *GRAPH_FORMATS]
    formats = {name: _LABELS.get(name, name) for name in names}
    nothing = {"text": None, "truth": None, "table": None, "too_long": False}
    return render(
        "sparql.html", query=query, formats=formats, simulated=simulated, examples=examples,
        problem=problem, **(nothing | result),
    )  # fmt: skip


async def result_of(answer: Answer, format_name: str) -> dict[str, object]:
    """Return what the page shows of an answer; format_name: json or turtle."""
    text = bytearray()
    async for block in answer.blocks():
        text += block
        if len(text) > _SHOWN:
            await answer.close()
            return {"too_long": True}
    if format_name != "json":
        return {"text": text.decode()}
    result: dict[str, Any] = json.loads(text)
    if "boolean" in result:
        return {"truth": result["boolean"]}
    columns = result["head"]["vars"]
    rows = [[_cell(row.get(name)) for name in columns] for row in result["results"]["bindings"]]
    return {"table": {"columns": columns, "rows": rows}}


def _cell(term: dict[str, Any] | None) -> tuple[str, bool]:
    """Return a term as text, and whether it is an IRI."""
    if term is None:
        return "", False
    value = term["value"]
    return value if isinstance(value, str) else json.dumps(value), term["type"] == "uri"
