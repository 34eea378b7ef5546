"""Finds what two datasets state differently of one thing: same parameter, same kind, same keys."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, Store

from pilotline.datasets.pointers import place_of
from pilotline.findings import Finding, Severity
from pilotline.namespaces import HAS_NUMERICAL_PART, HAS_PROPERTY, PL

CODE = "Values-disagree"
_HAS_PROPERTY = NamedNode(HAS_PROPERTY)
_SI_VALUE = NamedNode(PL + "siValue")
_NUMBER = NamedNode(HAS_NUMERICAL_PART)
_TYPED = NamedNode(PL + "asTyped")
_KEY = re.compile(r"/dataset=[^/]*$")
_DEFAULT = DefaultGraph()
_AT_ONCE = 1000  # bearers in one query


def disagreements(
    store: Store, dataset: str, own: Callable[[NamedNode], set[NamedNode]], bearers: Iterable[NamedNode]
) -> Iterator[Finding]:
    """Yield a warning for each value of a dataset of which another dataset in scope says something else.

    own: the quantities that the dataset states of a bearer, which the default graph of the store shows.
    bearers: of the dataset.
    The cost depends on the dataset and on what others say of the same bearers.
    """
    for bearer in _borne_elsewhere(store, dataset, bearers):
        quantities = own(bearer)
        others = _properties(store, bearer) - quantities
        stated = {_KEY.sub("", each.value): each for each in sorted(others, key=str)}
        for quantity in sorted(quantities, key=str) if stated else ():
            other = stated.get(_KEY.sub("", quantity.value))
            if other is None:
                continue
            here, there = _value(store, quantity), _value(store, other)
            # A quantity out of scope says nothing here.
            if all(here) and all(there) and here != there:
                yield _finding(store, bearer, quantity, other)


def _borne_elsewhere(store: Store, dataset: str, bearers: Iterable[NamedNode]) -> list[NamedNode]:
    """Return the bearers of which another graph than that of the dataset states a quantity."""
    found, left = list[NamedNode](), iter(sorted(bearers, key=str))
    while asked := list(islice(left, _AT_ONCE)):
        solutions = store.query(f"""
            SELECT DISTINCT ?bearer WHERE {{
              VALUES ?bearer {{ {" ".join(map(str, asked))} }}
              GRAPH ?graph {{ ?bearer <{HAS_PROPERTY}> ?other }} FILTER(?graph != <{dataset}>)
            }} ORDER BY ?bearer
        """)
        assert isinstance(solutions, QuerySolutions)
        found += [bearer for row in solutions if isinstance(bearer := row["bearer"], NamedNode)]
    return found


def _properties(store: Store, bearer: NamedNode) -> set[NamedNode]:
    quads = store.quads_for_pattern(bearer, _HAS_PROPERTY, None, _DEFAULT)
    return {quad.object for quad in quads if isinstance(quad.object, NamedNode)}


def _value(store: Store, quantity: NamedNode) -> set[str]:
    """Return what makes the value: in SI where it has one, else as typed."""
    found = store.quads_for_pattern(quantity, _SI_VALUE, None, _DEFAULT)
    values = {quad.object.value for quad in found if isinstance(quad.object, Literal)}
    return values or {_typed(store, quantity)}


def _typed(store: Store, quantity: NamedNode) -> str:
    numbers = [quad.object for quad in store.quads_for_pattern(quantity, _NUMBER, None, _DEFAULT)]
    for node in (*numbers, quantity):
        if isinstance(node, NamedNode):
            for quad in store.quads_for_pattern(node, _TYPED, None, _DEFAULT):
                if isinstance(quad.object, Literal):
                    return quad.object.value
    return ""


def _finding(store: Store, bearer: NamedNode, quantity: NamedNode, other: NamedNode) -> Finding:
    place, there = place_of(store, quantity), place_of(store, other)
    parameter, kind = quantity.value.removeprefix(bearer.value + "/q/").split("/")[:2]
    return Finding(
        CODE,
        Severity.WARNING,
        f"{parameter} ({kind}) of {bearer.value.rsplit('/', 1)[1]} is {_typed(store, quantity)!r} here and "
        f"{_typed(store, other)!r} in {there or other.value}; both are kept",
        "correct the one that is wrong",
        place.file,
        place.sheet,
        place.cell,
        focus=quantity.value,
        value=_typed(store, quantity),
        expected=_typed(store, other),
    )
