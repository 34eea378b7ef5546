"""Turns what the store holds into small HTML pages that need no script."""

import json
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from string import Template
from typing import Any
from urllib.parse import quote

from pilotline.catalogue import Entry
from pilotline.namespaces import DCAT, DCTERMS, PL
from pilotline.store.workers import GRAPH_FORMATS, RESULT_FORMATS, Answer

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


def static(name: str) -> bytes:
    """Return a file that the pages link to."""
    return files(__package__).joinpath(name).read_bytes()


def home_page(entries: list[Entry], generation: int) -> str:
    """Return the page that says what the store holds."""
    link = f"/sparql?query={quote(EXAMPLE, safe='')}"
    return _page(
        "home.html",
        title="Pilotline",
        datasets="".join(_dataset_row(entry) for entry in entries) or _EMPTY,
        simulated=_SIMULATED if any(entry.simulated for entry in entries) else "",
        generation=str(generation),
        example=escape(EXAMPLE),
        link=escape(link),
    )


def sparql_page(query: str = EXAMPLE, result: str = "", *, simulated: bool = False) -> str:
    """Return the form for a query, with the result below it; simulated: some of the data are."""
    names = ["html", *RESULT_FORMATS, *GRAPH_FORMATS]
    options = "".join(f"<option value={name}>{_LABELS.get(name, name)}</option>" for name in names)
    return _page(
        "sparql.html",
        title="SPARQL",
        query=escape(query),
        formats=options,
        result=result,
        simulated=_SOME_SIMULATED if simulated else "",
    )


async def result_page(query: str, answer: Answer, format_name: str, *, simulated: bool) -> str:
    """Return the form with the answer to its query; format_name: json or turtle."""
    text = bytearray()
    async for block in answer.blocks():
        text += block
        if len(text) > _SHOWN:
            await answer.close()
            return sparql_page(query, _TOO_LONG, simulated=simulated)
    if format_name != "json":
        result = f"<h2>Result</h2><pre tabindex=0>{escape(text.decode())}</pre>"
    else:
        result = _table(json.loads(text))
    return sparql_page(query, result, simulated=simulated)


def _table(result: dict[str, Any]) -> str:
    if "boolean" in result:
        return f"<h2>Result</h2><p>{'yes' if result['boolean'] else 'no'}</p>"
    names = result["head"]["vars"]
    rows = result["results"]["bindings"]
    head = "".join(f"<th scope=col>{escape(name)}</th>" for name in names)
    body = "".join(_row(_shown(row.get(name)) for name in names) for row in rows)
    return (
        f"<h2>Result</h2><p>{len(rows)} rows</p>"
        f"<div class=wide tabindex=0><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _shown(term: dict[str, Any] | None) -> str:
    if term is None:
        return ""
    value = term["value"]
    return escape(value if isinstance(value, str) else json.dumps(value))


def _dataset_row(entry: Entry) -> str:
    mark = ' <strong class="mark">SIMULATED</strong>' if entry.simulated else ""
    state = "conforms" if entry.conforms else "does not conform: its faulty values are left out of answers"
    return _row(
        (f"{escape(entry.title)}{mark}<br><code>{escape(entry.iri)}</code>", f"{entry.triples:,}",
         str(entry.version), state, escape(entry.modified), escape(entry.licence or "not stated"))
    )  # fmt: skip


def _row(cells: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _page(template: str, title: str, **parts: str) -> str:
    folder = files(__package__)
    main = Template(folder.joinpath(template).read_text(encoding="utf-8")).substitute(parts)
    frame = Template(folder.joinpath("frame.html").read_text(encoding="utf-8"))
    return frame.substitute(title=title, main=main)


_EMPTY = "<tr><td colspan=6>The store is empty. Fill it with <code>pilotline ingest</code>.</td></tr>"
_SIMULATED = """<p class="mark">Datasets marked SIMULATED come from a simulation;
no pilot line measured their values.</p>"""
_SOME_SIMULATED = """<p class="mark">This store holds SIMULATED datasets; an answer may come from them.
<a href="/">Which they are</a></p>"""
_TOO_LONG = "<h2>Result</h2><p>The answer is too long for a page; choose CSV or Turtle to download it.</p>"
_LABELS = {
    "html": "on this page",
    "json": "JSON (table)", "xml": "XML (table)", "csv": "CSV (table)", "tsv": "TSV (table)",
    "turtle": "Turtle (graph)", "ntriples": "N-Triples (graph)", "jsonld": "JSON-LD (graph)",
    "rdfxml": "RDF/XML (graph)", "nquads": "N-Quads (graph)", "trig": "TriG (graph)",
}  # fmt: skip
