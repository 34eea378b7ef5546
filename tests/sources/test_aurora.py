"""What the Aurora robot recorded of its coin cells, and what a filled BattINFO workbook says of one."""

from pathlib import Path

import pytest
from beside import shared
from pyoxigraph import QuerySolutions, RdfFormat, Store

from pilotline.datasets.dataset import Staged
from pilotline.ingest.publishing import Rules
from pilotline.ingest.sources import Job
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.resources import data_folder

PREFIXES = """
PREFIX hasNumberValue: <https://w3id.org/emmo#EMMO_faf79f53_749d_40b2_807c_d34244c192f4>
PREFIX hasNumericalPart: <https://w3id.org/emmo#EMMO_8ef3cd6d_ae58_4a8d_9fc0_ad8f49015cd0>
PREFIX hasProperty: <https://w3id.org/emmo#EMMO_e1097637_70d2_4895_973f_2396f04fa204>
PREFIX pl: <https://w3id.org/pilotline/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
"""


def stage(mapping: str, file: Path, rules: Rules, into: Path) -> Staged:
    path = data_folder("mappings") / "aurora" / mapping
    return Job((file,), path, Place()).stage(into, rules.vocabulary, Units.load())


@pytest.fixture(scope="module")
def cells(rules: Rules, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    file = shared("data/empa_aurora") / "samples" / "240620_kigr_gen2.json"
    return stage("cells.yaml", file, rules, tmp_path_factory.mktemp("aurora") / "staged.nq")


@pytest.fixture(scope="module")
def workbook(rules: Rules, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    file = shared("data/empa_aurora") / "misc" / "BattINFO_example.xlsx"
    return stage("workbook.yaml", file, rules, tmp_path_factory.mktemp("aurora") / "staged.nq")


def rows(staged: Staged, where: str) -> list[tuple[str, ...]]:
    store = Store()
    store.bulk_load(path=staged.quads, format=RdfFormat.N_QUADS)
    found = store.query(PREFIXES + where, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return [tuple(getattr(value, "value", "") for value in solution) for solution in found]


def test_no_field_is_left_out(cells: Staged) -> None:
    assert {finding.code for finding in cells.findings} == {"Notes-kept"}


def test_each_cell_is_made_from_two_electrodes_and_an_electrolyte(cells: Staged) -> None:
    made = """SELECT (COUNT(DISTINCT ?run) AS ?r) (COUNT(DISTINCT ?cell) AS ?c) (COUNT(DISTINCT ?in) AS ?n) {
        ?run a pl:CellAssembly ; pl:inputLot ?in ; pl:outputLot ?cell }"""
    assert rows(cells, made) == [("36", "36", "73")]


def test_the_assembly_history_has_the_time_of_each_step(cells: Staged) -> None:
    steps = """SELECT (COUNT(?s) AS ?n) (MIN(?t) AS ?first) (MAX(?t) AS ?last) {
        ?s a pl:Stage ; prov:startedAtTime ?t }"""
    ((count, first, last),) = rows(cells, steps)
    assert (count, first) == ("360", "2024-06-20T08:17:10+02:00")
    assert last > first


def test_the_balance_of_the_electrodes_spans_what_was_published(cells: Staged) -> None:
    ratio = """SELECT (MIN(?v) AS ?least) (MAX(?v) AS ?most) (COUNT(?v) AS ?n) {
        ?q a pl:NPRatio , pl:CalculatedProperty ; hasNumericalPart:/hasNumberValue: ?v }"""
    ((least, most, count),) = rows(cells, ratio)
    assert (round(float(least), 3), round(float(most), 3), count) == (0.952, 1.050, "36")


def test_one_anode_bears_what_was_weighed_and_computed(cells: Staged) -> None:
    anode = "<https://w3id.org/pilotline/id/aurora/lot/sheet-240620_kigr_gen2:anode:1/state/received>"
    found = rows(
        cells,
        f"""SELECT ?name ?si {{ {anode} hasProperty: ?q . ?q a ?p ; pl:siValue ?si .
            BIND(STRAFTER(STR(?p), "ontology#") AS ?name)
            FILTER(?name != "" && !STRENDS(?name, "Property")) }} ORDER BY ?name""",
    )
    expected = {
        "ActiveMaterialMass": 6.1236e-6,
        "BalancingCapacity": 3.75516e-3 * 3600,
        "BalancingSpecificCapacity": 610 * 3600,
        "ComponentMassFraction": 0.945,
        "CurrentCollectorMass": 16.1e-6,
        "ElectrodeDiameter": 0.015,
        "ElectrodeMass": 22.58e-6,
        "ReferenceSpecificCapacity": 610 * 3600,
    }
    assert {name: float(value) for name, value in found} == pytest.approx(expected)


def test_the_workbook_gives_its_numbers_and_names_what_it_leaves_out(workbook: Staged) -> None:
    numbers = "SELECT (COUNT(?q) AS ?n) { ?q hasNumericalPart: ?v }"
    assert rows(workbook, numbers) == [("21",)]
    unread = {f.sheet for f in workbook.findings if f.code == "Source-unread"}
    assert unread == {"@Classes", "@Context", "@Predicates", "@Units"}
    assert "Parameter-unmapped" in {finding.code for finding in workbook.findings}
