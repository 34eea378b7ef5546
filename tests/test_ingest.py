"""A dataset is published whole or not at all; its report is kept either way."""

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode
from pyoxigraph import Store as Oxigraph

from pilotline.datasets import catalogue
from pilotline.datasets.dataset import Staged
from pilotline.ingest.publishing import Outcome, Policy, Rules, ingest
from pilotline.ingest.sources import jobs
from pilotline.iris import Place
from pilotline.namespaces import PL
from pilotline.quantities.units import Units
from pilotline.store import Store

CASES = Path(__file__).parent / "cases"
DATASET = "https://w3id.org/pilotline/id/test-lab/dataset/coating"
RUN = "https://w3id.org/pilotline/id/test-lab/run/coating-0042"


def staged(name: str, rules: Rules, folder: Path) -> Staged:
    (job,) = jobs([CASES / name], CASES / "coating.yaml", Place())
    return job.stage(folder / f"{name}.nq", rules.vocabulary, Units.load())


def take_in(
    store: Store, rules: Rules, folder: Path, name: str = "coating.csv", policy: Policy = Policy.STRICT
) -> Outcome:
    return ingest(store, staged(name, rules, folder), rules, policy)


def holds(content: Oxigraph, graph: str | None = None, subject: str | None = None) -> bool:
    name = NamedNode(graph) if graph else DefaultGraph()
    node = NamedNode(subject) if subject else None
    return any(True for _ in content.quads_for_pattern(node, None, None, name))


def test_a_founded_store_holds_the_specification_as_a_dataset(store: Store) -> None:
    (entry,) = catalogue.entries(store.read())
    assert (entry.version, entry.conforms, entry.simulated) == (1, True, False)
    assert entry.triples > 5000


def test_a_conforming_dataset_is_published_in_one_generation(
    store: Store, rules: Rules, tmp_path: Path
) -> None:
    before = store.generation
    outcome = take_in(store, rules, tmp_path)
    assert (outcome.published, outcome.conforms, outcome.version) == (True, True, 1)
    assert store.generation == before + 1
    assert holds(store.read(), subject=RUN)


def test_the_same_file_again_writes_nothing(store: Store, rules: Rules, tmp_path: Path) -> None:
    take_in(store, rules, tmp_path)
    before = store.generation
    assert take_in(store, rules, tmp_path).unchanged
    assert store.generation == before


def test_a_refused_dataset_leaves_its_report_and_nothing_else(
    store: Store, rules: Rules, tmp_path: Path
) -> None:
    outcome = take_in(store, rules, tmp_path, "coating-faulty.csv")
    content = store.read()
    assert (outcome.published, outcome.conforms) == (False, False)
    assert (holds(content, DATASET), holds(content, DATASET + "/refused")) == (False, True)
    assert not holds(content, subject=RUN)


def made_large(staged: Staged, *further: str) -> Staged:
    """The dataset with so many remarks that it is loaded in bulk."""
    remarks = [f'<{RUN}> <{PL}remark> "{number}" <{DATASET}> .\n' for number in range(20_000)]
    with staged.quads.open("a", encoding="utf-8") as file:
        file.writelines([*remarks, *further])
    return staged


def test_a_large_dataset_is_published_like_a_small_one(store: Store, rules: Rules, tmp_path: Path) -> None:
    outcome = ingest(store, made_large(staged("coating.csv", rules, tmp_path)), rules)
    content = store.read()
    assert (outcome.published, outcome.conforms) == (True, True)
    assert all(holds(content, graph) for graph in (DATASET, DATASET + "/pointers", DATASET + "/report"))
    assert outcome.triples == sum(1 for _ in content.quads_for_pattern(None, None, None, NamedNode(DATASET)))
    shown = {quad.triple for quad in content.quads_for_pattern(NamedNode(RUN), None, None, DefaultGraph())}
    own = {quad.triple for quad in content.quads_for_pattern(NamedNode(RUN), None, None, NamedNode(DATASET))}
    assert shown == own


def test_a_large_dataset_with_a_violation_leaves_its_report_and_nothing_else(
    store: Store, rules: Rules, tmp_path: Path
) -> None:
    outcome = ingest(store, made_large(staged("coating-faulty.csv", rules, tmp_path)), rules)
    content = store.read()
    assert (outcome.published, outcome.conforms) == (False, False)
    assert (holds(content, DATASET), holds(content, DATASET + "/refused")) == (False, True)
    assert not holds(content, subject=RUN)


def test_a_term_that_is_not_well_formed_keeps_a_large_dataset_out(
    store: Store, rules: Rules, tmp_path: Path
) -> None:
    before = store.generation
    bad = made_large(
        staged("coating.csv", rules, tmp_path), f"<{RUN}> <{PL}remark> <no-scheme> <{DATASET}> .\n"
    )
    with pytest.raises(SyntaxError, match="No scheme found"):
        ingest(store, bad, rules)
    assert store.generation == before


def test_a_refused_successor_leaves_the_dataset_and_its_report(
    store: Store, rules: Rules, tmp_path: Path
) -> None:
    take_in(store, rules, tmp_path)
    take_in(store, rules, tmp_path, "coating-faulty.csv")
    content = store.read()
    assert catalogue.entry(content, DATASET).version == 1
    assert holds(content, DATASET + "/report")
    assert holds(content, DATASET + "/refused")
    assert holds(content, subject=RUN)


def test_the_finding_names_the_cell(store: Store, rules: Rules, tmp_path: Path) -> None:
    outcome = take_in(store, rules, tmp_path, "coating-faulty.csv")
    violations = [finding for finding in outcome.findings if finding.severity == "violation"]
    assert {(finding.file, finding.cell) for finding in violations} == {
        ("coating-faulty.csv", "row 2, column 4")
    }


def test_recorded_data_enter_with_their_faulty_values_out_of_scope(
    store: Store, rules: Rules, tmp_path: Path
) -> None:
    outcome = take_in(store, rules, tmp_path, "coating-faulty.csv", Policy.RECORD)
    content = store.read()
    faulty = NamedNode(RUN + "/q/CoatingSpeed/set")
    assert (outcome.published, outcome.conforms) == (True, False)
    assert holds(content, DATASET, faulty.value)
    assert not holds(content, subject=faulty.value)
    assert holds(content, subject=RUN + "/q/CoatingGap/set")
    assert not catalogue.entry(content, DATASET).conforms


def test_a_corrected_file_replaces_the_version_before_which_stays_reachable(
    store: Store, rules: Rules, tmp_path: Path
) -> None:
    take_in(store, rules, tmp_path, "coating-faulty.csv", Policy.RECORD)
    assert take_in(store, rules, tmp_path).version == 2
    content = store.read()
    assert holds(content, DATASET + "/version/1")
    old = f'ASK {{ GRAPH <{DATASET}/version/1> {{ ?v <{PL}asTyped> "fast" }} }}'
    assert bool(content.query(old))
    assert not bool(content.query(f'ASK {{ ?v <{PL}asTyped> "fast" }}'))
