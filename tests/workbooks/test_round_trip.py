"""A dataset that is written as a workbook reads back to the same graph, cell pointers apart."""

from collections.abc import Iterator
from pathlib import Path
from string import ascii_letters

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, RdfFormat, parse
from pyoxigraph import Store as Oxigraph
from workbooks.template_filling import METADATA, fill

from pilotline.cli import main
from pilotline.datasets.catalogue import entries
from pilotline.datasets.dataset import Description, Staged
from pilotline.ingest.publishing import ingest
from pilotline.ingest.rules import Rules
from pilotline.ingest.sources import jobs
from pilotline.iris import Place, Scope
from pilotline.namespaces import PL
from pilotline.quantities.units import Units
from pilotline.store import Store
from pilotline.vocabulary.terms import Vocabulary
from pilotline.workbooks.filling import Row
from pilotline.workbooks.knowledge import Knowledge
from pilotline.workbooks.reading import mapping_of
from pilotline.workbooks.roundtrip import export_workbook

DEMO = (
    "calendering", "coating", "dispositions", "filling", "materials", "measurements",
    "postdrying", "rheology", "slitting", "slurry",
)  # fmt: skip
RUN = {"start": "2025-03-04 08:15", "input:slurry": "S-17", "output:roll:CoatedElectrode": "R42"}
Triples = set[tuple[object, object, object]]


def triples(store: Oxigraph, dataset: str) -> Triples:
    quads = store.quads_for_pattern(None, None, None, NamedNode(dataset))
    return {(q.subject, q.predicate, q.object) for q in quads if q.predicate != NamedNode(PL + "cell")}


def stage(path: Path, into: Path, vocabulary: Vocabulary, units: Units) -> Staged:
    (job,) = jobs([path], None, Place())
    return job.stage(into, vocabulary, units)


def read(staged: Staged) -> Oxigraph:
    """Return what a store makes of a staged dataset."""
    store = Oxigraph()
    store.bulk_load(path=str(staged.quads), format=RdfFormat.N_QUADS)
    return store


@pytest.mark.parametrize("name", DEMO)
def test_a_demo_dataset_comes_back_the_same(
    name: str, demo_store: Store, knowledge: Knowledge, tmp_path: Path
) -> None:
    store = demo_store.read()
    (entry,) = [entry for entry in entries(store) if entry.iri.endswith(f"/{name}")]
    export_workbook(store, entry.iri, knowledge, tmp_path / "out.xlsx")
    staged = stage(tmp_path / "out.xlsx", tmp_path / "out.nq", knowledge.vocabulary, knowledge.units)
    assert staged.description.iri == entry.iri
    assert (staged.description.title, staged.description.simulated) == (entry.title, True)
    assert triples(read(staged), entry.iri) == triples(store, entry.iri)


def test_runs_and_values_stand_in_their_sheets_and_not_as_statements(
    demo_store: Store, knowledge: Knowledge, tmp_path: Path
) -> None:
    store = demo_store.read()
    plain = {}
    for entry in entries(store):
        name = entry.iri.rpartition("/")[2]
        if name in DEMO:
            plain[name] = export_workbook(store, entry.iri, knowledge, tmp_path / "out.xlsx").plain
    # Curves have no sheet.
    assert {name: count for name, count in plain.items() if count} == {"rheology": 450}


def test_a_filled_template_goes_in_comes_out_and_goes_in_unchanged(
    store: Store, rules: Rules, knowledge: Knowledge, template: Path, tmp_path: Path
) -> None:
    run = RUN | {"id": "0042", "q:CoatingSpeed:set:run": "1,50", "q:CoatingSpeed:measured:run": "1,4–1,6"}
    fill(template, {"Coating": [run]}).save(tmp_path / "in.xlsx")
    first = stage(tmp_path / "in.xlsx", tmp_path / "in.nq", rules.vocabulary, knowledge.units)
    assert ingest(store, first, rules).published
    export_workbook(store.read(), first.description.iri, knowledge, tmp_path / "out.xlsx")
    again = stage(tmp_path / "out.xlsx", tmp_path / "out.nq", rules.vocabulary, knowledge.units)
    assert again.findings == ()
    assert triples(read(again), first.description.iri) == triples(store.read(), first.description.iri)


TEXTS = st.sampled_from(
    ["1,50", "1.50", "0042", "<20", "20–25", "n.d.", "62,1 ± 0,5", "12 m/min", "1e-3", "=1+1"]
)
NAMES = st.text(ascii_letters + "0123456789-. =+@%#/", min_size=1, max_size=8).filter(
    lambda text: text.strip() == text and not text.replace(".", "").isdigit()
)
RUNS = st.fixed_dictionaries(
    {"id": NAMES, "input:slurry": NAMES, "output:roll:CoatedElectrode": NAMES},
    optional={
        "q:CoatingSpeed:set:run": TEXTS,
        "q:CoatingSpeed:measured:run": st.decimals("0.001", "99", places=3).map(str),
        "q:MassLoading:measured:output:roll": TEXTS,
        "equipment:Equipment": NAMES,
        "operator": NAMES,
        "polarity": st.sampled_from(["Cathode", "Anode"]),
    },
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(RUNS, min_size=1, max_size=4, unique_by=lambda row: row["id"]))
def test_whatever_is_filled_in_comes_back_the_same(
    rows: list[Row], knowledge: Knowledge, template: Path, tmp_path: Path
) -> None:
    fill(template, {"Coating": rows}).save(tmp_path / "in.xlsx")
    staged = stage(tmp_path / "in.xlsx", tmp_path / "in.nq", knowledge.vocabulary, knowledge.units)
    store = read(staged)
    export_workbook(
        _with_entry(store, staged.description), staged.description.iri, knowledge, tmp_path / "o.xlsx"
    )
    again = stage(tmp_path / "o.xlsx", tmp_path / "o.nq", knowledge.vocabulary, knowledge.units)
    assert triples(read(again), staged.description.iri) == triples(store, staged.description.iri)


def _with_entry(store: Oxigraph, description: Description) -> Oxigraph:
    """Return a store whose catalogue lists a dataset."""
    store.extend(_entry(description))
    return store


def _entry(description: Description) -> Iterator[Quad]:
    text = f"""
        PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX pl: <https://w3id.org/pilotline/ontology#>
        <{description.iri}> dcterms:identifier "{description.identifier}" ; dcterms:title "x" ;
            pl:simulated true ."""
    for quad in parse(text, RdfFormat.TURTLE):
        yield Quad(
            quad.subject, quad.predicate, quad.object, NamedNode("https://w3id.org/pilotline/graph/catalogue")
        )


def test_a_dataset_below_a_base_of_its_own_comes_back_there(
    knowledge: Knowledge, template: Path, tmp_path: Path
) -> None:
    about = {"id": "d", "title": "D", "simulated": "yes", "base": "https://lab.example/"}
    fill(template, {"Coating": [RUN | {"id": "1"}]}, about | {"timezone": "UTC"}).save(tmp_path / "in.xlsx")
    staged = stage(tmp_path / "in.xlsx", tmp_path / "in.nq", knowledge.vocabulary, knowledge.units)
    assert staged.description.scope == Scope("", "https://lab.example/")
    store = _with_entry(read(staged), staged.description)
    export_workbook(store, staged.description.iri, knowledge, tmp_path / "o.xlsx")
    again = stage(tmp_path / "o.xlsx", tmp_path / "o.nq", knowledge.vocabulary, knowledge.units)
    assert again.description.iri == staged.description.iri


@pytest.mark.parametrize("form", ["turtle", "jsonld", "nquads"])
def test_rdf_is_exported_as_it_stands_in_the_store(form: str, demo_store: Store, tmp_path: Path) -> None:
    target = tmp_path / "out.rdf"
    arguments = ["export", "coating", "--format", form, "-o", str(target), "--db", str(demo_store.path)]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    formats = {"turtle": RdfFormat.TURTLE, "jsonld": RdfFormat.JSON_LD, "nquads": RdfFormat.N_QUADS}
    (entry,) = [each for each in entries(demo_store.read()) if each.iri.endswith("/coating")]
    found = {
        (quad.subject, quad.predicate, quad.object) for quad in parse(path=str(target), format=formats[form])
    }
    graph = NamedNode(entry.iri)
    kept = demo_store.read().quads_for_pattern(None, None, None, graph)
    assert found == {(quad.subject, quad.predicate, quad.object) for quad in kept}


def test_an_unknown_dataset_is_told_with_those_that_there_are(demo_store: Store) -> None:
    done = CliRunner().invoke(main, ["export", "bogus", "--format", "turtle", "--db", str(demo_store.path)])
    assert done.exit_code == 2
    assert "'bogus': no such dataset; there are " in done.output


def test_what_a_dataset_says_of_itself_comes_back_the_same(
    template: Path, knowledge: Knowledge, tmp_path: Path
) -> None:
    about = {
        "description": "A trial; two parts.",
        "keywords": "coating; trial",
        "contact": "a@lab.example",
    }
    fill(template, {"Coating": [RUN | {"id": "1"}]}, METADATA | about).save(tmp_path / "in.xlsx")
    db, vocabulary = ["--db", str(tmp_path / "db")], knowledge.vocabulary
    assert CliRunner().invoke(main, ["ingest", str(tmp_path / "in.xlsx"), *db]).exit_code == 0
    export = ["export", "coating-2025", "--xlsx", str(tmp_path / "out.xlsx")]
    assert CliRunner().invoke(main, [*export, *db]).exit_code == 0
    dataset = mapping_of(tmp_path / "out.xlsx", vocabulary).dataset
    assert dataset == mapping_of(tmp_path / "in.xlsx", vocabulary).dataset
    assert (dataset.keywords, dataset.contact) == (("coating", "trial"), "a@lab.example")
