"""Writes the SPARQL behind gaps and readiness: what is needed, and how many runs have it in their lineage."""

from collections.abc import Iterable

from pilotline.namespaces import PREFIXES
from pilotline_server.pages.behind import Behind, own, shipped

HEAD = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("emmo", "pl", "rdfs", "skos"))
_TAKEN = """SELECT ?parameter (!BOUND(?implicit) AS ?required) WHERE {
  ?model pl:modelInput ?parameter .
  OPTIONAL { ?model pl:implicitInput ?implicit . FILTER(?implicit = ?parameter) }
}
ORDER BY ?parameter"""
_RATED = """SELECT ?parameter ?level ?basis ?table ?row WHERE {
  ?specification pl:inStep|pl:inSubStep ?step ; pl:ofParameter ?parameter ;
    pl:tableNumber ?table ; pl:rowNumber ?row .
  OPTIONAL {
    ?rating pl:assesses ?specification ; pl:assessmentDimension pl:Criticality ;
      pl:modelCategory ?type ; pl:level ?level .
    OPTIONAL { ?rating pl:basis ?basis }
  }
}
ORDER BY ?table ?row ?parameter"""


def behind_needs(model: str, step: str, model_type: str) -> Behind:
    """Return the query for what a model takes, or for how what is specified for a step is rated.

    Each is a local name; without a model, step and type of model count.
    """
    if model:
        return own("What the model takes", HEAD + _TAKEN.replace("?model", f"pl:{model}"))
    rated = _RATED.replace("?step", f"pl:{step}").replace("?type", f"pl:{model_type}")
    return own("How much it matters to that type of model, as it is rated", HEAD + rated)


def behind_runs(steps: Iterable[str], parameters: Iterable[str], dataset: str = "") -> Behind:
    """Return the query for what the runs of some steps, or of all, have of some parameters.

    steps, parameters: local names. dataset: IRI of the one whose runs are meant; empty for all.
    """
    kinds = " ".join(f"pl:{step}" for step in steps)
    needed = " ".join(f"pl:{parameter}" for parameter in dict.fromkeys(parameters))
    # hasOutput: a run left a state; outputLot: it made a lot, of whatever state.
    made = "?run emmo:EMMO_c4bace1d_4db0_4cd3_87e9_18122bae2840|pl:outputLot ?result"
    runs = f"GRAPH <{dataset}> {{ {made} }}" if dataset else f"FILTER EXISTS {{ {made} }}"
    if kinds:
        runs = f"VALUES ?step {{ {kinds} }} ?run a/rdfs:subClassOf ?step . {runs}"
    elif not dataset:  # of so many runs, those are looked for that come from where a value is
        bearing = (
            "?value a/rdfs:subClassOf ?sought . ?node emmo:EMMO_e1097637_70d2_4895_973f_2396f04fa204 ?value"
        )
        runs = f"VALUES ?sought {{ {needed} }} {bearing} . {runs}"
    return shipped("values_behind_runs", runs=runs, parameters=needed)
