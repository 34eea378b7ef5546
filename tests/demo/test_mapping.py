"""What the files of the demo line become, and whether a cell leads back to its raw materials."""

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Store

from pilotline.datasets.columns import Columns
from pilotline.datasets.dataset import Staged
from pilotline.findings import Severity
from pilotline.ingest.linking import Links, Touched, inputs_of, link, linked_in, touched_by, unlinked
from pilotline.iris import Scope
from pilotline.namespaces import HAS_INPUT, PL, PROV, RDF
from pilotline.resources import data_folder
from pilotline.vocabulary.terms import Vocabulary

SCOPE = Scope("demo-line")
STATE_OF = NamedNode(PL + "stateOf")
DERIVED = NamedNode(PROV + "wasDerivedFrom")
SURE = (NamedNode(PL + "madeFromLot"), NamedNode(PL + "cutFrom"))
POSSIBLE = (*SURE, NamedNode(PL + "possiblyMadeFromLot"))


class Line(Protocol):
    """What the fixture `line` gives."""

    staged: list[Staged]
    store: Store


def test_every_mapping_is_in_the_manifest(line: Line) -> None:
    used = {each.mapping.rpartition(" ")[0] for each in line.staged}
    files = {path.stem for path in (data_folder("mappings") / "demo").glob("*.yaml")}
    assert used == {f"demo-{name}" for name in files - {"manifest"}}


def test_nothing_is_wrong_and_no_column_is_left_out(line: Line) -> None:
    found = [finding for each in line.staged for finding in each.findings]
    wrong = [finding for finding in found if finding.severity is not Severity.INFO]
    # The log has its faults on purpose; tests/series tells them.
    assert [(f.place, f.message) for f in wrong if not f.code.startswith("Logger-")] == []


def test_every_dataset_says_that_it_is_simulated(line: Line) -> None:
    said = [each.description for each in line.staged]
    assert all(description.simulated for description in said)
    assert all("(simulated)" in description.title for description in said)


def test_the_corrected_sheet_is_the_dataset_of_the_first(line: Line) -> None:
    by_dataset = Counter(each.description.identifier for each in line.staged)
    assert [name for name, times in by_dataset.items() if times > 1] == ["filling"]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("RawMaterialLot", 8),
        ("SlurryBatch", 7),
        ("ElectrodeRoll", 5),
        ("ElectrodeCoil", 20),
        ("ElectrodeSheet", 1298),
        ("CellStack", 240),
        ("Cell", 237),
        ("Coating", 10),
        ("Drying", 10),
        ("Calendering", 6),
        ("Slitting", 5),
        ("PostDrying", 20),
        ("Separation", 14),
        ("Stacking", 240),
        ("ElectrolyteFilling", 239),
        ("Sealing", 237),
        ("Formation", 235),
        ("PositionMap", 46),
        ("Curve", 5),
        ("DryerZone", 50),
        ("Sample", 45),
        ("Disposition", 94),
    ],
)
def test_there_are_so_many_of_each(line: Line, name: str, count: int) -> None:
    found = line.store.quads_for_pattern(None, NamedNode(RDF + "type"), NamedNode(PL + name), DefaultGraph())
    assert sum(1 for _ in found) == count


def test_the_line_is_small(line: Line) -> None:
    assert sum(1 for _ in line.store.quads_for_pattern(None, None, None, DefaultGraph())) < 145_000


def test_the_polarity_of_a_roll_is_that_of_its_slurry(line: Line) -> None:
    polarity = NamedNode(PL + "polarity")
    for roll, slurry, expected in (("C02", "S-17", "Cathode"), ("A01", "S-21", "Anode")):
        lots = (SCOPE.lot("roll", roll), SCOPE.lot("slurry", slurry))
        found = {value for lot in lots for value in _objects(line.store, NamedNode(lot), [polarity])}
        assert found == {NamedNode(PL + expected)}


def test_the_cell_of_the_readme_leads_back_to_both_slurries_and_all_raw_materials(line: Line) -> None:
    assert _kinds(_behind(line.store, "117", SURE)) == {
        "stack": ["117"],
        "sheet": ["A01-4-073", "A01-4-074", "A01-4-075", "C02-1-029", "C02-1-030"],
        "coil": ["A01-4", "C02-1"],
        "roll": ["A01", "C02"],
        "slurry": ["S-15", "S-16", "S-17", "S-21"],
        "premix": ["PX-7"],
        "material": [
            "CB-0077", "CMC-09", "DIW-0310", "GR-118", "NMC-0412", "NMP-220", "PVDF-031", "SBR-15",
        ],
        "foil": ["AL-15-7", "CU-10-3"],
        "separator": ["SEP-204"],
        "housing": ["PF-12"],
        "electrolyte": ["EL-57"],
        "cell": ["117"],
    }  # fmt: skip


def test_a_cell_from_a_magazine_has_its_cathodes_only_as_possible_sources(line: Line) -> None:
    sure, possible = _kinds(_behind(line.store, "185", SURE)), _kinds(_behind(line.store, "185", POSSIBLE))
    assert sure["slurry"] == ["S-22"]
    assert possible["slurry"] == ["S-15", "S-16", "S-17", "S-22"]
    assert len(possible["sheet"]) == 24 + 3


def test_a_half_cell_leads_back_to_one_electrode_and_lithium(line: Line) -> None:
    behind = _kinds(_behind(line.store, "239", SURE))
    assert (behind["slurry"], behind["foil"]) == (["S-22"], ["CU-10-3", "LI-02"])


def _behind(store: Store, cell: str, predicates: Iterable[NamedNode]) -> set[NamedNode]:
    """Return the lots from which a cell was made, as the files say it."""
    open_lots, found = [NamedNode(SCOPE.lot("cell", cell))], set[NamedNode]()
    while open_lots:
        lot = open_lots.pop()
        for node in (lot, *_subjects(store, STATE_OF, lot)):
            new = _objects(store, node, predicates) - found
            found |= new
            open_lots += new
    return found


def _kinds(lots: Iterable[NamedNode]) -> dict[str, list[str]]:
    by_kind: dict[str, list[str]] = {}
    for lot in sorted(lots, key=str):
        kind, _, name = lot.value.rpartition("/")[2].partition("-")
        by_kind.setdefault(kind, []).append(name)
    return by_kind


def _objects(store: Store, subject: NamedNode, predicates: Iterable[NamedNode]) -> set[NamedNode]:
    quads = (q for p in predicates for q in store.quads_for_pattern(subject, p, None, DefaultGraph()))
    return {quad.object for quad in quads if isinstance(quad.object, NamedNode)}


def _subjects(store: Store, predicate: NamedNode, value: NamedNode) -> set[NamedNode]:
    quads = store.quads_for_pattern(None, predicate, value, DefaultGraph())
    return {quad.subject for quad in quads if isinstance(quad.subject, NamedNode)}


@pytest.fixture(scope="module")
def order(vocabulary: Vocabulary) -> dict[str, float]:
    return {step.iri: float(place) for place, step in enumerate(vocabulary.steps.by_name.values())}


@pytest.fixture(scope="module")
def links(line: Line, order: dict[str, float]) -> Links:
    touched = Touched()
    for dataset in {each.description.iri for each in line.staged}:
        touched |= touched_by(linked_in(line.store, NamedNode(dataset)))
    return link(line.store, touched, order)


def test_every_lot_that_a_run_takes_is_known(line: Line, order: dict[str, float]) -> None:
    for dataset in {each.description.iri for each in line.staged}:
        inputs = inputs_of(linked_in(line.store, NamedNode(dataset)))
        assert unlinked(line.store, inputs, Columns(line.store, [dataset]), order) == ()


def test_each_run_finds_the_state_that_the_run_before_left(links: Links) -> None:
    inputs = {
        (quad.subject.value, quad.object.value)
        for quad in links.added
        if quad.predicate.value == HAS_INPUT
        and isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, NamedNode)
    }
    chain = [
        (("coating", "C03-B"), ("roll", "C03"), "drying-C03-A"),
        (("calendering", "C03-1"), ("roll", "C03"), "drying-C03-B"),
        (("calendering", "C03-2"), ("roll", "C03"), "calendering-C03-1"),
        (("slitting", "C03"), ("roll", "C03"), "calendering-C03-2"),
        (("separation", "P-C03-1"), ("coil", "C03-1"), "post-drying-C03-1"),
        (("enclosing", "Z-0058"), ("stack", "58"), "ultrasonic-welding-Z-0058"),
        (("filling", "F-0058-2"), ("cell", "58"), "filling-F-0058"),
        (("sealing", "V-0058"), ("cell", "58"), "filling-F-0058-2"),
        (("formation", "FO-0058"), ("cell", "58"), "sealing-V-0058"),
    ]
    expected = {(SCOPE.run(*run), f"{SCOPE.lot(*lot)}/state/{state}") for run, lot, state in chain}
    assert expected - inputs == set()


def test_the_formed_cell_derives_from_the_slurry_as_it_was_mixed(links: Links) -> None:
    edges: dict[str, set[str]] = {}
    for quad in links.added:
        if quad.predicate == DERIVED and isinstance(quad.object, NamedNode):
            edges.setdefault(str(quad.subject), set()).add(str(quad.object))
    start = str(NamedNode(f"{SCOPE.lot('cell', '117')}/state/formation-FO-0117"))
    reached, waiting = {start}, [start]
    while waiting:
        new = edges.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    slurry = NamedNode(f"{SCOPE.lot('slurry', 'S-16')}/state/mixing-S-16")
    assert str(slurry) in reached


def test_faulty_files_are_refused_at_exactly_the_faulty_cells(faulty: list[Staged], folder: Path) -> None:
    found = {
        (finding.file, finding.sheet, finding.cell)
        for each in faulty
        for finding in each.findings
        if finding.severity is Severity.VIOLATION
    }
    with (folder / "faulty" / "EXPECTED.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["Found by"] == "mapping"]
    assert found == {(row["File"], row["Sheet"], row["Cell"]) for row in rows}
