"""Measures a full upward trace in a store of 100,000 cells: every lot, run, value and source cell behind one.

    python bench/trace.py [--cells 100000] [--into FILE]

The data are simulated (bench/line.py): a cell has seven steps behind it, with eight quantities each. The
store is read from the disk, as the command line reads it, and from memory, as a warm server does. A small
store beside it shows whether the size matters.
"""

import argparse
import json
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from line import BASE, CELLS, PARAMETERS, STEPS, TRIPLES, store_of
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple
from pyoxigraph import Store as Oxigraph

from pilotline.namespaces import PL, RDF
from pilotline.store import Store
from pilotline.trace import Graph, behind, values_borne

SMALL = 1_000  # cells
TRACED = 200  # cells, spread over the store


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=100_000)
    parser.add_argument("--into", type=Path)
    asked = parser.parse_args()
    figures = {}
    for cells in (SMALL, asked.cells):
        with TemporaryDirectory() as folder:
            store = store_of(Path(folder) / "db", cells // CELLS * TRIPLES)
            figures |= {f"{cells} cells, {how}": each for how, each in _figures(store, cells).items()}
    for name, figure in figures.items():
        print(f"{name}: {figure}")
    if asked.into:
        asked.into.parent.mkdir(parents=True, exist_ok=True)
        asked.into.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def _figures(store: Store, cells: int) -> dict[str, dict[str, float]]:
    with store.write() as draft:
        draft.replace_graph(f"{BASE}terms", _terms(), in_scope=True)
    disk, memory = store.read(), Oxigraph()
    triples = disk.quads_for_pattern(None, None, None, DefaultGraph())
    memory.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in triples)
    return {"disk": _traced(disk, cells), "memory": _traced(memory, cells)}


def _terms() -> list[Triple]:
    """Return what a trace asks of the ontology: the order of the steps, and which classes are parameters."""
    order = [Triple(_term(step), _term("stepOrder"), Literal(n)) for n, step in enumerate(STEPS, 1)]
    kinds = (*PARAMETERS, "CellCapacity")
    return [*order, *(Triple(_term(each), NamedNode(RDF + "type"), _term("Parameter")) for each in kinds)]


def _term(name: str) -> NamedNode:
    return NamedNode(PL + name)


def _traced(store: Oxigraph, cells: int) -> dict[str, float]:
    """Return milliseconds of a trace with all its values; the first is not counted."""
    took, found = [], 0
    for number in range(TRACED + 1):
        batch = number * (cells // CELLS - 1) // TRACED
        began = time.perf_counter()
        graph = Graph(store)
        stages = behind(graph, NamedNode(f"{BASE}lot/cell-{batch}-{number % CELLS}")).stages
        values = values_borne(graph, (each for stage in stages for each in (stage.run, stage.state) if each))
        took.append((time.perf_counter() - began) * 1000)
        found = sum(map(len, values.values()))
    counted = sorted(took[1:])
    return {
        "states": len(stages),
        "values": found,
        "median, ms": round(statistics.median(counted), 2),
        "p95, ms": round(counted[len(counted) * 95 // 100], 2),
    }


if __name__ == "__main__":
    main()
