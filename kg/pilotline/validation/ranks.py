"""Ranks nodes along a path that is walked again and again, so that most ways back are ruled out at once."""

from collections import defaultdict

from pilotline.validation.links import Links
from pilotline.validation.patterns import Path
from pilotline.validation.terms import Token


class Ranks:
    """Tells from which node a path may lead to which other.

    A node that leads nowhere ranks lowest, one that leads only to ranked ones above these. What is on a cycle
    of several nodes, or leads to one, has no rank.
    """

    def __init__(self, links: Links, path: Path) -> None:
        after = _edges(links, path)
        self._loops = {node for node, ends in after.items() if node in ends}
        self._walked = frozenset(after)
        self._ranks = _ranked(after)

    def may_lead(self, start: Token, end: Token) -> bool:
        """Say whether the path may lead from one node to another in at least one step."""
        if start == end and start in self._loops:
            return True
        if start not in self._ranks:
            return start in self._walked
        return self._ranks.get(end, len(self._ranks)) < self._ranks[start]


def _edges(links: Links, path: Path) -> dict[Token, set[Token]]:
    edges: dict[Token, set[Token]] = defaultdict(set)
    for first, *rest in path.ways:
        tables = [links.table(step) for step in rest]
        for start, ends in links.table(first).items():
            for table in tables:
                ends = [end for middle in ends for end in table.get(middle, ())]
            edges[start].update(ends)
    return edges


def _ranked(after: dict[Token, set[Token]]) -> dict[Token, int]:
    before: dict[Token, list[Token]] = defaultdict(list)
    left = dict[Token, int]()
    for start, ends in after.items():
        left[start] = len(ends) - (start in ends)
        for end in ends:
            if end != start:
                before[end].append(start)
    lowest = [node for node in before if node not in after] + [
        node for node, ends in left.items() if not ends
    ]
    ranks = dict[Token, int]()
    while lowest:
        node = lowest.pop()
        ranks[node] = len(ranks)
        for start in before[node]:
            left[start] -= 1
            if not left[start]:
                lowest.append(start)
    return ranks
