"""What published cycler files hold, and what is wrong in them."""

import re

import pyarrow.parquet
import pytest
from beside import shared
from pyoxigraph import NamedNode, QuerySolutions
from series.conftest import Stage, codes, graph_of

from pilotline.datasets.dataset import Staged
from pilotline.findings import Severity
from pilotline.namespaces import PL
from pilotline.resources import data_folder

PREFIXES = f"""
PREFIX pl: <{PL}>
PREFIX hasNumberValue: <https://w3id.org/emmo#EMMO_faf79f53_749d_40b2_807c_d34244c192f4>
PREFIX hasNumericalPart: <https://w3id.org/emmo#EMMO_8ef3cd6d_ae58_4a8d_9fc0_ad8f49015cd0>
PREFIX hasProperty: <https://w3id.org/emmo#EMMO_e1097637_70d2_4895_973f_2396f04fa204>
"""


@pytest.fixture(scope="module")
def maccor(stage: Stage) -> Staged:
    files = sorted((shared("data/kiprobatt") / "files").glob("*.txt"))
    return stage(data_folder("mappings") / "maccor" / "summaries.yaml", files)


@pytest.fixture(scope="module")
def bdf(stage: Stage) -> Staged:
    folder = shared("data/bdf_examples") / "docs/examples/reference"
    return stage(data_folder("mappings") / "bdf" / "tests.yaml", sorted(folder.glob("*.bdf.csv")))


def rows(staged: Staged, where: str) -> list[tuple[str, ...]]:
    found = graph_of(staged).query(PREFIXES + where, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return [tuple(getattr(value, "value", "") for value in solution) for solution in found]


def counted(staged: Staged, code: str, pattern: str = r"^(\d+)") -> int:
    """The sum of a number in the messages of one code."""
    messages = (finding.message for finding in staged.findings if finding.code == code)
    return sum(int(match[1]) for message in messages if (match := re.search(pattern, message)))


def test_each_maccor_file_is_a_series_with_its_rows(maccor: Staged) -> None:
    assert len(maccor.series) == 112
    assert rows(maccor, "SELECT (SUM(?n) AS ?sum) { ?s a pl:Series ; pl:rowCount ?n }") == [("35527",)]
    assert sum(pyarrow.parquet.read_metadata(file.path).num_rows for file in maccor.series) == 35527


def test_the_cycles_of_kiprobatt_are_counted_as_they_were_measured(maccor: Staged) -> None:
    complete = rows(maccor, "SELECT (SUM(?n) AS ?sum) { ?e a pl:SeriesExtract ; pl:rowCount ?n }")
    assert complete == [("33580",)]
    far = [finding for finding in maccor.findings if finding.code == "Cycle-efficiency-above-one"]
    assert len(far) == 172
    assert {finding.severity for finding in far} == {Severity.WARNING}
    assert counted(maccor, "Cycle-efficiency-slightly-above-one") + len(far) == 6494
    above = {f.file for f in maccor.findings if f.code.startswith("Cycle-efficiency-")}
    assert len(above) == 110


def test_what_each_parquet_file_holds_gives_the_same_efficiencies(maccor: Staged) -> None:
    efficiencies = []
    for file in maccor.series:
        table = pyarrow.parquet.read_table(file.path, columns=["AH-IN", "AH-OUT"]).to_pydict()
        halves = zip(table["AH-IN"], table["AH-OUT"], strict=True)
        efficiencies += [out / into for into, out in halves if into and out and min(into, out) > 0.001]
    above = [sum(efficiency > least for efficiency in efficiencies) for least in (1, 1.001, 1.01)]
    assert (len(efficiencies), above) == (33580, [6494, 885, 172])


def test_a_latched_resistance_is_no_measurement(maccor: Staged) -> None:
    readings = rows(maccor, "SELECT (COUNT(*) AS ?n) { ?q a pl:DCInternalResistance }")
    assert readings == [("613",)]
    repeats = [
        finding.message
        for finding in maccor.findings
        if finding.code == "Reading-latched" and finding.message.startswith("DCIR")
    ]
    assert sum(int(match[1]) for text in repeats if (match := re.search(r"\((\d+) cells", text))) == 25349


def test_the_first_cycle_gives_the_loss_of_the_formation(maccor: Staged) -> None:
    cell = "<https://w3id.org/pilotline/id/lab/lot/cell-101_tizue-ki-230306-tizue-0400-059_-STATS->"
    found = rows(
        maccor,
        f"""SELECT ?parameter ?value {{
            ?state pl:stateOf {cell} ; hasProperty: ?q . ?q pl:condition "CycleNumber:1" ; a ?parameter ;
                hasNumericalPart:/hasNumberValue: ?value . FILTER(STRSTARTS(STR(?parameter), STR(pl:)))
            FILTER(?parameter != pl:CalculatedProperty)
        }} ORDER BY ?parameter""",
    )
    assert [(name.removeprefix(PL), round(float(value), 4)) for name, value in found] == [
        ("ChargeCapacity", 0.5153),
        ("ChargeEnergy", 1.9179),
        ("DischargeCapacity", 0.4383),
        ("DischargeEnergy", 1.6091),
        ("InitialCapacityLoss", 0.1495),
        ("InitialCoulombicEfficiency", 0.8505),
    ]


def test_the_faults_of_the_time_axes_are_found(bdf: Staged) -> None:
    assert codes(bdf) == {"Cycle-incomplete": 1, "Series-time-backward": 1, "Series-time-too-long": 1}
    found = {finding.code: finding for finding in bdf.findings}
    assert found["Series-time-backward"].message.startswith("time goes back 19 times (rows 724, 1467, 1649")
    assert "(16.8 years)" in found["Series-time-too-long"].message
    assert found["Series-time-too-long"].hint.endswith("divided by 3600 it ends at 40.9 h with steps of 10 s")


def test_what_is_integrated_over_a_faulty_axis_is_invalid(bdf: Staged) -> None:
    states = rows(
        bdf,
        """SELECT ?test (SAMPLE(?status) AS ?one) (COUNT(DISTINCT ?status) AS ?n) {
            ?run hasProperty: ?q . OPTIONAL { ?q pl:status ?status }
            BIND(REPLACE(STR(?run), "^.*end-of-line-([A-Z]+)__([A-Za-z]+).*$", "$1 $2") AS ?test)
        } GROUP BY ?test ORDER BY ?test""",
    )
    invalid = PL + "Invalid"
    assert states == [
        ("DLR LiLNMOHydra", invalid, "1"),
        ("SINTEF LiGrR", "", "0"),
        ("SINTEF SLPBA", invalid, "1"),
    ]


def test_a_cell_against_lithium_is_judged_in_its_own_order(bdf: Staged) -> None:
    found = rows(
        bdf,
        """SELECT ?value { ?run hasProperty: ?q . ?q a pl:InitialCoulombicEfficiency ;
            hasNumericalPart:/hasNumberValue: ?value . FILTER(CONTAINS(STR(?run), "LiGr")) }""",
    )
    assert found == [("0.507936508",)]  # 3.2 mAh out of 6.3 mAh, as the cycler counted


def test_columns_of_a_series_name_parameter_and_unit(bdf: Staged) -> None:
    landt = """SELECT ?name ?parameter ?unit {
        ?s pl:hasColumn ?c . ?c pl:columnName ?name ; pl:columnNumber ?n . FILTER(CONTAINS(STR(?s), "LiGr"))
        OPTIONAL { ?c pl:columnParameter ?parameter } OPTIONAL { ?c pl:columnUnit ?unit }
    } ORDER BY ?n"""
    names = [(name, parameter.removeprefix(PL), bool(unit)) for name, parameter, unit in rows(bdf, landt)]
    assert names == [
        ("source_row", "", False),
        ("voltage_volt", "CellVoltage", True),
        ("current_ampere", "CellCurrent", True),
        ("step_index", "", False),
        ("charging_capacity_ah", "ChargeCapacity", True),
        ("discharging_capacity_ah", "DischargeCapacity", True),
        ("ambient_temperature_celsius", "AmbientTemperature", True),
        ("test_time_second", "", False),
    ]


def test_the_checksum_names_the_file(bdf: Staged) -> None:
    sums = {value for (value,) in rows(bdf, "SELECT ?sum { ?s a pl:Series ; pl:sha256 ?sum }")}
    assert sums == {file.sha256 for file in bdf.series}


def test_the_same_files_give_the_same_bytes(bdf: Staged, stage: Stage) -> None:
    folder = shared("data/bdf_examples") / "docs/examples/reference"
    again = stage(data_folder("mappings") / "bdf" / "tests.yaml", sorted(folder.glob("*LiGr*.bdf.csv")))
    assert {file.sha256 for file in again.series} < {file.sha256 for file in bdf.series}


def test_a_series_is_described_in_the_graph_of_its_dataset(bdf: Staged) -> None:
    graphs = {quad.graph_name for quad in graph_of(bdf)}
    assert graphs == {NamedNode(bdf.description.iri)}


def test_a_parquet_file_holds_the_numbers_of_its_source(bdf: Staged) -> None:
    (file,) = (each.path for each in bdf.series if "LiGr" in each.path.name)
    table = pyarrow.parquet.read_table(file)
    assert table.num_rows == 25162
    assert table.slice(0, 1).to_pylist()[0]["voltage_volt"] == 2.9215
