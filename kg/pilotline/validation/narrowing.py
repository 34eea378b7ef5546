"""Leaves out the focus nodes for which a SPARQL constraint can find nothing, by looking into tables.

The query then runs over the few that are left. Nothing is decided here: what is not clear stays.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Set
from dataclasses import dataclass
from operator import itemgetter
from typing import TypeAlias

from pilotline.validation.comparisons import Row, names_left, row_test
from pilotline.validation.links import Links
from pilotline.validation.patterns import Group, Path, Pattern, UnreadError, where_of
from pilotline.validation.ranks import Ranks
from pilotline.validation.terms import Token

_Follow: TypeAlias = Callable[[Token, Collection[Token]], Collection[Token]]
_Ranges: TypeAlias = dict[str, Collection[Token]]

_FEW = 500  # a query over so few is as fast
_MOST = 8, 50_000  # so many rows for each node, and in all, are worth the work
_AT_ONCE = 1000


class UnclearError(Exception):
    """What must be certain and is not."""


def narrowed(nodes: Set[Token], query: str, prefixes: str, links: Links) -> Set[Token]:
    """Return the nodes for which the query may find something."""
    if len(nodes) < _FEW:
        return nodes
    try:
        where = where_of(query, prefixes)
        search = _Search(links, where.uses, _MOST[0] * len(nodes) + _MOST[1])
        found = search.found(where.group, _Rows(("?this",), [(node,) for node in nodes]), frozenset())
    except (UnreadError, UnclearError):
        return nodes
    return {row[0] for row in found.rows}


@dataclass(frozen=True)
class _Rows:
    """What the variables may be, all together; the first columns are those that were there before."""

    columns: tuple[str, ...]
    rows: list[Row]

    def having(self, name: str, nodes: Collection[Token]) -> "_Rows":
        """Return the rows whose variable is one of the nodes."""
        at = self.columns.index(name)
        return _Rows(self.columns, [row for row in self.rows if row[at] in nodes])


@dataclass(frozen=True)
class _Search:
    """Looks for what fits a group. uses: how often each variable stands in the query; most: of rows."""

    links: Links
    uses: Counter[str]
    most: int

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
        rows = _filtered(filters, rows)
        while ready := [pattern for pattern in left if self._is_ready(pattern, rows)]:
            pattern = min(ready, key=lambda each: self._cost(each, rows))
            left.remove(pattern)
            before, rows = rows.columns, self._step(pattern, rows, ranges)
            if rows.columns != before:
                rows = _filtered(filters, rows)
        return rows, left

    def _ranges(self, patterns: list[Pattern], filters: list[list[str]], bound: Collection[str]) -> _Ranges:
        """Return for each variable the nodes that it can be, as far as a pattern or a filter limits them."""
        ranges: _Ranges = dict(filter(None, map(names_left, filters)))
        pairs = [pair for pattern in patterns if not pattern.path.again for pair in _both_ways(pattern)]
        for start, path, end in pairs:
            if start.startswith("?") and len(path.ways) == 1:
                found = self._before(path, end)
                if start not in ranges or len(found) < len(ranges[start]):
                    ranges[start] = found
        while near := [pair for pair in pairs if _is_worth(pair, ranges, bound)]:
            pair = min(near, key=lambda each: len(ranges[each.subject]))
            pairs.remove(pair)
            follow, known = self._follow(pair.path), ranges[pair.value]
            starts = ranges[pair.subject]
            ranges[pair.value] = {end for start in starts for end in follow(start, ()) if end in known}
        return ranges

    def _before(self, path: Path, end: str) -> Collection[Token]:
        """Return the nodes from which a path leads to an end, a variable or a token."""
        if end.startswith("?"):
            return self.links.table(path.ways[0][0]).keys()
        return set(self._follow(path.turned())(end, ()))

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
            start, end = rows.columns.index(subject), rows.columns.index(value)
            ranks = Ranks(self.links, path)
            return _Rows(rows.columns, [row for row in rows.rows if ranks.may_lead(row[start], row[end])])
        if subject not in rows.columns:
            subject, path, value = value, path.turned(), subject
        if not value.startswith("?"):
            return rows.having(subject, self._before(path, value))
        follow, at = self._follow(path), rows.columns.index(subject)
        if value in rows.columns:
            end = rows.columns.index(value)
            return _Rows(rows.columns, [row for row in rows.rows if row[end] in follow(row[at], ())])
        if self.uses[value] == 1:
            return _Rows(rows.columns, [row for row in rows.rows if follow(row[at], ())])
        known, found, walked = ranges.get(value), list[Row](), 0
        if known is not None and (few := self._leading_to(known, path, len(rows.rows))):
            follow, known = few, None
        for first in range(0, len(rows.rows), _AT_ONCE):
            part = rows.rows[first : first + _AT_ONCE]
            ends = [follow(row[at], ()) for row in part]
            walked += sum(map(len, ends))
            if walked > self.most:
                raise UnclearError
            pairs = zip(part, ends, strict=True)
            if known is None:
                found += [(*row, end) for row, each in pairs for end in each]
            else:
                found += [(*row, end) for row, each in pairs for end in each if end in known]
        return _Rows((*rows.columns, value), found)

    def _leading_to(self, ends: Collection[Token], path: Path, rows: int) -> _Follow | None:
        """Return what gives those ends of a path that are among these.

        Nothing where it is less work to look at all ends of the path, from so many rows.
        """
        if len(path.ways) > 1 or len(path.ways[0]) > 1:
            return None
        ((step,),) = path.ways
        count, back = self.links.count(step.predicate), self._follow(path.turned())
        if sum(len(back(end, ())) for end in ends) * len(self.links.table(step)) > rows * count:
            return None
        table = defaultdict[Token, list[Token]](list)
        for end in ends:
            for start in back(end, ()):
                table[start].append(end)
        return table.get

    def _follow(self, path: Path) -> _Follow:
        """Return what gives the ends of a path."""
        ways = [[self.links.table(step) for step in way] for way in path.ways]
        if len(ways) == 1 and len(ways[0]) == 1:
            return ways[0][0].get

        def ends(node: Token, _: Collection[Token]) -> Collection[Token]:
            found = list[Token]()
            for way in ways:
                reached: Collection[Token] = [node]
                for table in way:
                    reached = [end for start in reached for end in table.get(start, ())]
                found += reached
            return found

        return ends

    def _united(
        self, branches: list[Group], rows: _Rows, hidden: frozenset[str], strict: bool
    ) -> tuple[_Rows, set[str]]:
        """Return the rows that fit one of the groups, and the variables that only some of them have."""
        if strict and any(branch.filters or branch.exists for branch in branches):
            raise UnclearError
        found = [self.found(branch, rows, hidden, strict) for branch in branches]
        common = set(found[0].columns).intersection(*(each.columns for each in found))
        lost = {name for branch in branches for name in branch.variables} - common
        columns = tuple(name for name in found[0].columns if name in common)
        return _Rows(columns, list({row for each in found for row in _ordered(each, columns)})), lost

    def _tested(self, wanted: bool, group: Group, rows: _Rows, hidden: frozenset[str], strict: bool) -> _Rows:
        """Return the rows for which the group has a match, or has none."""
        shared = [name for name in rows.columns if name in group.variables]
        exact = strict or not wanted
        try:
            if not shared or (exact and group.variables & hidden - set(rows.columns)):
                raise UnclearError
            known = _Rows(tuple(shared), list(set(_ordered(rows, shared))))
            found = self.found(group, known, hidden, exact)
        except UnclearError:
            if strict:
                raise
            return rows
        matched = set(_ordered(found, shared))
        fits = zip(rows.rows, _ordered(rows, shared), strict=True)
        return _Rows(rows.columns, [row for row, key in fits if (key in matched) == wanted])


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


def _ordered(rows: _Rows, columns: Collection[str]) -> Iterable[Row]:
    """Return the rows with some of the columns, in their order."""
    at = [rows.columns.index(column) for column in columns]
    if len(at) == 1:
        (only,) = at
        return [(row[only],) for row in rows.rows]
    return map(itemgetter(*at), rows.rows)


def _filtered(filters: list[list[str]], rows: _Rows) -> _Rows:
    """Return the rows that fit the expressions, or may fit; those that are fully tested are taken out."""
    for words in list(filters):
        used = [column for column in rows.columns if column in words]
        test = row_test(words, used)
        if test is not None:
            keys = list(_ordered(rows, used))
            verdicts = {key: test(key) for key in set(keys)}
            fits = zip(rows.rows, keys, strict=True)
            rows = _Rows(rows.columns, [row for row, key in fits if verdicts[key] is not False])
            if None not in verdicts.values():
                filters.remove(words)
    return rows
