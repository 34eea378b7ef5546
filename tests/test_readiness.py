"""What a model needs is looked for where it lives, and nothing passes on ignorance."""

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from pilotline.namespaces import HAS_INPUT, HAS_OUTPUT, HAS_PROPERTY, PREFIXES
from pilotline.readiness.coverage import assess, runs_of
from pilotline.readiness.requirements import (
    Requirement,
    Requirements,
    RequirementsError,
    model_requirements,
    named_models,
    rated_requirements,
    read_requirements,
)
from pilotline.vocabulary.tables import Tables
from pilotline.vocabulary.terms import load_vocabulary

DATASET = "https://lab.example/dataset/coating"
LINE = f"""
<run/mix> a pl:SlurryPreparation ; <{HAS_OUTPUT}> <lot/slurry-1/state/mix> .
<lot/slurry-1/state/mix> pl:stateOf <lot/slurry-1> ;
    <{HAS_PROPERTY}> <lot/slurry-1/state/mix/q/Viscosity/measured> .
<lot/slurry-1/state/mix/q/Viscosity/measured> a pl:Viscosity ; pl:siValue 2.0 .
<run/a> a pl:Coating ; <{HAS_INPUT}> <lot/slurry-1/state/mix> ; <{HAS_OUTPUT}> <lot/roll-a/state/a> ;
    <{HAS_PROPERTY}> <run/a/q/CoatingSpeed/set> , <run/a/q/CoatingGap/set> .
<run/a/q/CoatingSpeed/set> a pl:CoatingSpeed ; pl:siValue 0.02 .
<run/a/q/CoatingGap/set> a pl:CoatingGap ; pl:siValue 1.0E-4 ; pl:status pl:Invalid .
<lot/roll-a/state/a> pl:stateOf <lot/roll-a> ; prov:wasDerivedFrom <lot/slurry-1/state/mix> .
<lot/roll-a> pl:polarity pl:Cathode .
<run/b> a pl:Coating ; <{HAS_OUTPUT}> <lot/roll-b/state/b> .
<lot/roll-b/state/b> pl:stateOf <lot/roll-b> .
<lot/roll-b> pl:polarity pl:Anode .
"""


@pytest.fixture(scope="module")
def store() -> Store:
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    made = Store()
    for quad in parse(prefixes + LINE, RdfFormat.TURTLE, base_iri="https://lab.example/"):
        for graph in (DefaultGraph(), NamedNode(DATASET)):
            made.add(Quad(quad.subject, quad.predicate, quad.object, graph))
    return made


@pytest.mark.parametrize(
    ("item", "runs", "inherited"),
    [
        (Requirement("Viscosity"), 1, 1),
        (Requirement("Viscosity", bearer="slurry", kind="measured"), 1, 1),
        (Requirement("Viscosity", bearer="roll"), 0, 0),
        (Requirement("CoatingSpeed"), 1, 0),
        (Requirement("CoatingSpeed", polarity="Cathode"), 1, 0),
        (Requirement("CoatingSpeed", polarity="Anode"), 0, 0),
        (Requirement("CoatingSpeed", kind="measured"), 0, 0),
        (Requirement("CoatingSpeed", least=2), 0, 0),
        (Requirement("CoatingGap"), 0, 0),
    ],
)
def test_a_value_is_looked_for_where_it_lives(
    store: Store, item: Requirement, runs: int, inherited: int
) -> None:
    found = assess(store, runs_of(store, DATASET, ["Coating"]), Requirements("own", (item,)))
    assert (found.coverages[0].runs, found.coverages[0].inherited) == (runs, inherited)
    assert (found.runs, found.complete) == (2, runs)


def test_nothing_is_ready_on_ignorance(store: Store) -> None:
    rated = rated_requirements("Coating", "Continuum", Tables.shipped())
    assert rated.known < rated.asked
    assert not assess(store, runs_of(store, DATASET), rated).ready


def test_each_named_model_with_inputs_is_a_profile() -> None:
    tables = Tables.shipped()
    assert [name for name in named_models(tables) if not model_requirements(name, tables).items] == []
    assert not model_requirements("WindingStressModel", tables).complete  # the paper names none of its inputs


def test_own_list(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(
        "parameter,bearer,polarity,required,n\nviscosity,slurry,,,\ncoating gap,,cathode,optional,3\n"
    )
    assert read_requirements(file, load_vocabulary()).items == (
        Requirement("Viscosity", bearer="slurry", source="mine.csv, row 2"),
        Requirement("CoatingGap", required=False, polarity="Cathode", least=3, source="mine.csv, row 3"),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("parameter,colour\nViscosity,red\n", "unknown column colour; columns are parameter, bearer"),
        ("parameter\nviscositty\n", "row 2, column parameter: no parameter is called 'viscositty'; did you"),
        (
            "parameter,required\nViscosity,maybe\n",
            "column required: 'maybe'; use required or optional",
        ),
        ("parameter,n\nViscosity,few\n", "row 2, column n: 'few' is no whole number"),
        ("parameter,polarity\nViscosity,left\n", "row 2, column polarity: 'left'; use cathode or anode"),
    ],
)
def test_own_list_that_cannot_be_used(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(text)
    with pytest.raises(RequirementsError, match=message):
        read_requirements(file, load_vocabulary())
