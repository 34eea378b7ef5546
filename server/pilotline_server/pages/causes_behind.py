"""Writes the SPARQL behind a comparison of cells: which are chosen, and what lies behind all of them."""

from collections.abc import Mapping

from pyoxigraph import NamedNode, Store

from pilotline.namespaces import PL
from pilotline.questions.labels import node_called
from pilotline.trace import Graph, bound_in_si, cells_called
from pilotline_server.pages.behind import Behind, listed, own, shipped

_HEAD = f"PREFIX pl: <{PL}>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\nPREFIX emmo: <https://w3id.org/emmo#>\n"
_DISPOSED = "?fate pl:dispositionOf ?cell ; pl:dispositionKind {kind} . ?cell a pl:Cell ."
# A cell's own values, or those of a run that left a state of it: hasProperty, hasOutput.
_BEYOND = """
    {{
      SELECT ?cell WHERE {{
        {{
          SELECT DISTINCT ?cell ?value ?number WHERE {{
            ?value a/rdfs:subClassOf {parameter} ; pl:siValue ?number .
            FILTER NOT EXISTS {{ ?value pl:statistic pl:StandardDeviation }}
            ?bearer emmo:EMMO_e1097637_70d2_4895_973f_2396f04fa204 ?value .
            ?bearer emmo:EMMO_c4bace1d_4db0_4cd3_87e9_18122bae2840?/pl:stateOf ?cell .
            ?cell a pl:Cell .
          }}
        }}
      }}
      GROUP BY ?cell
      HAVING({bounds})
    }}"""


def behind_causes(store: Store, given: Mapping[str, str]) -> list[Behind]:
    """Return the queries for what was asked: `compare` by disposition, value or cells."""
    chosen = _chosen(store, given)
    cells = (
        _HEAD
        + f"SELECT ?label ?cell WHERE {{\n  {{ SELECT DISTINCT ?cell WHERE {{ {chosen} }} }}\n"
        + ("  ?cell rdfs:label ?label .\n}\nORDER BY STRLEN(?label) ?label")
    )
    return [
        own("The chosen cells", cells),
        shipped("causes_things", chosen=chosen),
        shipped("causes_settings", chosen=chosen),
    ]


def _chosen(store: Store, given: Mapping[str, str]) -> str:
    """Return the pattern that `?cell` fits where it is chosen."""
    graph = Graph(store)
    if given["compare"] == "value":
        parameter = node_called(store, given["parameter"], NamedNode(PL + "Parameter"))
        sides = (("<", given["below"]), (">", given["above"]))
        bounds = [
            f"AVG(?number) {sign} {bound_in_si(graph, parameter, text)!r}" for sign, text in sides if text
        ]
        return _BEYOND.format(parameter=parameter, bounds=" || ".join(bounds))
    if given["compare"] == "cells":
        return (
            f"VALUES ?cell {{ {listed(sorted(cells_called(graph, named_cells(given['cells'])), key=str))} }}"
        )
    kind = node_called(store, given["disposition"] or PL + "Scrap", NamedNode(PL + "DispositionKind"))
    return _DISPOSED.format(kind=kind)


def named_cells(text: str) -> list[str]:
    """Return the names that a form sends, one a line or with commas between."""
    return [name.strip() for name in text.replace(",", "\n").splitlines() if name.strip()]
