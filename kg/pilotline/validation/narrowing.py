"""Leaves out the focus nodes for which a SPARQL constraint can find nothing, by looking into tables.

The query then runs over the few that are left. Nothing is decided here: what is not clear stays.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from pilotline.validation.comparisons import DOES_NOT, MAY_FIT, Comparisons, names_left
from pilotline.validation.edges import Edges, Marks, Nodes, UnclearError, among, distinct
from pilotline.validation.links import Links
from pilotline.validation.paths import Step
from pilotline.validation.patterns import Group, Path, Pattern, UnreadError, where_of
from pilotline.validation.ranks import Ranks

_Ranges: TypeAlias = dict[str, Nodes]  # sorted, each node once

_MOST = 8, 500_000  # so many rows for each node, and in all, are worth the work


def narrowed(nodes: Nodes, query: str, prefixes: str, links: Links) -> Nodes:
    """Return the nodes for which the query may find something. nodes: sorted."""
    try:
        where = where_of(query, prefixes)
        search = _Search(links, where.uses, _MOST[0] * len(nodes) + _MOST[1])
        found = search.found(where.group, _Rows({"?this": nodes}), frozenset())
    except (UnreadError, UnclearError):
        return nodes
    return distinct(found.columns["?this"])


@dataclass(frozen=True)
class _Rows:
    """What the variables may be, all together; the first columns are those that were there before."""

    columns: dict[str, Nodes]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def where(self, kept: Marks) -> "_Rows":
        """Return some of the rows."""
        return self if kept.all() else _Rows({name: nodes[kept] for name, nodes in self.columns.items()})

    def joined(self, places: Nodes, name: str, nodes: Nodes) -> "_Rows":
        """Return rows with one more variable. places: the row before of each of them."""
        return _Rows({**{each: column[places] for each, column in self.columns.items()}, name: nodes})

    def each_once(self, names: Collection[str]) -> "_Rows":
        """Return the different rows with some of the columns."""
        _, first = np.unique(_keys([self.columns[name] for name in names]), return_index=True)
        return _Rows({name: self.columns[name][first] for name in names})


def _keys(columns: list[Nodes]) -> Nodes:
    """Return for each row a number that tells it from the other rows."""
    keys = columns[0]
    for column in columns[1:]:
        _, keys = np.unique(keys, return_inverse=True)
        keys = keys * (int(column.max(initial=0)) + 1) + column
    return keys


@dataclass(frozen=True)
class _Search:
    """Looks for what fits a group. uses: how often each variable stands in the query; most: of rows."""

    links: Links
    uses: Counter[str]
    most: int

    @cached_property
    def comparisons(self) -> Comparisons:
        """Return what tests the rows."""
        return Comparisons(self.links)

    def found(self, group: Group, rows: _Rows, hidden: frozenset[str], strict: bool = False) -> _Rows:
        """Return the rows that fit the group.

        hidden: variables that have a value which is not known here. strict: no more rows than really fit.

        Errors: UnclearError.
        """
        if strict and not group.is_clear:
            raise UnclearError
        hidden |= group.unclear
        filters = list(group.filters)
        rows, hidden = self._met(group, _is_alone, rows, hidden, strict)
        rows, left = self._joined(group.patterns, rows, filters)
        rows, hidden = self._met(group, _is_choice, rows, hidden, strict)
        rows, left = self._joined(left, rows, filters)
        if strict and (left or filters):
            raise UnclearError
        if not all(map(self._is_met, left)):
            rows = rows.where(np.zeros(len(rows), dtype=bool))
        hidden |= {end for pattern in left for end in (pattern.subject, pattern.value)}
        for wanted, inner in sorted(group.exists, key=_is_short):
            rows = self._tested(wanted, inner, rows, hidden, strict)
        return rows

    def _met(
        self,
        group: Group,
        which: Callable[[list[Group]], bool],
        rows: _Rows,
        hidden: frozenset[str],
        strict: bool,
    ) -> tuple[_Rows, frozenset[str]]:
        """Return the rows that fit the groups within a group, and what is hidden after them."""
        for branches in filter(which, group.unions):
            rows, lost = self._united(branches, rows, hidden, strict)
            if strict and lost & _elsewhere(group, branches):
                raise UnclearError
            hidden |= lost
        return rows, hidden

    def _joined(
        self, patterns: Iterable[Pattern], rows: _Rows, filters: list[list[str]]
    ) -> tuple[_Rows, list[Pattern]]:
        """Return the rows that fit the patterns, and the patterns that are not connected to them.

        filters: expressions that the rows must fit; those that are fully tested are taken out.
        """
        left = list(patterns)
        ranges = self._ranges(left, filters, rows.columns)
        rows = self._filtered(filters, rows)
        while ready := [pattern for pattern in left if self._is_ready(pattern, rows)]:
            pattern = min(ready, key=lambda each: self._cost(each, rows))
            left.remove(pattern)
            before, rows = len(rows.columns), self._step(pattern, rows, ranges)
            if len(rows.columns) > before:
                rows = self._filtered(filters, rows)
        return rows, left

    def _filtered(self, filters: list[list[str]], rows: _Rows) -> _Rows:
        """Return the rows that fit the expressions, or may fit; those that are fully tested are taken out."""
        for words in list(filters):
            verdicts = self.comparisons.verdicts(words, rows.columns)
            if verdicts is not None:
                rows = rows.where(verdicts != DOES_NOT)
                if not (verdicts == MAY_FIT).any():
                    filters.remove(words)
        return rows

    def _ranges(self, patterns: list[Pattern], filters: list[list[str]], bound: Collection[str]) -> _Ranges:
        """Return for each variable the nodes that it can be, as far as a pattern or a filter limits them."""
        named = filter(None, map(names_left, filters))
        ranges: _Ranges = {name: self.links.numbers(tokens) for name, tokens in named}
        pairs = [pair for pattern in patterns if not pattern.path.again for pair in _both_ways(pattern)]
        for start, path, end in pairs:
            if start.startswith("?") and len(path.ways) == 1:
                found = self._before(path, end)
                if start not in ranges or len(found) < len(ranges[start]):
                    ranges[start] = found
        while near := [pair for pair in pairs if _is_worth(pair, ranges, bound)]:
            pair = min(near, key=lambda each: len(ranges[each.subject]))
            pairs.remove(pair)
            ends = self._reached(pair.path, ranges[pair.subject])
            ranges[pair.value] = ends[among(ends, ranges[pair.value])]
        return ranges

    def _before(self, path: Path, end: str) -> Nodes:
        """Return the nodes from which a path leads to an end, a variable or a token."""
        if end.startswith("?"):
            return self.links.edges(path.ways[0][0]).nodes
        return self._reached(path.turned(), self.links.numbers([end]))

    def _reached(self, path: Path, nodes: Nodes) -> Nodes:
        """Return the ends of a path from some nodes, each once."""
        parts = list[Nodes]()
        for way in path.ways:
            reached = nodes
            for step in way:
                reached = distinct(self.links.edges(step).of(reached)[1])
            parts.append(reached)
        return distinct(np.concatenate(parts))

    def _is_met(self, pattern: Pattern) -> bool:
        """Say whether there are triples that a pattern can fit at all."""
        ways = pattern.path.ways
        return any(all(self.links.count(step.predicate) for step in way) for way in ways)

    def _is_ready(self, pattern: Pattern, rows: _Rows) -> bool:
        known = [end in rows.columns for end in (pattern.subject, pattern.value)]
        return all(known) if pattern.path.again else any(known)

    def _cost(self, pattern: Pattern, rows: _Rows) -> tuple[bool, int]:
        """Return what to go by: patterns without a new variable first, then the rarest predicate."""
        ends = (pattern.subject, pattern.value)
        new = any(end.startswith("?") and end not in rows.columns and self.uses[end] != 1 for end in ends)
        return new, min(self.links.count(step.predicate) for way in pattern.path.ways for step in way)

    def _step(self, pattern: Pattern, rows: _Rows, ranges: _Ranges) -> _Rows:
        """Return the rows that fit a pattern, with its new variable."""
        subject, path, value = pattern
        if path.again:
            ranks = Ranks(self._edges(path), len(self.links.tokens))
            return rows.where(ranks.may_lead(rows.columns[subject], rows.columns[value]))
        if subject not in rows.columns:
            subject, path, value = value, path.turned(), subject
        starts = rows.columns[subject]
        if not value.startswith("?"):
            return rows.where(among(starts, self._before(path, value)))
        if value in rows.columns:
            return rows.where(self._hold(path, starts, rows.columns[value]))
        if self.uses[value] == 1:
            return rows.where(np.logical_or.reduce([self._leads(way, starts) for way in path.ways]))
        places, ends = self._walked(path, starts, ranges.get(value))
        return rows.joined(places, value, ends)

    def _hold(self, path: Path, starts: Nodes, ends: Nodes) -> Marks:
        """Say of each pair of nodes whether the path leads from one to the other."""
        if len(path.ways) == 1 and len(path.ways[0]) == 1:
            return self.links.edges(path.ways[0][0]).hold(starts, ends)
        places, reached = self._walked(path, starts)
        found = np.zeros(len(starts), dtype=bool)
        found[places[reached == ends[places]]] = True
        return found

    def _leads(self, way: tuple[Step, ...], starts: Nodes) -> Marks:
        """Say of each node whether steps one after the other lead from it to any other."""
        nodes = self.links.edges(way[-1]).nodes
        for step in way[-2::-1]:
            nodes = distinct(self.links.edges(step).ending_in(nodes).starts)
        return among(starts, nodes)

    def _walked(self, path: Path, nodes: Nodes, known: Nodes | None = None) -> tuple[Nodes, Nodes]:
        """Return the ends of a path, behind the place in `nodes` that each comes from.

        known: those ends that count.

        Errors: UnclearError where they are too many.
        """
        parts = list[tuple[Nodes, Nodes]]()
        for way in path.ways:
            places, reached = np.arange(len(nodes)), nodes
            for number, step in enumerate(way, 1):
                edges = self.links.edges(step)
                if known is not None and number == len(way):
                    edges = edges.ending_in(known)
                before, reached = edges.of(reached, self.most)
                places = places[before]
            parts.append((places, reached))
        return np.concatenate([each for each, _ in parts]), np.concatenate([each for _, each in parts])

    def _edges(self, path: Path) -> Edges:
        """Return where a path leads that is walked once."""
        starts = distinct(np.concatenate([self.links.edges(way[0]).nodes for way in path.ways]))
        places, ends = self._walked(path, starts)
        order = np.argsort(places, kind="stable")
        return Edges(starts[places[order]], ends[order])

    def _united(
        self, branches: list[Group], rows: _Rows, hidden: frozenset[str], strict: bool
    ) -> tuple[_Rows, set[str]]:
        """Return the rows that fit one of the groups, and the variables that only some of them have."""
        if strict and any(branch.filters or branch.exists for branch in branches):
            raise UnclearError
        found = [self.found(branch, rows, hidden, strict) for branch in branches]
        common = set(found[0].columns).intersection(*(each.columns for each in found))
        lost = {name for branch in branches for name in branch.variables} - common
        names = [name for name in found[0].columns if name in common]
        together = {name: np.concatenate([each.columns[name] for each in found]) for name in names}
        return _Rows(together).each_once(names), lost

    def _tested(self, wanted: bool, group: Group, rows: _Rows, hidden: frozenset[str], strict: bool) -> _Rows:
        """Return the rows for which the group has a match, or has none."""
        shared = [name for name in rows.columns if name in group.variables]
        exact = strict or not wanted
        try:
            if not shared or (exact and group.variables & hidden - set(rows.columns)):
                raise UnclearError
            found = self.found(group, rows.each_once(shared), hidden, exact)
        except UnclearError:
            if strict:
                raise
            return rows
        keys = _keys([np.concatenate([each.columns[name] for each in (rows, found)]) for name in shared])
        matched = among(keys[: len(rows)], distinct(keys[len(rows) :]))
        return rows.where(matched == wanted)


def _both_ways(pattern: Pattern) -> tuple[Pattern, Pattern]:
    return pattern, Pattern(pattern.value, pattern.path.turned(), pattern.subject)


def _elsewhere(group: Group, branches: list[Group]) -> set[str]:
    """Return the variables of what stands in a group beside one of its unions."""
    others = [branch for union in group.unions if union is not branches for branch in union]
    others += [inner for _, inner in group.exists]
    ends = {end for pattern in group.patterns for end in (pattern.subject, pattern.value)}
    return ends.union(*group.filters, *(other.variables for other in others))


def _is_alone(branches: list[Group]) -> bool:
    """Say whether it is a group in braces, which a query states first because it rules out most."""
    return len(branches) == 1


def _is_choice(branches: list[Group]) -> bool:
    return not _is_alone(branches)


def _is_short(exists: tuple[bool, Group]) -> bool:
    """Say whether nothing is walked again and again; that rules out most and is tested first."""
    return not any(pattern.path.again for pattern in exists[1].patterns)


def _is_worth(pair: Pattern, ranges: _Ranges, bound: Collection[str]) -> bool:
    """Say whether what the start can be may leave much less for the end."""
    start, end = pair.subject, pair.value
    known = start in ranges and end in ranges and end not in bound
    return known and 4 * len(ranges[start]) < len(ranges[end])
