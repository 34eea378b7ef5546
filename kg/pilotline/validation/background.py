"""Turns the table of units into the triples that tell a validation what each unit measures."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad

from pilotline.namespaces import EMMO, PL
from pilotline.vocabulary.tables import Tables

_DIMENSION = NamedNode(PL + "dimensionName")


def unit_dimensions(tables: Tables | None = None) -> Iterator[Quad]:
    """Yield the dimension of each unit, in the words of the table of parameters."""
    for row in (tables or Tables.shipped()).rows("units"):
        unit = EMMO + row["emmo"] if row["emmo"] else PL + row["pl"]
        yield Quad(NamedNode(unit), _DIMENSION, Literal(row["dimension"]))
