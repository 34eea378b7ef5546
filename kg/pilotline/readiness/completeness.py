"""Counts for each step of a dataset which of its specified parameters are there, through the lineage."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, Store

from pilotline.namespaces import PL
from pilotline.readiness.coverage import Lineage, runs_of
from pilotline.readiness.requirements import step_requirements
from pilotline.vocabulary.tables import Tables

# A parameter is looked for in so many runs; more of them would say the same.
_SAMPLE = 20


@dataclass(frozen=True)
class Completeness:
    """How much of what is specified for a step is there.

    required: parameters that a rating calls high for some model type, recommended: the others of the
    specification; of each how many there are and how many of them were found. missing: by local name,
    the required ones first.
    """

    step: str
    runs: int
    required: int
    required_present: int
    recommended: int
    recommended_present: int
    missing: tuple[str, ...]


def completeness(store: Store, dataset: str, tables: Tables) -> list[Completeness]:
    """Return the completeness of each step of which a dataset describes runs.

    store: its default graph holds the dataset with all that it comes from.
    """
    lineage, found = Lineage(store), list[Completeness]()
    for step, runs in _runs_by_step(store, dataset, tables):
        present, missing = _looked_for(lineage, runs[:_SAMPLE], step, tables)
        both = [*present, *missing]
        if both:
            counts = [sum(needed for _, needed in each) for each in (both, present)]
            found.append(
                Completeness(
                    step,
                    len(runs),
                    counts[0],
                    counts[1],
                    len(both) - counts[0],
                    len(present) - counts[1],
                    tuple(name for name, _ in sorted(missing, key=lambda pair: not pair[1])),
                )
            )
    return found


def _runs_by_step(store: Store, dataset: str, tables: Tables) -> Iterator[tuple[str, list[NamedNode]]]:
    for row in tables.rows("steps"):
        step = row["term"].removeprefix("pl:")
        runs = [run for run in runs_of(store, dataset) if _is(store, run, step)]
        if runs:
            yield step, runs


def _is(store: Store, run: NamedNode, step: str) -> bool:
    type_ = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    return any(store.quads_for_pattern(run, type_, NamedNode(PL + step), None))


def _looked_for(
    lineage: Lineage, runs: list[NamedNode], step: str, tables: Tables
) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Return what is there and what is not, each with whether it is required."""
    present, missing = list[tuple[str, bool]](), list[tuple[str, bool]]()
    for item in step_requirements(step, tables):
        there = any(lineage.find(run, item) for run in runs)
        (present if there else missing).append((item.parameter, item.required))
    return present, missing
