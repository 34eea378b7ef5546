"""Writes the triples of a simulated pilot line, in the shape in which Pilotline keeps them.

A batch goes through seven steps with eight quantities each, and becomes eight cells with a capacity each.
"""

import random
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from pilotline.namespaces import (
    CONVENTIONAL_PROPERTY,
    DATA,
    HAS_INPUT,
    HAS_MEASUREMENT_UNIT,
    HAS_NUMBER_VALUE,
    HAS_NUMERICAL_PART,
    HAS_OUTPUT,
    HAS_PARTICIPANT,
    HAS_PROPERTY,
    MEASURED_PROPERTY,
    PL,
    PROV,
    RDF,
    RDFS,
    XSD,
)
from pilotline.store import Store

STEPS = ("SlurryPreparation", "Coating", "Drying", "Calendering", "Slitting", "Cutting", "CellAssembly")
PARAMETERS = (
    "MixingTemperature", "CoatingSpeed", "DryerTemperature", "LineLoad", "WebTension", "Porosity",
    "Thickness", "Viscosity",
)  # fmt: skip
CELLS = 8
TRIPLES = 667  # of one batch
BATCHES_OF_DATASET = 100
BASE = DATA + "bench/"


def store_of(path: Path, triples: int) -> Store:
    """Make a store with at least so many triples in its default graph, in one generation per 100 datasets."""
    store = Store.create(path)
    batches = range(-(-triples // TRIPLES))
    datasets = [
        batches[start : start + BATCHES_OF_DATASET] for start in range(0, len(batches), BATCHES_OF_DATASET)
    ]
    for start in range(0, len(datasets), 100):
        with store.write() as draft:
            for number, dataset in enumerate(datasets[start : start + 100], start):
                quads = [quad for batch in dataset for quad in batch_quads(batch)]
                draft.replace_graph(f"{BASE}dataset/{number:04d}", quads, in_scope=True)
    return store


def batch_quads(number: int) -> Iterator[Quad]:
    """Yield the triples of one batch; the same for the same number."""
    chance = random.Random(number)  # noqa: S311
    before = f"{BASE}lot/powder-{number % 20}/state/received"
    for place, step in enumerate(STEPS):
        run, after = f"{BASE}run/{step}-{number}", f"{BASE}lot/{step}-{number}/state/{step}-{number}"
        yield from _run(run, step, f"2025-{1 + number % 12:02d}-{1 + number % 28:02d}T{8 + place:02d}:00:00Z")
        yield _link(run, HAS_INPUT, before)
        outputs = [after] if step != STEPS[-1] else [_cell_state(number, cell) for cell in range(CELLS)]
        for output in outputs:
            lot = output.partition("/state/")[0]
            yield _link(run, HAS_OUTPUT, output)
            yield _link(output, PROV + "wasDerivedFrom", before)
            yield _link(output, PL + "stateOf", lot)
            yield Quad(_node(lot), _node(RDFS + "label"), Literal(lot.rpartition("/")[2].replace("-", " ")))
        for parameter in PARAMETERS:
            yield from _quantity(run, parameter, CONVENTIONAL_PROPERTY, chance.uniform(10, 100))
        before = after
    for cell in range(CELLS):
        yield from _quantity(
            _cell_state(number, cell), "CellCapacity", MEASURED_PROPERTY, chance.gauss(5, 0.3)
        )


def _cell_state(number: int, cell: int) -> str:
    return f"{BASE}lot/cell-{number}-{cell}/state/{STEPS[-1]}-{number}"


def _run(run: str, step: str, started: str) -> Iterator[Quad]:
    yield _link(run, RDF + "type", PL + step)
    yield Quad(_node(run), _node(RDFS + "label"), Literal(run.rpartition("/")[2]))
    yield Quad(_node(run), _node(PROV + "startedAtTime"), Literal(started, datatype=_node(XSD + "dateTime")))
    yield _link(run, HAS_PARTICIPANT, f"{BASE}equipment/{step}-1")


def _quantity(bearer: str, parameter: str, kind: str, value: float) -> Iterator[Quad]:
    quantity = f"{bearer}/q/{parameter}"
    text = f"{value:.2f}"
    yield _link(bearer, HAS_PROPERTY, quantity)
    yield _link(quantity, RDF + "type", PL + parameter)
    yield _link(quantity, RDF + "type", kind)
    yield _link(quantity, HAS_NUMERICAL_PART, quantity + "/value")
    yield _link(quantity, HAS_MEASUREMENT_UNIT, PL + "unit")
    yield Quad(_node(quantity), _node(PL + "siValue"), Literal(value))
    yield Quad(
        _node(quantity + "/value"), _node(HAS_NUMBER_VALUE), Literal(text, datatype=_node(XSD + "decimal"))
    )
    yield Quad(_node(quantity + "/value"), _node(PL + "asTyped"), Literal(text.replace(".", ",")))
    yield Quad(_node(quantity), _node(PL + "cell"), Literal(f"bench.xlsx#cell={parameter}{len(bearer)}"))


def _link(subject: str, predicate: str, value: str) -> Quad:
    return Quad(_node(subject), _node(predicate), _node(value))


def _node(iri: str) -> NamedNode:
    return NamedNode(iri)
