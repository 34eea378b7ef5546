"""What the makers of cells state of them, in the records of BattINFO."""

import pytest
from beside import shared
from pyoxigraph import QuerySolutions, RdfFormat, Store

from pilotline.datasets.dataset import Staged
from pilotline.ingest.publishing import Rules
from pilotline.ingest.sources import Job
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.resources import data_folder

RECORDS = 491


@pytest.fixture(scope="module")
def staged(rules: Rules, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    files = sorted((shared("data/battinfo_records") / "records" / "cell-spec").glob("*/record.json"))
    mapping = data_folder("mappings") / "battinfo" / "cell-specifications.yaml"
    into = tmp_path_factory.mktemp("battinfo") / "staged.nq"
    return Job(tuple(files), mapping, Place()).stage(into, rules.vocabulary, Units.load())


@pytest.fixture(scope="module")
def store(staged: Staged) -> Store:
    store = Store()
    store.bulk_load(path=staged.quads, format=RdfFormat.N_QUADS)
    return store


def rows(store: Store, query: str) -> list[tuple[str, ...]]:
    prefix = "PREFIX pl: <https://w3id.org/pilotline/ontology#> "
    found = store.query(prefix + query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return [tuple(getattr(value, "value", "") for value in solution) for solution in found]


def test_each_record_is_a_source_of_its_own(staged: Staged) -> None:
    names = {source.name for source in staged.sources}
    assert len(names) == RECORDS
    assert "a123--20ah--20260324/record.json" in names


def test_a_record_without_properties_is_told(staged: Staged, store: Store) -> None:
    empty = [finding for finding in staged.findings if finding.code == "Source-empty"]
    assert len(empty) == 49
    assert rows(store, "SELECT (COUNT(?r) AS ?n) { ?r a pl:CellSpecification }") == [
        (str(RECORDS - len(empty)),)
    ]


def test_the_stated_numbers_of_one_cell(store: Store) -> None:
    stated = """SELECT ?name ?si {
        <https://w3id.org/pilotline/id/battinfo/specification/m5jy70>
            <https://w3id.org/emmo#EMMO_e1097637_70d2_4895_973f_2396f04fa204> ?q . ?q a ?p ; pl:siValue ?si .
        BIND(STRAFTER(STR(?p), "pilotline/ontology#") AS ?name) FILTER(?name != "") } ORDER BY ?name"""
    assert [(name, float(value)) for name, value in rows(store, stated)] == [
        ("CellLength", 0.2),
        ("CellMass", 2.27),
        ("CellThickness", 0.033),
        ("CellWidth", 0.172),
        ("ContinuousChargeCurrent", 50.0),
        ("ContinuousDischargeCurrent", 50.0),
        ("LowerCutOffVoltage", 2.5),
        ("NominalVoltage", 3.2),
        ("RatedCapacity", 360000.0),
        ("UpperCutOffVoltage", 3.65),
    ]


def test_grams_and_kilograms_compare(store: Store) -> None:
    heavy = """SELECT (COUNT(?q) AS ?n) (MIN(?si) AS ?least) { ?q a pl:CellMass ; pl:siValue ?si }"""
    ((count, least),) = rows(store, heavy)
    assert count == "431"
    assert 0 < float(least) < 0.01
