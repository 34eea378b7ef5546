"""Turns tables into the triples that tell a validation what is specified for units, parameters, methods."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad

from pilotline.namespaces import EMMO, PL
from pilotline.vocabulary.tables import Row, Tables

_DIMENSION = NamedNode(PL + "dimensionName")
_BEARER = NamedNode(PL + "bearer")
_ROLE = NamedNode(PL + "role")
_DETERMINES = NamedNode(PL + "determines")


def background(tables: Tables | None = None) -> Iterator[Quad]:
    """Yield what each unit measures, who bears a parameter in which role, what a technique determines."""
    tables = tables or Tables.shipped()
    yield from unit_dimensions(tables)
    yield from _specified(tables)


def unit_dimensions(tables: Tables | None = None) -> Iterator[Quad]:
    """Yield the dimension of each unit, in the words of the table of parameters."""
    for row in (tables or Tables.shipped()).rows("units"):
        unit = EMMO + row["emmo"] if row["emmo"] else PL + row["pl"]
        yield Quad(NamedNode(unit), _DIMENSION, Literal(row["dimension"]))


def _specified(tables: Tables) -> Iterator[Quad]:
    """Yield what the specification says of a parameter at any step."""
    techniques = {row["seed"]: row for row in tables.rows("techniques") if row["seed"]}
    for row in tables.rows("specifications"):
        parameter = _ours(row["parameter"])
        yield Quad(parameter, _BEARER, Literal(row["bearer"]))
        yield Quad(parameter, _ROLE, _ours(row["role"]))
        for seed in _named_techniques(row):
            yield Quad(_ours(techniques[seed]["term"]), _DETERMINES, parameter)


def _named_techniques(row: Row) -> tuple[str, ...]:
    columns = ("techniques", "techniques_in_text")
    return tuple(seed for column in columns for seed in row.values(column))


def _ours(name: str) -> NamedNode:
    return NamedNode(PL + name.removeprefix("pl:"))
