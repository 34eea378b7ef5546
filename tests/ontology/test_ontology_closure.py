"""The closed hierarchy lets a query climb in one hop, and says nothing else."""

from time import perf_counter

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from pilotline.namespaces import RDFS
from pilotline.vocabulary.closure import closed_hierarchy, load_ontology

BELOW = NamedNode(RDFS + "subClassOf")
SMALL = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Coating a owl:Class ; owl:equivalentClass :Beschichten .
:Beschichten rdfs:subClassOf :Process , [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :X ] .
:Process a owl:Class ; rdfs:subClassOf :Thing .
:Thing a owl:Class .
:q a owl:ObjectProperty ; rdfs:subPropertyOf :p ; rdfs:domain :Process .
:i a owl:NamedIndividual , :Coating .
"""


def hierarchy(turtle: str) -> set[tuple[str, str]]:
    triples = [Triple(q.subject, q.predicate, q.object) for q in parse(turtle, format=RdfFormat.TURTLE)]
    closed = list(closed_hierarchy(triples))
    assert {triple.predicate for triple in closed} == {BELOW}
    return {(name(triple.subject), name(triple.object)) for triple in closed}


def name(node: object) -> str:
    assert isinstance(node, NamedNode)
    return node.value.rpartition("/")[2]


def test_each_class_is_below_itself_and_all_above_it_and_equals_are_below_each_other() -> None:
    assert hierarchy(SMALL) == {
        ("Coating", "Coating"), ("Coating", "Beschichten"), ("Coating", "Process"), ("Coating", "Thing"),
        ("Beschichten", "Beschichten"), ("Beschichten", "Coating"), ("Beschichten", "Process"),
        ("Beschichten", "Thing"), ("Process", "Process"), ("Process", "Thing"), ("Thing", "Thing"),
    }  # fmt: skip


def test_shipped_steps_are_found_from_our_class_from_emmo_and_from_bvco() -> None:
    closed = {(t.subject, t.object) for t in closed_hierarchy()}
    calendering = NamedNode("https://w3id.org/pilotline/ontology#Calendering")
    for above in (
        "https://w3id.org/pilotline/ontology#ProcessStep",
        "https://w3id.org/emmo/domain/electrochemistry#electrochemistry_38a2b407_3be9_4b66_86cf_b961cdffb4c9",
        "https://w3id.org/emmo#EMMO_43e9a05d_98af_41b4_92f6_00f79a09bfce",
        "https://bvco.ontology.link/BVCO_3f685553_cf80_4b4f_ba3b_c2552c570a81",
    ):
        assert (calendering, NamedNode(above)) in closed


def test_closing_what_ships_takes_well_under_a_second() -> None:
    triples = list(load_ontology())
    start = perf_counter()
    list(closed_hierarchy(triples))
    assert perf_counter() - start < 1
