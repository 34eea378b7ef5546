"""Counts the rows of a table by each of its filters, under those that are set."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, TypeVar
from urllib.parse import urlencode

T = TypeVar("T")
Filters = Mapping[str, Callable[[T], Collection[str]]]
"""By the name of a filter, which choices a row has."""


class Facet(NamedTuple):
    """One choice of a filter.

    rows: how many have it and pass all other filters. href: sets it, or takes it away.
    """

    choice: str
    rows: int
    chosen: bool
    href: str


def facets(
    rows: Sequence[T], filters: Filters[T], given: Mapping[str, str], at: str
) -> dict[str, list[Facet]]:
    """Return the choices of each filter with their number of rows, the most first.

    given: the choices that are set. at: the address of the page, with what is kept beside the filters.
    """
    return {name: _facets(rows, filters, given, name, at) for name in filters}


def passes(row: T, filters: Filters[T], given: Mapping[str, str]) -> bool:
    """Say whether a row has all choices that are given."""
    return all(wanted in filters[name](row) for name, wanted in given.items())


def _facets(
    rows: Sequence[T], filters: Filters[T], given: Mapping[str, str], name: str, at: str
) -> list[Facet]:
    others = {key: text for key, text in given.items() if key != name}
    counts = Counter(
        choice for row in rows if passes(row, filters, others) for choice in set(filters[name](row)) if choice
    )
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        Facet(
            choice, count, given.get(name) == choice,
            _address(at, others if given.get(name) == choice else {**others, name: choice}),
        )
        for choice, count in ordered
    ]  # fmt: skip


def _address(at: str, given: Mapping[str, str]) -> str:
    return f"{at}{'&' if '?' in at else '?'}{urlencode(given)}" if given else at
