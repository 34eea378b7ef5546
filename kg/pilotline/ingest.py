"""Turns a staged dataset into the next generation of the store: link, validate, publish, or refuse."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import chain

from pyoxigraph import NamedNode, Quad

from pilotline import catalogue
from pilotline.dataset import Staged
from pilotline.findings import Finding
from pilotline.linking import Touched, link, touched_by
from pilotline.namespaces import (
    CATALOGUE_GRAPH,
    LINKS_GRAPH,
)
from pilotline.neighbourhood import neighbourhood
from pilotline.resources import data_folder
from pilotline.store import Draft, Store
from pilotline.validation import Report, Shapes, apply_policy, check_graph, load_shapes, report_quads
from pilotline.vocabulary.terms import Vocabulary


class Policy(StrEnum):
    """What happens to a dataset that breaks a rule.

    STRICT: it is refused, its report is kept. RECORD: it enters, its faulty values out of scope.
    """

    STRICT = "strict"
    RECORD = "record"


@dataclass(frozen=True)
class Rules:
    """What datasets are linked and checked by; made once, passed in.

    ontology: the ontology with its closed hierarchy as N-Triples, which every validation sees.
    """

    shapes: Shapes
    vocabulary: Vocabulary
    ontology: bytes = field(repr=False)

    def with_shapes(self, *names: str) -> "Rules":
        """Return these rules with further shapes, such as those for one source."""
        return replace(self, shapes=load_shapes(data_folder("shapes"), *names)) if names else self

    @property
    def step_order(self) -> dict[str, float]:
        """Return the place of each step class along the line."""
        return {step.iri: float(place) for place, step in enumerate(self.vocabulary.steps.by_name.values())}


@dataclass(frozen=True)
class Outcome:
    """What became of a dataset.

    published: it is in the store; conforms: no rule of violation level is broken.
    unchanged: these very files were there already, nothing was written.
    version: of the dataset, from 1; 0 where it is not in the store.
    hidden: quantities that the policy `record` keeps out of scope.
    """

    dataset: str
    title: str
    published: bool
    conforms: bool
    unchanged: bool = False
    version: int = 0
    triples: int = 0
    hidden: int = 0
    findings: tuple[Finding, ...] = ()


class _LeftError(Exception):
    """Leaves a draft that is not to be published; what was found goes with it."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


def ingest(store: Store, staged: Staged, rules: Rules, policy: Policy = Policy.STRICT) -> Outcome:
    """Publish a staged dataset; one that the policy refuses leaves its report and nothing else."""
    description = staged.description
    if catalogue.holds(store.read(), staged, policy):
        entry = catalogue.entry(store.read(), description.iri)
        return Outcome(entry.iri, entry.title, True, entry.conforms, True, entry.version, entry.triples)
    try:
        with store.write() as draft:
            return _publish(draft, staged, rules, policy)
    except _LeftError as left:
        with store.write() as draft:
            _attach_report(draft, description.iri + "/refused", left.report)
        return Outcome(description.iri, description.title, False, False, findings=left.report.findings)


def rehearse(store: Store, staged: Staged, rules: Rules) -> Report:
    """Return what ingesting a dataset would find; the store stays as it is."""
    try:
        with store.write() as draft:
            raise _LeftError(_examine(draft, staged, rules))
    except _LeftError as left:
        return left.report


def _publish(draft: Draft, staged: Staged, rules: Rules, policy: Policy) -> Outcome:
    dataset, title = staged.description.iri, staged.description.title
    version = catalogue.next_version(draft.store, staged.description)
    _archive(draft, dataset, version - 1)
    report = _examine(draft, staged, rules)
    if policy is Policy.STRICT and not report.conforms:
        raise _LeftError(report)
    hidden = _hide_faulty(draft, dataset, report)
    _attach_report(draft, dataset + "/report", report)
    triples = _describe(draft, staged, policy, version, conforms=report.conforms)
    return Outcome(dataset, title, True, report.conforms, False, version, triples, hidden, report.findings)


def _examine(draft: Draft, staged: Staged, rules: Rules) -> Report:
    """Put a dataset in place of what it replaces, link it, and check it."""
    dataset = staged.description.iri
    touched = touched_by(draft.store, dataset)
    draft.replace_dataset(dataset, staged.quads, in_scope=True)
    unlinked = relink(draft, touched | touched_by(draft.store, dataset), rules)
    report = check_graph(
        draft.store,
        [dataset],
        rules.shapes,
        ontology=rules.ontology,
        neighbours=neighbourhood(draft.store, dataset),
    )
    return report.noting((*staged.findings, *unlinked))


def relink(draft: Draft, touched: Touched, rules: Rules) -> tuple[Finding, ...]:
    """Bring the links graph in step with the lots and runs that were touched."""
    links = link(draft.store, touched, rules.step_order)
    draft.change_graph(LINKS_GRAPH, removed=links.removed, added=links.added)
    return links.findings


def _archive(draft: Draft, dataset: str, version: int) -> None:
    """Keep the version that is about to be replaced, out of scope."""
    if version:
        triples = (quad.triple for quad in _quads_of(draft, dataset))
        draft.replace_graph(f"{dataset}/version/{version}", triples, in_scope=False)


def _hide_faulty(draft: Draft, dataset: str, report: Report) -> int:
    """Mark the quantities that break a rule as invalid, which takes them out of scope; return how many."""
    change = apply_policy("record", report, draft.store, dataset)
    if change.added or change.removed:
        kept = set(_quads_of(draft, dataset)) - set(change.removed)
        draft.replace_graph(dataset, chain(kept, change.added), in_scope=True)
    return len(change.invalid)


def _attach_report(draft: Draft, graph: str, report: Report) -> None:
    """Keep what was found as a graph: beside the dataset it is about, or beside the one that stays."""
    draft.replace_graph(graph, report_quads(report, graph), in_scope=False)


def _describe(draft: Draft, staged: Staged, policy: Policy, version: int, *, conforms: bool) -> int:
    """Write the catalogue entry and the provenance; return the number of triples of the dataset."""
    dataset, now = staged.description.iri, datetime.now(UTC)
    triples = sum(1 for _ in _quads_of(draft, dataset))
    entry = catalogue.entry_quads(
        staged, conforms=conforms, policy=policy, version=version, triples=triples, now=now
    )
    others = [quad for quad in _quads_of(draft, CATALOGUE_GRAPH) if quad.subject != NamedNode(dataset)]
    draft.replace_graph(CATALOGUE_GRAPH, chain(others, entry), in_scope=True)
    provenance = catalogue.provenance_quads(staged, policy=policy, now=now)
    draft.replace_graph(f"{dataset}/provenance", provenance, in_scope=False)
    return triples


def _quads_of(draft: Draft, graph: str) -> Iterator[Quad]:
    return draft.store.quads_for_pattern(None, None, None, NamedNode(graph))
