"""The dimension of each unit of the table is the one of EMMO's class above it."""

from pathlib import Path

import pytest
from pyoxigraph import Dataset, Literal, NamedNode, RdfFormat, parse

from pilotline.namespaces import HAS_DIMENSION_STRING, OWL
from pilotline.vocabulary.dimensions import Dimensions
from pilotline.vocabulary.generator import SUBCLASS, Generator
from pilotline.vocabulary.tables import Tables

UNITS = "EMMO/disciplines/units/sidimensionalunits.ttl"


@pytest.fixture(scope="module")
def generator() -> Generator:
    return Generator.of(Tables.shipped())


def strings(path: Path) -> dict[str, str]:
    """Return the dimension string of each class of units by its IRI."""
    graph = Dataset(parse(path=path, format=RdfFormat.TURTLE))
    on, value = NamedNode(HAS_DIMENSION_STRING), NamedNode(OWL + "hasValue")
    return {
        held.subject.value: said.object.value
        for restriction in graph.quads_for_object(on)
        for held in graph.quads_for_object(restriction.subject)
        for said in graph.quads_for_subject(restriction.subject)
        if held.predicate == SUBCLASS and said.predicate == value
        if isinstance(held.subject, NamedNode) and isinstance(said.object, Literal)
    }


def test_dimensions_are_those_of_the_classes_above(mirror: Path, generator: Generator) -> None:
    dimensions, known = Dimensions(generator), strings(mirror / UNITS)
    rows = [row for row in generator.tables.rows("units") if dimensions.string(row)]
    found = {row["symbol"]: (dimensions.string(row), known.get(dimensions.above(row))) for row in rows}
    assert len([upstream for _, upstream in found.values() if upstream]) > 130
    assert {unit: pair for unit, pair in found.items() if pair[1] not in (pair[0], None)} == {}


def test_unit_with_half_powers_has_no_dimension_string(generator: Generator) -> None:
    row = next(row for row in generator.tables.rows("units") if row["symbol"] == "MPa·m½")
    assert Dimensions(generator).string(row) == ""
    assert row["dimension"] not in Dimensions(generator).classes
