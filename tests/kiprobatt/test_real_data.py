"""The published export has the size that its README states, and the faults that are known of it."""

import pytest
from pyoxigraph import NamedNode, QuerySolutions, Store

from pilotline.datasets.dataset import Staged
from pilotline.namespaces import EMMO, PL, PROV

HAS_PROPERTY = f"<{EMMO}EMMO_e1097637_70d2_4895_973f_2396f04fa204>"
WIKI = "https://kiprobatt.de/id/Property-3A"


def counted(store: Store, graph: str, what: str, where: str) -> int:
    query = f"""
        PREFIX pl: <{PL}> PREFIX prov: <{PROV}> PREFIX property: <{WIKI}>
        SELECT (COUNT({what}) AS ?n) WHERE {{ {where} }}"""
    rows = store.query(query, default_graph=NamedNode(graph))
    assert isinstance(rows, QuerySolutions)
    return int(next(iter(rows))["n"].value)


@pytest.mark.parametrize(
    ("what", "number"),
    [("*", 256_980), ("DISTINCT ?s", 24_577), ("DISTINCT ?p", 43), ("DISTINCT ?o", 34_641)],
)
def test_the_raw_graph_has_the_numbers_of_the_readme(
    real: Staged, graphs: Store, what: str, number: int
) -> None:
    assert counted(graphs, real.description.iri + "/raw", what, "?s ?p ?o") == number


def test_104_of_786_files_are_not_utf8(real: Staged) -> None:
    encodings = [source.encoding for source in real.sources]
    assert (encodings.count("cp1252"), encodings.count("utf-8")) == (104, 682)


def test_every_subject_has_a_pointer(real: Staged, graphs: Store) -> None:
    assert counted(graphs, real.description.iri + "/pointers", "DISTINCT ?s", "?s pl:cell ?o") == 24_577


@pytest.mark.parametrize(
    ("step", "number"),
    [
        ("Stacking", 367),
        ("Separation", 240),
        ("PostDrying", 58),
        ("ElectrolyteFilling", 29),
        ("Formation", 22),
        ("Degassing", 1),
        ("ContactWelding", 18),
        ("Enclosing", 18),
    ],
)
def test_every_protocol_is_a_run(real: Staged, graphs: Store, step: str, number: int) -> None:
    assert counted(graphs, real.description.iri, "?run", f"?run a pl:{step}") == number


def test_130_tested_cells_go_back_to_their_dry_cell(real: Staged, graphs: Store) -> None:
    chain = """?tested a pl:EndOfLineTestedCell ; prov:wasDerivedFrom ?formed .
        ?formed a pl:FormedCell ; prov:wasDerivedFrom ?filled .
        ?filled a pl:FilledCell ; prov:wasDerivedFrom ?dry . ?dry a pl:DryCell ."""
    assert counted(graphs, real.description.iri, "DISTINCT ?tested", chain) == 130


def test_476_predecessors_leave_the_export(real: Staged, graphs: Store) -> None:
    leaving = """?selection property:HasPredecessor ?gone ; property:IsProcessParameterOf ?step .
        FILTER(NOT EXISTS { ?gone ?p ?o })"""
    assert counted(graphs, real.description.iri + "/raw", "*", leaving) == 476
    remarks = [f for f in real.findings if f.code == "predecessors-outside-the-export"]
    files_of_the_feature_extraction = 4
    assert sum(int(remark.value) for remark in remarks) == 476 - files_of_the_feature_extraction


def test_every_quantity_with_a_number_has_one_si_value(real: Staged, graphs: Store) -> None:
    twice = "?q pl:siValue ?a , ?b . FILTER(?a < ?b)"
    assert counted(graphs, real.description.iri, "DISTINCT ?q", twice) == 0
    assert counted(graphs, real.description.iri, "DISTINCT ?q", "?q a pl:UnstatedProperty") == 4_149
    not_measured = 2  # typed "NaN g"
    assert counted(graphs, real.description.iri, "DISTINCT ?q", "?q pl:siValue ?si") == 4_149 - not_measured


MASS = "?q a ?mass ; pl:siValue ?kg . FILTER(?mass IN (pl:ElectrodeMass, pl:DryCellMass, pl:WetCellMass))"


def test_191_masses_are_negative(real: Staged, graphs: Store) -> None:
    assert (
        counted(graphs, real.description.iri + "/raw", "*", "?s property:HasMass ?kg FILTER(?kg < 0)") == 191
    )
    assert counted(graphs, real.description.iri, "*", f"{MASS} FILTER(?kg < 0)") == 191
    residues = f"{MASS} FILTER(?kg < 0 && ?kg >= -1.0E-5)"
    assert counted(graphs, real.description.iri, "*", residues) == 5


def test_29_masses_were_normalised_1000_times_too_large(real: Staged, graphs: Store) -> None:
    commas = '?s property:HasMass ?kg ; property:HasValue ?typed . FILTER(CONTAINS(STR(?typed), "-2C"))'
    assert counted(graphs, real.description.iri + "/raw", "*", commas) == 29
    wrong = "?q pl:sourceNormalisedValue ?n ; pl:siValue ?kg . FILTER(ABS(?n / ?kg - 1000.0) < 0.001)"
    assert counted(graphs, real.description.iri, "*", wrong) == 29
    assert counted(graphs, real.description.iri, "*", "?q pl:sourceNormalisedValue ?n") == 29


def test_42_wet_cells_weigh_less_than_their_electrolyte(real: Staged, graphs: Store) -> None:
    by_source = """?wet property:IsObjectParameterOf ?cell ; property:HasMass ?kg ; property:HasName ?mass .
        ?dose property:IsObjectParameterOf ?cell ; property:HasVolume ?m3 ; property:HasName ?volume .
        FILTER(STRSTARTS(?mass, "WettCellMass") && STRSTARTS(?volume, "ElectrolyteVolume"))"""
    raw = real.description.iri + "/raw"
    assert counted(graphs, raw, "*", by_source) == 169
    assert counted(graphs, raw, "*", by_source + "FILTER(?kg < 1200.0 * ?m3)") == 42


def test_the_typed_texts_show_12_more(real: Staged, graphs: Store) -> None:
    typed = f"""?cell {HAS_PROPERTY} ?wet , ?dose . ?wet a pl:WetCellMass ; pl:siValue ?kg .
        ?dose a pl:ElectrolyteVolume ; pl:siValue ?m3 . FILTER(?kg < 1200.0 * ?m3)"""
    misread = "FILTER EXISTS { ?wet pl:sourceNormalisedValue|pl:sourceReadNoNumber ?x }"
    assert counted(graphs, real.description.iri, "*", typed) == 54
    assert counted(graphs, real.description.iri, "*", typed + misread) == 12


def test_14_decimal_commas_have_no_value_in_the_source(real: Staged, graphs: Store) -> None:
    assert counted(graphs, real.description.iri, "*", "?q pl:sourceReadNoNumber true") == 14


@pytest.mark.parametrize(("status", "runs"), [("TestUse", 8), ("DummyUse", 11), ("DiscardedUse", 3)])
def test_records_that_are_no_production_say_so(real: Staged, graphs: Store, status: str, runs: int) -> None:
    marked = f"?run pl:useStatus pl:{status} . FILTER(CONTAINS(STR(?run), '/run/'))"
    assert counted(graphs, real.description.iri, "*", marked) == runs
