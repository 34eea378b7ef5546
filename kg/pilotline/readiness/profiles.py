"""Looks at a checked dataset with a purpose in mind: strict, publishing, or the needs of a model."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad
from pyoxigraph import Store as Oxigraph

from pilotline.datasets.catalogue import instant, metadata
from pilotline.datasets.dataset import Staged
from pilotline.errors import PilotlineError
from pilotline.findings import Finding, Severity
from pilotline.namespaces import CATALOGUE_GRAPH, DCTERMS, PL, PROV
from pilotline.readiness.completeness import completeness
from pilotline.readiness.coverage import Coverage, Readiness, assess, runs_of
from pilotline.readiness.requirements import (
    Requirements,
    model_requirements,
    named_models,
    rated_requirements,
    read_requirements,
)
from pilotline.resources import data_folder
from pilotline.validation import Report, check_store, load_shapes
from pilotline.vocabulary.tables import Tables
from pilotline.vocabulary.terms import Vocabulary

Look = Callable[[Oxigraph, str, Report], Report]


class ProfileError(PilotlineError, ValueError):
    """A profile that does not exist; the message names those that do."""


def profile(name: str, tables: Tables) -> Look:
    """Return what a profile makes of a report.

    name: default, strict, publish, a model of the paper (`SlotCoatingCfdModel`), or a step and a model type
    (`Coating:Continuum`).
    """
    match name.partition(":"):
        case ("default", "", ""):
            return lambda store, dataset, report: with_completeness(store, dataset, report, tables)
        case ("strict", "", ""):
            return lambda store, dataset, report: replace(
                with_completeness(store, dataset, report, tables), fails_on=Severity.WARNING
            )
        case ("publish", "", ""):
            return _publish
        case (step, ":", model_type):
            return needs(rated_requirements(step, model_type, tables))
        case (model, "", "") if model in named_models(tables):
            return needs(model_requirements(model, tables))
        case _:
            models = ", ".join(named_models(tables))
            raise ProfileError(
                f"no profile {name!r}: use default, strict, publish, STEP:MODELTYPE such as "
                f"Coating:Continuum, or a model: {models}"
            )


def own_list(file: Path, vocabulary: Vocabulary) -> Look:
    """Return the profile of a user's own list of parameters."""
    return needs(read_requirements(file, vocabulary))


def with_completeness(store: Oxigraph, dataset: str, report: Report, tables: Tables) -> Report:
    """Return the report with the completeness of each step."""
    return replace(report, completeness=tuple(completeness(store, dataset, tables)))


def needs(requirements: Requirements) -> Look:
    """Return the profile that demands what a model needs; it never passes on what is not known."""

    def look(store: Oxigraph, dataset: str, report: Report) -> Report:
        runs = _rows_of(store, dataset, requirements.steps)
        return report.noting(_told(assess(store, runs, requirements)))

    return look


def _rows_of(store: Oxigraph, dataset: str, steps: tuple[str, ...]) -> list[NamedNode]:
    """Return the runs that a model takes as its rows: those of its last step of which there are any.

    What the earlier steps did is found from there, as it lies behind them in the lineage.
    """
    by_step = (runs_of(store, dataset, [step]) for step in reversed(steps))
    return next((runs for runs in by_step if runs), None) or runs_of(store, dataset)


def _told(readiness: Readiness) -> Iterator[Finding]:
    needed = readiness.requirements
    if not needed.complete:
        message = (
            f"{needed.name}: known {needed.known} of {needed.asked} ratings, how much each parameter matters"
        )
        hint = "the rest is not rated; nothing can be said of readiness until it is"
        yield Finding("Readiness-unknown", Severity.VIOLATION, message, hint)
    if not readiness.runs:
        message = f"{needed.name}: the dataset describes no run that the model could use"
        yield Finding("Readiness-noRuns", Severity.VIOLATION, message)
        return
    for coverage in readiness.coverages:
        yield from _covered(coverage, readiness)
    if needed.complete:
        message = f"{needed.name}: {readiness.complete} of {readiness.runs} runs have all that is required"
        yield Finding("Readiness-complete", Severity.INFO, message)


def _covered(coverage: Coverage, readiness: Readiness) -> Iterator[Finding]:
    item = coverage.requirement
    if coverage.runs < readiness.runs:
        severity = Severity.VIOLATION if item.required else Severity.INFO
        what = " ".join(part for part in (item.polarity.lower(), item.kind, item.parameter) if part)
        where = f"{coverage.runs} of {readiness.runs} runs have it"
        yield Finding(
            f"Readiness-{item.parameter}",
            severity,
            f"{readiness.requirements.name} needs {what}: {where}",
            "looked for in the run, what it made, and all it came from; record it where it is born",
            expected=f"{item.least} or more values for each run",
            source=item.source,
        )
    elif coverage.distinct == 1 and coverage.values > 1:
        message = f"{item.parameter} is the same in all {readiness.runs} runs; it teaches a model nothing"
        yield Finding(f"Readiness-{item.parameter}-constant", Severity.INFO, message, source=item.source)


def _publish(store: Oxigraph, dataset: str, report: Report) -> Report:
    """Return the report with what the dataset does not say of itself."""
    entry = Oxigraph()
    node = NamedNode(dataset)
    for graph in (CATALOGUE_GRAPH, f"{dataset}/provenance"):
        for quad in store.quads_for_pattern(node, None, None, NamedNode(graph)):
            entry.add(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()))
    if not len(entry):
        raise ProfileError(f"{dataset} has no catalogue entry")
    found = check_store(entry, load_shapes(data_folder("shapes") / "profiles" / "publish.ttl"))
    return report.noting(found.findings)


def described(staged: Staged) -> Iterator[Quad]:
    """Yield what a dataset that is only rehearsed says of itself, as the first version would."""
    node, graph = NamedNode(staged.description.iri), NamedNode(CATALOGUE_GRAPH)
    dated = ((DCTERMS + "modified", instant(staged.read_at)), (PL + "version", Literal(1)))
    for predicate, value in (*metadata(staged.description), *dated):
        yield Quad(node, NamedNode(predicate), value, graph)
    yield Quad(node, NamedNode(PROV + "wasGeneratedBy"), NamedNode(f"{node.value}/provenance#ingest"), graph)
