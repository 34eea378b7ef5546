"""Each example of a form of value conforms to the shapes that ship, and uses only terms that exist."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Quad, RdfFormat, Store, parse
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from pilotline.iris import QUANTITY_KEYS
from pilotline.namespaces import (
    HAS_MEASUREMENT_UNIT,
    HAS_NUMBER_VALUE,
    HAS_NUMERICAL_PART,
    HAS_PROPERTY,
    PL,
)
from pilotline.quantities.lines import KIND_CLASSES
from pilotline.quantities.units import Unit, Units
from pilotline.validation import Report, check_store, load_shapes
from pilotline.validation.background import unit_dimensions
from pilotline.vocabulary.closure import closed_hierarchy, load_ontology
from pilotline.vocabulary.facts import Facts
from pilotline.vocabulary.names import expand, is_ours, is_upstream
from pilotline.vocabulary.terms import Vocabulary, load_vocabulary

FOLDER = Path(__file__).parents[2] / "docs" / "ontology" / "examples"
EXAMPLES = sorted(FOLDER.glob("*.ttl"))
FORMS = {
    "scalar", "statistics", "censored", "range", "category", "stages", "curve", "distribution",
    "identity-and-state", "disposition", "recipe-and-run", "cell-positions", "formulation", "equipment",
    "sample", "position-map", "conventions", "link-certainty", "channels", "status",
}  # fmt: skip
TERM = Namespace(PL)
VALUE, NUMBER, UNIT = URIRef(HAS_NUMERICAL_PART), URIRef(HAS_NUMBER_VALUE), URIRef(HAS_MEASUREMENT_UNIT)
SPOILT = (FOLDER / "scalar.ttl").read_bytes().replace(b"pl:uncertainty 0.5", b"pl:uncertainty -0.5")
OPAQUE = re.compile(r"[a-z]+:[A-Za-z]+_[0-9a-f]{8}_[0-9a-f_]+")
each_example = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts({"": list(load_ontology())})


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture(scope="module")
def units() -> dict[str, Unit]:
    table = Units.load()
    return {unit.iri: unit for unit in map(table.parse, table.symbols)}


@pytest.fixture(scope="module")
def report(facts: Facts) -> Report:
    """What the shapes say of all examples beside the ontology; each example stands in a lab of its own."""
    store = Store()
    store.bulk_extend(Quad(*triple) for triple in facts.files[""])
    store.bulk_extend(Quad(*triple) for triple in closed_hierarchy(facts.files[""]))
    store.extend(unit_dimensions())
    for path in EXAMPLES:
        store.extend(in_lab(path.stem, path.read_bytes()))
    store.extend(in_lab("spoilt", SPOILT))
    return check_store(store, load_shapes())


def in_lab(name: str, text: bytes) -> Iterator[Quad]:
    yield from parse(text.replace(b"/id/lab/", f"/id/{name}/".encode()), format=RdfFormat.TURTLE)


def found_in(report: Report, lab: str) -> list[str]:
    return [f"{each.code}: {each.focus}" for each in report.results if f"/id/{lab}/" in str(each.focus)]


def test_each_form_has_an_example() -> None:
    assert {path.stem for path in EXAMPLES} == FORMS


@each_example
def test_example_conforms(path: Path, report: Report) -> None:
    assert found_in(report, path.stem) == []


def test_example_that_is_spoilt_does_not_conform(report: Report) -> None:
    assert [found.partition(":")[0] for found in found_in(report, "spoilt")] == ["Quantity-uncertainty"]


@each_example
def test_example_uses_only_declared_terms(path: Path, facts: Facts) -> None:
    used = {str(node) for triple in Graph().parse(path) for node in triple if isinstance(node, URIRef)}
    assert {iri for iri in used if is_ours(iri) or is_upstream(iri)} - facts.declared_in.keys() == set()


@each_example
def test_opaque_names_have_their_label_beside_them(path: Path, vocabulary: Vocabulary) -> None:
    labels = vocabulary.upstream.labels()
    for line in path.read_text(encoding="utf-8").splitlines():
        words = [labels[expand(name)] for name in OPAQUE.findall(line)]
        assert not words or line.endswith(f"    # {' '.join(words)}"), line


@each_example
def test_things_are_given_every_type_that_upstream_queries_ask_for(
    path: Path, vocabulary: Vocabulary
) -> None:
    graph = Graph().parse(path)
    for thing, class_ in graph.subject_objects(RDF.type):
        wanted = {URIRef(iri) for iri in types(vocabulary, str(class_))}
        assert wanted - set(graph.objects(thing, RDF.type)) == set(), thing


@each_example
def test_quantity_is_named_by_bearer_parameter_and_kind(path: Path) -> None:
    graph = Graph().parse(path)
    for bearer, quantity in graph.subject_objects(URIRef(HAS_PROPERTY)):
        own = str(quantity).removeprefix(f"{bearer}/q/").split("/")
        types = {str(class_) for class_ in graph.objects(quantity, RDF.type)}
        assert PL + own[0] in types
        assert types.issuperset(KIND_CLASSES[own[1]])
        keys = [key.partition("=")[0] for key in own[2:]]
        assert keys == [key for key in QUANTITY_KEYS if key in keys]


@each_example
def test_si_value_follows_from_number_and_unit(path: Path, units: dict[str, Unit]) -> None:
    graph = Graph().parse(path)
    for quantity, value in graph.subject_objects(VALUE):
        unit = units[str(graph.value(quantity, UNIT))]
        number, si = graph.value(value, NUMBER), graph.value(quantity, TERM.siValue)
        assert unit.si(Decimal(str(number))) == (si.toPython() if isinstance(si, Literal) else None), quantity


def test_sheet_is_found_on_the_roll_that_was_coated() -> None:
    graph = Graph().parse(FOLDER / "position-map.ttl")
    sheet, metre = next(graph.subject_objects(TERM.cutStart))
    lot = graph.value(sheet, TERM.cutFrom)
    found = [f"{position:.2f} m of {str(lot).split('/')[-1]}" for lot, position in traced(graph, lot, metre)]
    assert found == [
        "12.31 m of coil-43-2",
        "387.69 m of roll-43",
        "383.85 m of roll-42r",
        "36.15 m of roll-42",
    ]


def traced(graph: Graph, lot: Node | None, metre: Any) -> Iterator[tuple[Node | None, float]]:
    """Yield a lot with the metre on it, then those that it was mapped from."""
    position = float(metre)
    yield lot, position
    for position_map in graph.subjects(TERM.toLot, lot):
        names = ("toStart", "toEnd", "fromStart", "fromEnd")
        new0, new1, old0, old1 = (float(str(graph.value(position_map, TERM[name]))) for name in names)
        before = old0 + (position - new0) * (old1 - old0) / (new1 - new0)
        yield from traced(graph, graph.value(position_map, TERM.fromLot), before)


def types(vocabulary: Vocabulary, iri: str) -> tuple[str, ...]:
    """Return the types of an instance of a class of ours; nothing where the tables do not hold the class."""
    name = iri.removeprefix(PL)
    indexes = (
        vocabulary.parameters,
        vocabulary.steps,
        vocabulary.products,
        vocabulary.roles,
        vocabulary.lots,
    )
    return next((index.by_name[name].types for index in indexes if name in index.by_name), ())
