"""What the makers of cells state of them, in the records of BattINFO."""

import json
from pathlib import Path

import pytest
from beside import shared
from click.testing import CliRunner
from pyoxigraph import QuerySolutions, RdfFormat, Store

from pilotline.cli import main
from pilotline.datasets.dataset import Staged
from pilotline.ingest.publishing import Rules
from pilotline.ingest.sources import Job
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.resources import data_folder

RECORDS = 491
MAPPING = data_folder("mappings") / "battinfo" / "cell-specifications.yaml"


def files() -> tuple[Path, ...]:
    records = shared("data/battinfo_records") / "records" / "cell-spec"
    return tuple(sorted(records.glob("*/record.json")))


@pytest.fixture(scope="module")
def staged(rules: Rules, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    into = tmp_path_factory.mktemp("battinfo") / "staged.nq"
    return Job(files(), MAPPING, Place()).stage(into, rules.vocabulary, Units.load())


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


def test_what_files_have_in_common_is_told_once(staged: Staged, store: Store) -> None:
    told = {
        finding.value: finding.message for finding in staged.findings if finding.code == "Column-convention"
    }
    assert told == {
        "InternalResistance": "'value' (InternalResistance): Direct or alternating current? "
        "(in 54 files, this one first)"
    }
    (empty,) = (finding for finding in staged.findings if finding.code == "Source-empty")
    assert (
        empty.message
        == "holds no record at /properties; nothing is read from it (in 49 files, this one first)"
    )
    assert rows(store, "SELECT (COUNT(?r) AS ?n) { ?r a pl:CellSpecification }") == [(str(RECORDS - 49),)]


WIDE = ("Quantity-plausible", "Quantity-judged")


def test_a_strict_look_finds_the_records_that_contradict_themselves_and_no_others() -> None:
    done = CliRunner().invoke(
        main, ["validate", *map(str, files()), "--mapping", str(MAPPING), "--format", "json"]
    )
    assert done.exit_code == 1
    findings = json.loads(done.stdout)["findings"]
    broken = {
        (each["code"], each["file"].partition("--2")[0])
        for each in findings
        if each["severity"] == "violation"
    }
    assert broken == {("CutOff-order", "bak--n18650ch-26s")}
    # A length in its place; a heavy cell of 1000 Ah is no fault.
    implausible = {each["cell"] for each in findings if each["code"] in WIDE}
    assert implausible == {"/properties/thickness/value"}


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


def test_all_that_makers_state_has_a_parameter(staged: Staged, store: Store) -> None:
    assert not [finding for finding in staged.findings if finding.code == "Parameter-unmapped"]
    counts = """SELECT ?name (COUNT(?q) AS ?n) { ?q a ?p ; pl:siValue ?si
        FILTER(?p IN (pl:MinimumStorageTemperature, pl:MaximumChargingTemperature, pl:PulseDischargeCurrent,
            pl:CellSpecificEnergy, pl:CellEnergyDensity, pl:StandardChargingTime))
        BIND(STRAFTER(STR(?p), "#") AS ?name) } GROUP BY ?name ORDER BY ?name"""
    assert rows(store, counts) == [
        ("CellEnergyDensity", "9"),
        ("CellSpecificEnergy", "9"),
        ("MaximumChargingTemperature", "20"),
        ("MinimumStorageTemperature", "20"),
        ("PulseDischargeCurrent", "11"),
        ("StandardChargingTime", "24"),
    ]


def test_grams_and_kilograms_compare(store: Store) -> None:
    heavy = """SELECT (COUNT(?q) AS ?n) (MIN(?si) AS ?least) { ?q a pl:CellMass ; pl:siValue ?si }"""
    ((count, least),) = rows(store, heavy)
    assert count == "431"
    assert 0 < float(least) < 0.01
