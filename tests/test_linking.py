"""Links between states follow time, else the order of steps, and heal when a dataset arrives late."""

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from pilotline.datasets.columns import Columns
from pilotline.findings import Finding
from pilotline.ingest.linking import Links, inputs_of, link, linked_in, touched_by, unlinked
from pilotline.namespaces import HAS_INPUT, HAS_OUTPUT, PL, PROV

LAB = "https://lab.example/l1/"
ORDER = {PL + "SlurryPreparation": 1.0, PL + "Coating": 2.0, PL + "Calendering": 4.0}
PREFIXES = f"""
@prefix pl: <{PL}> . @prefix prov: <{PROV}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix lot: <{LAB}lot/> . @prefix run: <{LAB}run/> . @base <{LAB}lot/> .
"""
MIXING = f"""
run:mixing-17 a pl:SlurryPreparation ; <{HAS_OUTPUT}> <slurry-S-17/state/mixing-17> .
<slurry-S-17/state/mixing-17> pl:stateOf lot:slurry-S-17 .
lot:slurry-S-17 pl:cell <{LAB}source/slurry.xlsx#sheet=Runs&cell=A5> .
"""
COATING = f"""
run:coating-42 a pl:Coating ; pl:inputLot lot:slurry-S-17 ; <{HAS_OUTPUT}> <roll-42/state/coating-42> .
<roll-42/state/coating-42> pl:stateOf lot:roll-42 ; pl:madeFromLot lot:slurry-S-17 .
"""
COATED_FROM_SLURRY = {
    ("run/coating-42", "input", "lot/slurry-S-17/state/mixing-17"),
    ("lot/roll-42/state/coating-42", "derived", "lot/slurry-S-17/state/mixing-17"),
}
SHORT = {
    HAS_INPUT: "input",
    PROV + "wasDerivedFrom": "derived",
    PL + "possiblyDerivedFrom": "possibly derived",
}


def dataset(name: str) -> str:
    return f"{LAB}dataset/{name}"


def store_of(**datasets: str) -> Store:
    """A store whose default graph is the union of the datasets."""
    store = Store()
    for name, turtle in datasets.items():
        for triple in parse(PREFIXES + turtle, format=RdfFormat.TURTLE):
            for graph in (NamedNode(dataset(name)), DefaultGraph()):
                store.add(Quad(triple.subject, triple.predicate, triple.object, graph))
    return store


def links(store: Store, name: str) -> Links:
    return link(store, touched_by(linked_in(store, NamedNode(dataset(name)))), ORDER)


def unknown(store: Store, name: str) -> tuple[Finding, ...]:
    return unlinked(store, inputs_of(linked_in(store, NamedNode(name))), Columns(store, [name]), ORDER)


def added(result: Links) -> set[tuple[str, str, str]]:
    return {(local(q.subject), SHORT[q.predicate.value], local(q.object)) for q in result.added}


def local(term: object) -> str:
    assert isinstance(term, NamedNode)
    return term.value.removeprefix(LAB)


def test_a_coating_is_linked_to_the_state_that_mixing_made() -> None:
    store = store_of(mixing=MIXING, coating=COATING)
    assert added(links(store, "coating")) == COATED_FROM_SLURRY


def test_a_dataset_that_arrives_late_heals_the_link() -> None:
    store = store_of(coating=COATING, mixing=MIXING)
    assert added(links(store, "mixing")) == COATED_FROM_SLURRY


@pytest.mark.parametrize("name", ["S17", "s-017", "S-I7"])
def test_a_lot_that_nobody_knows_is_named_with_near_matches(name: str) -> None:
    store = store_of(mixing=MIXING, coating=COATING.replace("S-17", name))
    (finding,) = unknown(store, dataset("coating"))
    assert (finding.message, finding.hint) == (
        f"{name}: no such slurry",
        "did you mean S-17 (slurry.xlsx!Runs!A5)?",
    )


def test_a_lot_that_is_known_as_another_kind_is_named_as_it() -> None:
    store = store_of(mixing=MIXING, coating=COATING.replace("slurry-S-17", "premix-S-17"))
    (finding,) = unknown(store, dataset("coating"))
    assert (finding.message, finding.hint) == (
        "S-17: no such premix",
        "did you mean the slurry S-17 (slurry.xlsx!Runs!A5)?",
    )


def test_a_lot_that_is_only_listed_is_told_with_its_row() -> None:
    listed = f"lot:slurry-S-17 pl:cell <{LAB}source/lots.xlsx#sheet=Lots&cell=B6> ."
    (finding,) = unknown(store_of(lots=listed, coating=COATING), dataset("coating"))
    assert (finding.message, finding.hint) == (
        "S-17: this slurry is listed, but nothing says that it was delivered or made",
        "say in its row (lots.xlsx!Lots!B6) that it was received, or enter the run that made it",
    )


def test_a_second_calendering_pass_starts_from_the_first() -> None:
    passes = "".join(
        f"""
        run:calendering-{n} a pl:Calendering ; pl:inputLot lot:roll-42 ;
            prov:startedAtTime "2025-03-0{n}T08:00:00+01:00"^^xsd:dateTime ;
            <{HAS_OUTPUT}> <roll-42/state/calendering-{n}> .
        <roll-42/state/calendering-{n}> pl:stateOf lot:roll-42 .
        """
        for n in (1, 2)
    )
    assert added(links(store_of(mixing=MIXING, coating=COATING, calendering=passes), "calendering")) == {
        ("run/calendering-1", "input", "lot/roll-42/state/coating-42"),
        ("lot/roll-42/state/calendering-1", "derived", "lot/roll-42/state/coating-42"),
        ("run/calendering-2", "input", "lot/roll-42/state/calendering-1"),
        ("lot/roll-42/state/calendering-2", "derived", "lot/roll-42/state/calendering-1"),
    }


def test_a_pool_gives_possible_sources_only() -> None:
    pooled = COATING.replace("pl:madeFromLot", "pl:possiblyMadeFromLot")
    assert (
        "lot/roll-42/state/coating-42",
        "possibly derived",
        "lot/slurry-S-17/state/mixing-17",
    ) in added(links(store_of(mixing=MIXING, coating=pooled), "coating"))


def test_links_go_with_the_dataset_that_they_came_from() -> None:
    store = store_of(mixing=MIXING, coating=COATING)
    store.extend(links(store, "coating").added)
    gone = touched_by(linked_in(store, NamedNode(dataset("coating"))))
    store.remove_graph(NamedNode(dataset("coating")))
    for triple in parse(PREFIXES + COATING, format=RdfFormat.TURTLE):
        store.remove(Quad(triple.subject, triple.predicate, triple.object, DefaultGraph()))
    result = link(store, gone, ORDER)
    assert (len(result.removed), result.added) == (2, ())
