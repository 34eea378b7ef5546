"""Turns a staged dataset into the next generation of the store: link, validate, publish, or refuse."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pyoxigraph import NamedNode
from pyoxigraph import Store as Oxigraph

from pilotline.datasets import catalogue
from pilotline.datasets.dataset import Staged
from pilotline.datasets.dependence import dependents
from pilotline.datasets.difference import Difference, difference
from pilotline.datasets.kept import keep
from pilotline.datasets.provenance import holds, provenance_quads
from pilotline.findings import Finding
from pilotline.ingest.checking import (
    Recheck,
    count_of,
    judgement,
    keep_report,
    mark,
    quads_of,
    recheck,
    relink,
    report_of,
)
from pilotline.ingest.linking import linked_in, touched_by
from pilotline.ingest.rules import Policy, Rules
from pilotline.ingest.sieve import HeldRow
from pilotline.namespaces import CATALOGUE_GRAPH
from pilotline.readiness.profiles import Look, described
from pilotline.store import Draft, Store
from pilotline.store.draft import graphs_of
from pilotline.store.first import parted
from pilotline.validation import Report, prepare, report_quads
from pilotline.validation.links import texts_in
from pilotline.validation.scope import Scope, merged

__all__ = ["Outcome", "Policy", "Quarantined", "Rules", "Terms", "ingest", "rehearse"]


@dataclass(frozen=True)
class Terms:
    """On what terms a dataset may enter.

    allow_removals: what the version before held may go. dry_run: say what would be, and publish nothing.
    keep_sources: keep a copy of the files beside the store.
    """

    policy: Policy = Policy.STRICT
    allow_removals: bool = False
    dry_run: bool = False
    keep_sources: bool = True


@dataclass(frozen=True)
class Quarantined:
    """A row that was held back, and why."""

    row: HeldRow
    why: str


@dataclass(frozen=True)
class Outcome:
    """What became of a dataset.

    published: it is in the store; conforms: no rule of violation level is broken.
    unchanged: these very files were there already, nothing was written.
    version: of the dataset, from 1; 0 where it is not in the store.
    hidden: quantities that their status keeps out of scope.
    difference: from the version before, where there is one.
    held: it removes what was there, and nobody has allowed that; nothing was written.
    dry_run: the rest says what would be.
    rechecked: datasets that depend on this one and are judged otherwise since.
    quarantined: rows that the policy `rows` held back.
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
    difference: Difference = field(default_factory=Difference)
    held: bool = False
    dry_run: bool = False
    rechecked: tuple[Recheck, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()


class _LeftError(Exception):
    """Leaves a draft that is not to be published; the report goes with it where it is to be kept."""

    def __init__(self, outcome: Outcome, report: Report | None = None) -> None:
        super().__init__()
        self.outcome, self.report = outcome, report


def ingest(store: Store, staged: Staged, rules: Rules, terms: Terms | Policy = Policy.STRICT) -> Outcome:
    """Publish a staged dataset; one that the policy refuses leaves its report and nothing else."""
    terms = Terms(terms) if isinstance(terms, Policy) else terms
    dataset = staged.description.iri
    if holds(store.read(), staged, terms.policy):
        entry = catalogue.entry(store.read(), dataset)
        return Outcome(entry.iri, entry.title, True, entry.conforms, True, entry.version, entry.triples)
    try:
        with store.write() as draft:
            outcome = _publish(draft, store.read(), staged, rules, terms)
            if terms.dry_run:
                raise _LeftError(replace(outcome, published=False, dry_run=True))
            if terms.keep_sources:
                keep(store.path, staged.files)
            return outcome
    except _LeftError as left:
        if left.report is not None and not terms.dry_run:
            with store.write() as draft:
                graph = dataset + "/refused"
                draft.replace_graph(graph, report_quads(left.report, graph), in_scope=False)
        return left.outcome


def rehearse(store: Store, staged: Staged, rules: Rules, look: Look | None = None) -> Report:
    """Return what ingesting a dataset would find; the store stays as it is.

    look: what a profile makes of the report, with the dataset in place.
    """
    with store.rehearsal() as draft:
        report = _put_and_examine(draft, staged, rules, kept=False)
        if look is None:
            return report
        draft.change_graph(CATALOGUE_GRAPH, removed=(), added=described(staged))
        return look(draft.store, staged.description.iri, report)


def _publish(draft: Draft, before: Oxigraph, staged: Staged, rules: Rules, terms: Terms) -> Outcome:
    dataset, title = staged.description.iri, staged.description.title
    leaning = set(dependents(before, dataset))
    report = _put_and_examine(draft, staged, rules, kept=True)
    refused = Outcome(dataset, title, False, report.conforms, findings=report.findings, dry_run=terms.dry_run)
    if terms.policy is not Policy.RECORD and not report.conforms:
        raise _LeftError(refused, report)
    for series in staged.series:
        draft.keep_series(series.path, series.sha256)
    hidden = mark(draft, dataset, terms.policy, report)
    changes = difference(before, draft.store, dataset) if catalogue.lists(before, dataset) else Difference()
    if changes.removes and not terms.allow_removals:
        raise _LeftError(replace(refused, difference=changes, held=True))
    version = _archive(draft, before, dataset, changes)
    verdict = judgement(draft, rules, report, hidden)
    triples = _describe(draft, staged, verdict, rules, terms.policy, version)
    again = _recheck_all(draft, leaning | set(dependents(draft.store, dataset)), rules)
    return replace(
        refused,
        published=True,
        version=version,
        triples=triples,
        hidden=hidden,
        difference=changes,
        rechecked=again,
    )


def _put_and_examine(draft: Draft, staged: Staged, rules: Rules, *, kept: bool) -> Report:
    """Put a dataset in place of what it replaces, link it and check it, all that at once where it can be.

    kept: the draft keeps the report.
    """
    dataset, quads = staged.description.iri, staged.quads
    touched = touched_by(linked_in(draft.store, NamedNode(dataset)))
    with (
        parted(quads, dataset, graphs_of(dataset)) as parts,
        draft.replacing_dataset(dataset, quads, parts) as coming,
    ):
        ready = prepare(Scope(texts_in(parts.shown)), rules.ontology) if parts else None
        coming.shown()
        ready = ready or prepare(merged(draft.store, [dataset]), rules.ontology)
        relink(draft, touched | touched_by(ready.scope.links.nodes), rules, coming.whole)
        report = report_of(draft, dataset, rules, staged.findings, ready, coming.below)
        del ready  # to let go of it takes time, in which more is loaded
        if kept:
            keep_report(draft, dataset, report)
    return report


def _archive(draft: Draft, before: Oxigraph, dataset: str, changes: Difference) -> int:
    """Keep what is replaced by something else, out of scope; return the number of the version that comes."""
    version = catalogue.entry(before, dataset).version
    if version and changes.same:
        return version
    if version:
        graph = catalogue.version_graph(dataset, version)
        for part in ("", "/provenance"):
            triples = (quad.triple for quad in quads_of(before, dataset + part))
            draft.replace_graph(graph + part, triples, in_scope=False)
    return version + 1


def _describe(
    draft: Draft,
    staged: Staged,
    verdict: catalogue.Judgement,
    rules: Rules,
    policy: Policy,
    version: int,
) -> int:
    """Write the catalogue entry and the provenance; return the number of triples of the dataset."""
    dataset, now = staged.description.iri, datetime.now(UTC)
    triples = count_of(draft.store, dataset)
    entry = catalogue.entry_quads(
        staged.description,
        verdict,
        policy=policy,
        further_shapes=rules.further,
        version=version,
        triples=triples,
        now=now,
    )
    catalogue.enter(draft, dataset, entry)
    provenance = provenance_quads(staged, policy=policy, now=now)
    draft.replace_graph(f"{dataset}/provenance", provenance, in_scope=False)
    return triples


def _recheck_all(draft: Draft, datasets: Iterable[str], rules: Rules) -> tuple[Recheck, ...]:
    """Check datasets again; return those that are judged otherwise."""
    checked = [recheck(draft, dataset, rules) for dataset in sorted(datasets)]
    return tuple(each for each in checked if each.changed)
