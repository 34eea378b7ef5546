"""Checks a dataset that is in a draft: its links, its report, its marks and its catalogue entry."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from pilotline.datasets import catalogue
from pilotline.datasets.columns import Columns
from pilotline.datasets.disagreement import CODE as VALUES_DISAGREE
from pilotline.datasets.disagreement import disagreements
from pilotline.findings import Finding, Severity
from pilotline.ingest.linking import UNKNOWN_LOT, Touched, inputs_of, link, unlinked
from pilotline.ingest.neighbourhood import neighbourhood
from pilotline.ingest.rules import Policy, Rules
from pilotline.namespaces import DCTERMS, LINKS_GRAPH, PL, SH
from pilotline.store import Draft
from pilotline.store.scope import OUT_OF_SCOPE
from pilotline.validation import (
    Prepared,
    Report,
    apply_policy,
    prepare,
    report_on,
    report_quads,
    results_of,
)
from pilotline.validation.scope import merged

_LOOKED_AT_ANEW = {Literal(UNKNOWN_LOT), Literal(VALUES_DISAGREE)}
_IDENTIFIER = NamedNode(DCTERMS + "identifier")
_STATUS, _INVALID = NamedNode(PL + "status"), NamedNode(PL + "Invalid")


@dataclass(frozen=True)
class Recheck:
    """What checking a dataset again has shown.

    newly_failing, newly_passing: rules, by name, that were kept before and are broken, or the reverse.
    """

    dataset: str
    title: str
    conformed: bool
    conforms: bool
    newly_failing: tuple[str, ...] = ()
    newly_passing: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Say whether anything is judged otherwise than before."""
        return bool(self.newly_failing or self.newly_passing or self.conformed != self.conforms)


def relink(draft: Draft, touched: Touched, rules: Rules, whole: Callable[[], None] = lambda: None) -> None:
    """Bring the links graph in step with the lots and runs that were touched.

    whole: waits for datasets that the default graph shows already, which may state what no link says now.
    """
    links = link(draft.store, touched, rules.step_order)
    if links.removed:
        whole()
    draft.change_graph(LINKS_GRAPH, removed=links.removed, added=links.added)


def examine(draft: Draft, dataset: str, rules: Rules, noticed: Iterable[Finding]) -> Report:
    """Return the report on a dataset of the draft, with what reading it has noticed."""
    ready = prepare(merged(draft.store, [dataset]), rules.ontology)
    return report_of(draft, dataset, rules, noticed, ready)


def report_of(
    draft: Draft,
    dataset: str,
    rules: Rules,
    noticed: Iterable[Finding],
    ready: Prepared,
    below: Callable[[], None] = lambda: None,
) -> Report:
    """Return the report on a dataset that the default graph of the draft shows.

    below: waits for the graphs below its own.
    """
    inputs, bearers = inputs_of(ready.scope.links.nodes), ready.bearers
    ready.scope.extend(neighbourhood(draft.store, ready))
    found = results_of(ready, rules.shapes, rules.engine)
    below()
    columns = Columns(draft.store, [dataset])
    unknown = unlinked(draft.store, inputs, columns, rules.step_order)
    disputed = disagreements(draft.store, dataset, ready.quantities, bearers)
    return report_on(ready, found, columns).noting((*noticed, *unknown, *disputed))


def keep_report(draft: Draft, dataset: str, report: Report) -> None:
    """Keep the report on a dataset."""
    draft.replace_graph(dataset + "/report", report_quads(report, dataset + "/report"), in_scope=False)


def mark(draft: Draft, dataset: str, policy: Policy, report: Report) -> int:
    """Take the faulty quantities out of scope, under `record`.

    Return how many quantities are out of scope, with those whose status comes from the source.
    What the mark replaces is kept in the graph `marks`, so that it can be undone.
    """
    if policy is Policy.RECORD:
        _hide(draft, dataset, report)
    return sum(
        quad.object in OUT_OF_SCOPE
        for quad in draft.store.quads_for_pattern(None, _STATUS, None, NamedNode(dataset))
    )


def _hide(draft: Draft, dataset: str, report: Report) -> None:
    change = apply_policy("record", report, draft.store, dataset)
    if change.added or change.removed:
        kept = set(quads_of(draft.store, dataset)) - set(change.removed)
        draft.replace_graph(dataset, chain(kept, change.added), in_scope=True)
        marks = (quad.triple for quad in (*change.added, *change.removed))
        draft.replace_graph(dataset + "/marks", marks, in_scope=False)


def judgement(draft: Draft, rules: Rules, report: Report, hidden: int) -> catalogue.Judgement:
    """Return what the catalogue keeps of a report."""
    ontology = catalogue.ontology_digest(draft.store)
    return catalogue.Judgement(report.conforms, hidden, rules.shapes.digest, ontology)


def recheck(draft: Draft, dataset: str, rules: Rules) -> Recheck:
    """Check a stored dataset again: report, marks and catalogue entry come in step with the rules."""
    entry = catalogue.entry(draft.store, dataset)
    rules = rules.with_shapes(*entry.further_shapes)
    before = _broken(draft.store, dataset)
    noticed = _noticed(draft.store, dataset)
    _unmark(draft, dataset)
    report = examine(draft, dataset, rules, noticed)
    keep_report(draft, dataset, report)
    hidden = mark(draft, dataset, Policy(entry.policy), report)
    catalogue.judge(draft, dataset, judgement(draft, rules, report, hidden))
    after = _broken(draft.store, dataset)
    return Recheck(
        dataset,
        entry.title,
        entry.conforms,
        report.conforms,
        tuple(sorted(after - before)),
        tuple(sorted(before - after)),
    )


def quads_of(store: Store, graph: str) -> Iterable[Quad]:
    """Return the quads of a named graph."""
    return store.quads_for_pattern(None, None, None, NamedNode(graph))


def count_of(store: Store, graph: str) -> int:
    """Return the number of the quads of a named graph."""
    solutions = store.query(f"SELECT (COUNT(*) AS ?count) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    assert isinstance(solutions, QuerySolutions)
    (row,) = solutions
    assert isinstance(row["count"], Literal)
    return int(row["count"].value)


def _unmark(draft: Draft, dataset: str) -> None:
    """Undo what `record` marked."""
    marks = [quad.triple for quad in quads_of(draft.store, dataset + "/marks")]
    if not marks:
        return
    marked = {triple.subject for triple in marks}
    rest = (
        quad.triple
        for quad in quads_of(draft.store, dataset)
        if quad.predicate != _STATUS or quad.subject not in marked
    )
    given = [triple for triple in marks if triple.object != _INVALID]
    draft.replace_graph(dataset, chain(rest, given), in_scope=True)
    draft.remove_graph(dataset + "/marks")


def _broken(store: Store, dataset: str) -> set[str]:
    """Return the names of the rules that the report on a dataset says are broken."""
    return {
        name
        for predicate in (NamedNode(SH + "sourceShape"), _IDENTIFIER)
        for quad in store.quads_for_pattern(None, predicate, None, NamedNode(dataset + "/report"))
        if isinstance(quad.object, NamedNode | Literal)
        for name in [quad.object.value.rsplit("#", 1)[-1]]
    }


def _noticed(store: Store, dataset: str) -> list[Finding]:
    """Return what the report says reading has noticed; links and disagreements are looked at anew."""
    graph = NamedNode(dataset + "/report")

    def value(node: object, predicate: str) -> str:
        assert isinstance(node, NamedNode)
        found = store.quads_for_pattern(node, NamedNode(predicate), None, graph)
        return next((q.object.value for q in found if isinstance(q.object, NamedNode | Literal)), "")

    return [
        Finding(
            code=value(quad.subject, DCTERMS + "identifier"),
            severity=Severity(value(quad.subject, SH + "resultSeverity").rsplit("#", 1)[-1].lower()),
            message=value(quad.subject, SH + "resultMessage"),
        )
        for quad in sorted(store.quads_for_pattern(None, _IDENTIFIER, None, graph), key=str)
        if quad.object not in _LOOKED_AT_ANEW
    ]
