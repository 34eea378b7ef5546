"""Says where a step leads as two sorted columns of numbers, on which a join is a few operations on arrays."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Nodes: TypeAlias = NDArray[np.int64]  # the numbers of terms
Marks: TypeAlias = NDArray[np.bool_]  # which rows count


class UnclearError(Exception):
    """What cannot be told, or not without too much work."""


@dataclass(frozen=True)
class Edges:
    """Where a step leads, each pair once. starts: sorted; ends: in the same order."""

    starts: Nodes
    ends: Nodes

    @cached_property
    def nodes(self) -> Nodes:
        """Return the nodes that the step leads from, each once, sorted."""
        return distinct(self.starts)

    @cached_property
    def keys(self) -> Nodes:
        """Return a number for each edge, sorted."""
        return keys_of(self.starts, self.ends)

    def hold(self, starts: Nodes, ends: Nodes) -> Marks:
        """Say of each pair of nodes whether the step leads from one to the other."""
        return among(keys_of(starts, ends), self.keys)

    def of(self, nodes: Nodes, most: int | None = None) -> tuple[Nodes, Nodes]:
        """Return the ends from some nodes, behind the place in `nodes` that each comes from.

        Errors: UnclearError where there are more than `most`.
        """
        low = np.searchsorted(self.starts, nodes, "left")
        counts = np.searchsorted(self.starts, nodes, "right") - low
        if most is not None and counts.sum() > most:
            raise UnclearError
        places = np.repeat(np.arange(len(nodes)), counts)
        first = np.cumsum(counts) - counts
        return places, self.ends[np.arange(len(places)) - first[places] + low[places]]

    def ending_in(self, nodes: Nodes) -> "Edges":
        """Return those edges whose end is one of the nodes, which are sorted."""
        kept = among(self.ends, nodes)
        return Edges(self.starts[kept], self.ends[kept])


def joined(columns: list[Nodes], at: int, edges: Edges, *, optional: bool = False) -> list[Nodes]:
    """Return columns with one more, of where each node of the column `at` leads.

    optional: a row whose node leads nowhere stays, with -1 in the new column.
    """
    places, ends = edges.of(columns[at])
    if optional:
        without = np.flatnonzero(~among(columns[at], edges.nodes))
        places, ends = np.append(places, without), np.append(ends, np.full(len(without), -1))
    return [*(column[places] for column in columns), ends]


def keys_of(starts: Nodes, ends: Nodes) -> Nodes:
    """Return for each pair of nodes a number that no other pair has."""
    return (starts << 32) | ends


def distinct(nodes: Nodes) -> Nodes:
    """Return numbers sorted, each once. np.unique hashes them, which costs ten times as much."""
    ordered = np.sort(nodes)
    first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def among(nodes: Nodes, known: Nodes) -> Marks:
    """Say of each node whether it is one of those known, which are sorted."""
    if not len(known):
        return np.zeros(len(nodes), dtype=bool)
    found: Marks = known[np.minimum(np.searchsorted(known, nodes), len(known) - 1)] == nodes
    return found
