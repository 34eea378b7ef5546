"""Ranks nodes along a path that is walked again and again, so that most ways back are ruled out at once."""

import numpy as np

from pilotline.validation.edges import Edges, Marks, Nodes


class Ranks:
    """Tells from which node a path may lead to which other.

    A node that leads nowhere ranks lowest, one that leads only to ranked ones above these. What is on a cycle
    of several nodes, or leads to one, has no rank.

    edges: of the path walked once; size: the number of terms.
    """

    def __init__(self, edges: Edges, size: int) -> None:
        looped = edges.starts == edges.ends
        self._loops = _marked(edges.starts[looped], size)
        self._walked = _marked(edges.starts, size)
        self._ranks = _ranked(edges.starts[~looped], edges.ends[~looped], self._walked)

    def may_lead(self, starts: Nodes, ends: Nodes) -> Marks:
        """Say of pairs of nodes whether the path may lead from one to the other in at least one step."""
        from_, to = self._ranks[starts], self._ranks[ends]
        lower = np.where(from_ < 0, self._walked[starts], (to >= 0) & (to < from_))
        found: Marks = lower | (self._loops[starts] & (starts == ends))
        return found


def _marked(nodes: Nodes, size: int) -> Marks:
    marks = np.zeros(size, dtype=bool)
    marks[nodes] = True
    return marks


def _ranked(starts: Nodes, ends: Nodes, walked: Marks) -> Nodes:
    """Return the ranks of all terms, -1 for what has none; starts and ends: of edges that are no loops."""
    left = np.bincount(starts, minlength=len(walked))
    order = np.argsort(ends, kind="stable")
    back = Edges(ends[order], starts[order])
    ranks = np.full(len(walked), -1)
    lowest = np.flatnonzero((walked | _marked(ends, len(walked))) & (left == 0))
    rank = 0
    while len(lowest):
        ranks[lowest] = rank
        rank += 1
        before, times = np.unique(back.of(lowest)[1], return_counts=True)
        left[before] -= times
        lowest = before[left[before] == 0]
    return ranks
