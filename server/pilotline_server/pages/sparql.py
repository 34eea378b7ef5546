"""The form for a query, and its answer."""

import json
from typing import Any

from pilotline.namespaces import DCAT, DCTERMS, PL
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


def sparql_page(query: str = EXAMPLE, *, simulated: bool = False, **result: object) -> str:
    """Return the form for a query. simulated: some data of the store are; result: what came of it."""
    names = ["html", *RESULT_FORMATS, *GRAPH_FORMATS]
    formats = {name: _LABELS.get(name, name) for name in names}
    nothing = {"text": None, "truth": None, "table": None, "too_long": False}
    return render("sparql.html", query=query, formats=formats, simulated=simulated, **(nothing | result))


async def result_page(query: str, answer: Answer, format_name: str, *, simulated: bool) -> str:
    """Return the form with the answer to its query; format_name: json or turtle."""
    text = bytearray()
    async for block in answer.blocks():
        text += block
        if len(text) > _SHOWN:
            await answer.close()
            return sparql_page(query, simulated=simulated, too_long=True)
    if format_name != "json":
        return sparql_page(query, simulated=simulated, text=text.decode())
    result: dict[str, Any] = json.loads(text)
    if "boolean" in result:
        return sparql_page(query, simulated=simulated, truth=result["boolean"])
    columns = result["head"]["vars"]
    rows = [[_cell(row.get(name)) for name in columns] for row in result["results"]["bindings"]]
    return sparql_page(query, simulated=simulated, table={"columns": columns, "rows": rows})


def _cell(term: dict[str, Any] | None) -> tuple[str, bool]:
    """Return a term as text, and whether it is an IRI."""
    if term is None:
        return "", False
    value = term["value"]
    return value if isinstance(value, str) else json.dumps(value), term["type"] == "uri"
