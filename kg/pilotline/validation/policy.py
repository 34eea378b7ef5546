"""Decides what becomes of a dataset that breaks rules: refused, or recorded with its faulty values marked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from pyoxigraph import NamedNode, Quad, Store

from pilotline.errors import PilotlineError
from pilotline.namespaces import PL
from pilotline.validation.report import Report
from pilotline.validation.terms import Term

PolicyName = Literal["strict", "record"]

_STATUS = NamedNode(PL + "status")
_INVALID = NamedNode(PL + "Invalid")


class PolicyError(PilotlineError, ValueError):
    """A policy that does not exist."""


@dataclass(frozen=True)
class Change:
    """What a policy does to a dataset.

    accepted: the dataset may enter the store; conforms: no rule of violation level is broken.
    added, removed: quads of the dataset graph.
    invalid: quantities that the dataset keeps and answers do not see.
    unmarked: other nodes that break a rule (a run without an input); they stay as they are and in scope,
        and only the report and the mark "does not conform" on the dataset tell of them.
    """

    accepted: bool
    conforms: bool
    added: tuple[Quad, ...] = ()
    removed: tuple[Quad, ...] = ()
    invalid: frozenset[NamedNode] = field(default=frozenset())
    unmarked: frozenset[Term] = field(default=frozenset())


def apply_policy(policy: PolicyName, report: Report, store: Store, dataset: str) -> Change:
    """Return what a policy does to a dataset, given the report on it; the store is not changed.

    strict: a violation refuses the dataset.
    record: it enters; each quantity that breaks a rule gets the status invalid, whatever status it had.
    """
    if policy not in ("strict", "record"):
        raise PolicyError(f"the policy is strict or record, not {policy!r}")
    if report.conforms or policy == "strict":
        return Change(report.conforms, report.conforms, unmarked=report.faulty_nodes())
    invalid, graph = report.faulty_quantities(), NamedNode(dataset)
    ordered = sorted(invalid, key=str)
    return Change(
        accepted=True,
        conforms=False,
        added=tuple(Quad(quantity, _STATUS, _INVALID, graph) for quantity in ordered),
        removed=tuple(quad for quantity in ordered for quad in _other_status(store, quantity, graph)),
        invalid=invalid,
        unmarked=report.faulty_nodes(),
    )


def _other_status(store: Store, quantity: NamedNode, graph: NamedNode) -> Iterator[Quad]:
    for quad in store.quads_for_pattern(quantity, _STATUS, None, graph):
        if quad.object != _INVALID:
            yield quad
