"""Says what a model or a type of model needs of a line and does not get, and why: the gap analysis."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, QuerySolutions, Store

from pilotline.errors import PilotlineError
from pilotline.namespaces import PL, PREFIXES, RDF
from pilotline.questions.labels import named
from pilotline.readiness.coverage import Lineage
from pilotline.readiness.requirements import Requirement
from pilotline.vocabulary.terms import spaced

_TYPE = NamedNode(RDF + "type")
_CATEGORY, _MODEL = NamedNode(PL + "ModelCategory"), NamedNode(PL + "Model")
_OFFLINE, _LOW, _HIGH = "Offline", "Low", "High"
_CRITICALITY = "Criticality"
_SPECIFIED = """
SELECT ?specification ?step ?part ?parameter ?table ?row ?acquisition WHERE {
  ?specification pl:inStep ?step ; pl:ofParameter ?parameter ; pl:tableNumber ?table ; pl:rowNumber ?row .
  ?step pl:stepOrder ?order .
  OPTIONAL { ?specification pl:inSubStep ?part }
  OPTIONAL { ?specification pl:acquisition ?acquisition }
}
ORDER BY ?order ?table ?row ?parameter
"""
_RATED = """
SELECT ?specification ?dimension ?level ?model WHERE {
  ?assessment pl:assesses ?specification ; pl:assessmentDimension ?dimension ; pl:level ?level .
  OPTIONAL { ?assessment pl:modelCategory ?model }
}
"""
_MEASURED = "SELECT ?specification { ?specification pl:assignedTechnique|pl:textTechnique ?technique }"
_CAPABLE = """
SELECT ?specification ?line ?acquisition {
  ?capability pl:capabilityFor ?specification ; pl:capabilityOf ?line ; pl:acquisition ?acquisition
}
"""
_INPUTS = "SELECT ?parameter { ?model pl:modelInput ?parameter } ORDER BY ?parameter"
_BORNE = "ASK { ?bearer emmo:EMMO_e1097637_70d2_4895_973f_2396f04fa204 ?q . ?q a/rdfs:subClassOf ?parameter }"
_NAMED = """
SELECT ?statement ?step ?gap ?subject ?words ?fact ?section WHERE {
  ?statement a pl:GapStatement ; pl:gapKind/skos:altLabel ?gap ; pl:section ?section .
  OPTIONAL { ?statement pl:aboutStep ?step }
  OPTIONAL { ?statement pl:statementSubject ?subject }
  OPTIONAL { ?statement pl:objectInWords ?words }
  OPTIONAL { ?statement pl:fact ?fact }
  FILTER(LANG(?gap) = "en")
}
ORDER BY ?section ?statement ?subject
"""


class GapsError(PilotlineError, ValueError):
    """A model or step that nothing is called by."""


class Kind(StrEnum):
    """Why something is a gap, in the words of a report and in its order."""

    NOT_RECORDED = "needed, and not recorded"
    OFFLINE = "needed, and not measured online"
    POOR = "needed, and hard to measure or inaccurate"
    NO_TECHNIQUE = "needed, and no way to measure it is stated"
    UNKNOWN = "not known how much it matters"
    NAMED = "named by the authors"


@dataclass(frozen=True)
class Gap:
    """One thing that is missing.

    step, parameter: local names; either is empty where the authors name a gap in other words.
    why: what the kind rests on, such as the low rating, or in how many runs it was looked for.
    source: the row of the tables, the section of the paper, or the line whose capability it is.
    """

    kind: Kind
    step: str
    parameter: str
    why: str
    source: str


@dataclass
class _Specified:
    """A parameter at a step: where it stands, how it is rated, and how the paper and lines measure it.

    critical: levels by type of model; rated: levels of measurability and accuracy by dimension.
    lines: the acquisition of each line that says how it measures.
    """

    step: str
    part: str
    parameter: str
    place: str
    acquisition: str
    techniques: int = 0
    critical: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    rated: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    lines: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def find_gaps(store: Store, model: str = "", step: str = "") -> list[Gap]:
    """Return what is missing, by kind and along the line.

    model: a type of model or a model of the paper, by its label; empty for any type of model.
    step: a step or a part of one, by its label; empty for all.
    Errors: GapsError.
    """
    place = _called(store, step, NamedNode(PL + "ProcessStep")) if step else ""
    category, name, inputs = _needs(store, model)
    specified = [each for each in _specified(store) if not place or place in (each.step, each.part)]
    needed = [each for each in specified if _is_needed(each, category, inputs)]
    if inputs is not None and not place:
        needed += [
            _Specified("", "", each, f"input of {name}", "") for each in sorted(inputs - _names(specified))
        ]
    records = _Records(store)
    found = [gap for each in needed for gap in (*_unrecorded(each, records), *_measuring(each))]
    if inputs is None:
        found += [_unknown(each, category, records) for each in specified if not _is_rated(each, category)]
    subjects = None if inputs is None else {name, *inputs}
    found += [gap for gap in _named(store, place) if subjects is None or gap.parameter in subjects]
    order = list(Kind)
    return sorted(found, key=lambda gap: order.index(gap.kind))


def queries(store: Store, model: str = "") -> dict[str, str]:
    """Return the SPARQL that `find_gaps` asks, by what it gives; lineage is followed beside it."""
    asked = {
        "What is specified for the steps": _SPECIFIED,
        "How it is rated": _RATED,
        "Whether a technique is stated for it": _MEASURED,
        "How lines say they measure it": _CAPABLE,
        "Gaps that the authors name": _NAMED,
    }
    name = _needs(store, model)[1]
    return asked | ({"What the model takes": _INPUTS.replace("?model", f"pl:{name}")} if name else {})


def _called(store: Store, text: str, kind: NamedNode) -> str:
    nodes = named(store, text.removeprefix("pl:"), kind)
    if not nodes:
        raise GapsError(f"no {_local(kind.value)} is called {text!r}; give its label or its name")
    return _local(nodes[0].value)


def _names(specified: Iterable[_Specified]) -> frozenset[str]:
    return frozenset(each.parameter for each in specified)


def _needs(store: Store, model: str) -> tuple[str, str, frozenset[str] | None]:
    """Return the type of model; or, for a model of the paper, its name and its inputs."""
    if not model:
        return "", "", None
    if categories := named(store, model.removeprefix("pl:"), _CATEGORY):
        return _local(categories[0].value), "", None
    name = _called(store, model, _MODEL)
    rows = _rows(store, _INPUTS.replace("?model", f"pl:{name}"))
    inputs = frozenset(row["parameter"] for row in rows)
    if not inputs:
        raise GapsError(f"the paper states no inputs of {model!r}")
    return "", name, inputs


def _specified(store: Store) -> list[_Specified]:
    found = {
        row["specification"]: _Specified(
            row["step"],
            row["part"],
            row["parameter"],
            f"Table {row['table']}, row {row['row']}",
            row["acquisition"],
        )
        for row in _rows(store, _SPECIFIED)
    }
    for row in _rows(store, _RATED, found):
        levels = found[row["specification"]]
        if row["dimension"] == _CRITICALITY:
            levels.critical[row["model"]].add(row["level"])
        else:
            levels.rated[row["dimension"]].add(row["level"])
    for row in _rows(store, _MEASURED, found):
        found[row["specification"]].techniques += 1
    for row in _rows(store, _CAPABLE, found):
        found[row["specification"]].lines[row["line"]].add(row["acquisition"])
    return list(found.values())


def _is_needed(each: _Specified, category: str, inputs: frozenset[str] | None) -> bool:
    if inputs is not None:
        return each.parameter in inputs
    return any(_HIGH in levels for model, levels in each.critical.items() if category in ("", model))


def _is_rated(each: _Specified, category: str) -> bool:
    return bool(each.critical.get(category) if category else each.critical)


def _measuring(each: _Specified) -> Iterator[Gap]:
    """Yield why a needed parameter is hard to have; how a line says it measures goes before the paper."""
    if each.lines:
        for line, ways in each.lines.items():
            if ways == {_OFFLINE}:
                yield Gap(Kind.OFFLINE, each.step, each.parameter, f"{line} measures it offline", line)
    elif each.acquisition == _OFFLINE:
        yield Gap(Kind.OFFLINE, each.step, each.parameter, "measured offline", each.place)
    elif each.step and not each.acquisition and not each.techniques:
        yield Gap(Kind.NO_TECHNIQUE, each.step, each.parameter, "no technique is stated", each.place)
    low = [dimension.lower() for dimension, levels in sorted(each.rated.items()) if _LOW in levels]
    if low:
        yield Gap(Kind.POOR, each.step, each.parameter, f"low {' and '.join(low)}", each.place)


def _unrecorded(each: _Specified, records: "_Records") -> Iterator[Gap]:
    if why := records.lack(each):
        yield Gap(Kind.NOT_RECORDED, each.step, each.parameter, why, each.place)


def _unknown(each: _Specified, category: str, records: "_Records") -> Gap:
    models = f"{spaced(category)} models" if category else "any type of model"
    recorded = "not recorded" if records.lack(each) else "recorded"
    return Gap(Kind.UNKNOWN, each.step, each.parameter, f"no rating for {models}; {recorded}", each.place)


class _Records:
    """What the runs of a store have, themselves or in what they come from."""

    def __init__(self, store: Store) -> None:
        self._store, self._lineage = store, Lineage(store)
        self._runs: dict[str, list[NamedNode]] = {}

    def lack(self, each: _Specified) -> str:
        """Say why a parameter is missing, nothing where a run of its step has it."""
        if not each.step:
            query = _BORNE.replace("?parameter", f"pl:{each.parameter}")
            return "" if self._store.query(query, prefixes=PREFIXES) else "no value in the store"
        runs = self._of(each.part) or self._of(each.step)
        if not runs:
            return "no run of the step"
        if any(self._lineage.find(run, Requirement(each.parameter)) for run in runs):
            return ""
        return f"in none of {len(runs)} runs nor in what they come from"

    def _of(self, step: str) -> list[NamedNode]:
        if step and step not in self._runs:
            self._runs[step] = _runs(self._store, step)
        return self._runs.get(step, [])


def _runs(store: Store, step: str) -> list[NamedNode]:
    """Return the runs of a step; writers state the class, so its sub-steps are asked for by name."""
    quads = store.quads_for_pattern(None, _TYPE, NamedNode(PL + step), DefaultGraph())
    return sorted((quad.subject for quad in quads if isinstance(quad.subject, NamedNode)), key=str)


def _named(store: Store, place: str) -> Iterator[Gap]:
    for row in _rows(store, _NAMED):
        if not place or row["step"] == place:
            told = ": ".join(part for part in (row["gap"], row["words"] or row["fact"]) if part)
            yield Gap(Kind.NAMED, row["step"], row["subject"], told, f"section {row['section']}")


def _rows(store: Store, query: str, known: Iterable[str] | None = None) -> Iterator[dict[str, str]]:
    """Yield the rows of a query with local names and texts; known: the specifications to keep."""
    rows: Any = store.query(query, prefixes=PREFIXES)
    assert isinstance(rows, QuerySolutions)
    names = [variable.value for variable in rows.variables]
    for row in rows:
        told = {name: _local(row[name].value) if row[name] else "" for name in names}
        if known is None or told["specification"] in known:
            yield told


def _local(iri: str) -> str:
    return iri.removeprefix(PL)
