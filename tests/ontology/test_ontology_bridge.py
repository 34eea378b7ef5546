"""A query in the terms of BVCO finds our data, and the vocabularies of machine makers lead to our terms."""

import sys
from collections import Counter
from pathlib import Path
from shutil import copytree
from subprocess import run as run_python

import pytest
from beside import shared
from pyoxigraph import Quad, QuerySolutions, RdfFormat, Store, parse

from pilotline.resources import data_folder
from pilotline.vocabulary.closure import closed_hierarchy, load_ontology
from pilotline.vocabulary.modules import build
from pilotline.vocabulary.tables import TableError, Tables

CALENDERING = """
@prefix : <http://example.org/> .
@prefix emmo: <https://w3id.org/emmo#> .
@prefix pl: <https://w3id.org/pilotline/ontology#> .
:run-7 a pl:Calendering ;
    emmo:EMMO_36e69413_8c59_4799_946c_10b05d266e22 :roll-7-dried ;
    emmo:EMMO_c4bace1d_4db0_4cd3_87e9_18122bae2840 :roll-7-calendered .
:roll-7-dried a pl:DriedElectrode .
:roll-7-calendered a pl:CalenderedElectrode .
"""
# What goes into a run of the process labelled so, as BVCO itself says which product that must be.
IN_TERMS_OF_BVCO = """
PREFIX gpo: <https://gpo.ontology.link/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?run ?thing WHERE {
    ?process skos:prefLabel "FabricatedElectrodeCalendering"@en ; rdfs:subClassOf ?restriction .
    ?restriction owl:onProperty %s ; owl:someValuesFrom ?product .
    ?run a/rdfs:subClassOf ?process ; ?has ?thing .
    ?has rdfs:subPropertyOf %s .
    ?thing a/rdfs:subClassOf ?product .
}"""
SOURCES = {
    "FOM": "upstream/extra/batmachine/fom.ttl",
    "Tekniker": "upstream/extra/batmachine/tekniker.ttl",
    "DataBatt": "data/databatt_parameter_ontology/DataBatt.ttl",
}


@pytest.fixture(scope="module")
def line() -> Store:
    """Return a store with the ontology, its closed hierarchy and one calendering run."""
    store = Store()
    triples = list(load_ontology())
    store.bulk_extend(Quad(t.subject, t.predicate, t.object) for t in [*triples, *closed_hierarchy(triples)])
    store.load(CALENDERING, format=RdfFormat.TURTLE)
    return store


@pytest.mark.parametrize(
    ("relation", "thing"),
    [
        ("gpo:GPO_703ec528_ea40_486e_9924_b911782b1a75", "roll-7-dried"),
        ("gpo:GPO_8c869b47_a258_43b9_9c75_4285a80a1dfb", "roll-7-calendered"),
    ],
    ids=["hasInput", "hasOutput"],
)
def test_query_in_terms_of_bvco_finds_what_went_in_and_came_out(
    line: Store, relation: str, thing: str
) -> None:
    found = line.query(IN_TERMS_OF_BVCO % (relation, relation))
    assert isinstance(found, QuerySolutions)
    names = {tuple(str(node).strip("<>").rpartition("/")[2] for node in row) for row in found}
    assert names == {("run-7", thing)}


@pytest.mark.parametrize("vocabulary", SOURCES)
def test_each_aligned_term_stands_in_its_vocabulary(vocabulary: str) -> None:
    folder, _, rest = SOURCES[vocabulary].partition("/")
    classes = {
        str(quad.subject).strip("<>")
        for quad in parse(path=shared(folder) / rest, format=RdfFormat.TURTLE)
        if str(quad.object) == "<http://www.w3.org/2002/07/owl#Class>"
    }
    tables = Tables.shipped()
    (namespace,) = (r["namespace"] for r in tables.rows("vocabularies") if r["name"] == vocabulary)
    aligned = {namespace + r["local"] for r in tables.rows("alignments") if r["vocabulary"] == vocabulary}
    assert aligned
    assert aligned - classes == set()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("pl:CoatingSpeed,exact,", "pl:CoatingSpeed,same,", "column match: 'same' is none of exact, close"),
        ("exact,FOM,", "exact,Fomm,", "column vocabulary: vocabularies.csv has no 'Fomm'"),
    ],
)
def test_faulty_alignment_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = copytree(data_folder("ontology"), tmp_path / "ontology")
    table = folder / "tables" / "alignments.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(TableError, match=message):
        build(Tables(folder / "tables"))


def test_what_bvco_and_gpo_state_of_foreign_classes_is_as_the_page_says() -> None:
    program = Path(__file__).with_name("upstream_claims.py")
    run = run_python(
        [sys.executable, program, shared("upstream")], capture_output=True, text=True, check=True
    )
    kinds = Counter(tuple(line.split("\t")[0:3:2]) for line in run.stdout.splitlines())
    assert kinds == {
        ("BVCO", "has some"): 12, ("GPO", "below"): 2, ("GPO", "equals"): 5, ("GPO", "has some"): 7,
    }  # fmt: skip
