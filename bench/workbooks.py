"""Measures what a template costs, and a large dataset exported as a workbook that reads back the same.

    python bench/workbooks.py [--rows 2000 20000] [--into bench/results/workbooks.json]

Each row is one coating run with eight values. A flat rate says that the cost per row does not grow.
"""

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from pilotline.datasets.dataset import Staged
from pilotline.ingest.sources import Job
from pilotline.iris import QUANTITY_KINDS, Place
from pilotline.namespaces import CATALOGUE_GRAPH, DCTERMS, PL, XSD
from pilotline.quantities.units import Units
from pilotline.vocabulary.terms import load_vocabulary
from pilotline.workbooks.knowledge import Knowledge
from pilotline.workbooks.roundtrip import export_workbook
from pilotline.workbooks.steps import Wishes
from pilotline.workbooks.template import write_template

PARAMETERS = {"CoatingSpeed": "m/min", "CoatingGap": "µm"}
COLUMNS = [(name, unit, kind) for name, unit in PARAMETERS.items() for kind in QUANTITY_KINDS[:4]]
MAPPING = """
mapping: bench-workbooks
version: 1
scope: bench
dataset: {id: coating, title: Coating, licence: CC0-1.0, simulated: true}
tables:
  - file: "*.csv"
    row:
      run: {step: Coating, id: [Run]}
      inputs: [{kind: slurry, id: [Slurry]}]
      outputs: [{kind: roll, id: [Roll], product: CoatedElectrode}]
      start: Start
    columns:
"""


def main() -> None:
    """Measure, print a table, write the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, nargs="+", default=[2000, 20_000])
    arguments.add_argument("--into", type=Path)
    given = arguments.parse_args()
    knowledge = Knowledge.shipped(load_vocabulary(), Units.load())
    with TemporaryDirectory() as folder:
        figures = {"template seconds": template(Path(folder), knowledge)}
        print(figures, flush=True)
        exports = []
        for rows in given.rows:
            exports.append(export(Path(folder), rows, knowledge))
            print(exports[-1], flush=True)
    if given.into:
        given.into.parent.mkdir(parents=True, exist_ok=True)
        given.into.write_text(json.dumps(figures | {"exports": exports}, indent=1) + "\n")


def template(folder: Path, knowledge: Knowledge) -> float:
    """Return the seconds that the template of all steps takes."""
    steps = list(knowledge.vocabulary.steps.by_name.values())
    started = perf_counter()
    write_template(folder / "template.xlsx", steps, knowledge, Wishes())
    return round(perf_counter() - started, 1)


def export(folder: Path, rows: int, knowledge: Knowledge) -> dict[str, float]:
    """Return what the export of so many runs costs, in a process of its own; peak: of that process, MB."""
    staged = stage(folder, rows, knowledge)
    store = Store(str(folder / f"store-{rows}"))
    store.bulk_load(path=str(staged.quads), format=RdfFormat.N_QUADS)
    store.extend(entry(staged.description.iri))
    store.flush()
    del store
    with ProcessPoolExecutor(1, get_context("spawn")) as alone:
        return alone.submit(exported, folder, rows, staged.description.iri).result()


def exported(folder: Path, rows: int, dataset: str) -> dict[str, float]:
    """Export a dataset and return what that costs."""
    knowledge = Knowledge.shipped(load_vocabulary(), Units.load())
    store = Store.read_only(str(folder / f"store-{rows}"))
    before = peak()
    started, worked = perf_counter(), process_time()
    done = export_workbook(store, dataset, knowledge, folder / "out.xlsx")
    worked = process_time() - worked
    return {
        "rows": rows,
        "statements": done.statements,
        "one by one": done.plain,
        "seconds": round(perf_counter() - started, 1),
        "CPU seconds": round(worked, 1),
        "rows per CPU second": round(rows / worked),
        "peak before": before,
        "peak": peak(),
    }


def peak() -> int:
    """Return the most memory that this process has held, MB; not that of the one which started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def stage(folder: Path, rows: int, knowledge: Knowledge) -> Staged:
    """Stage so many coating runs."""
    heads = [f"{name} {kind} ({unit})" for name, unit, kind in COLUMNS]
    lines = [
        f"      {head}: {{parameter: {name}, kind: {kind}}}"
        for head, (name, _, kind) in zip(heads, COLUMNS, strict=True)
    ]
    (folder / "coating.yaml").write_text(MAPPING + "\n".join(lines) + "\n", encoding="utf-8")
    sheet = folder / "coating.csv"
    with sheet.open("w", encoding="utf-8") as out:
        out.write(",".join(["Run", "Slurry", "Roll", "Start", *heads]) + "\n")
        for n in range(rows):
            values = [f"{1 + (n + k) % 997 / 1000:.3f}" for k in range(len(COLUMNS))]
            row = [f"C-{n}", f"S-{n // 10}", f"R-{n}", f"2025-03-04T08:{n % 60:02d}:00+01:00", *values]
            out.write(",".join(row) + "\n")
    job = Job((sheet,), folder / "coating.yaml", Place())
    return job.stage(folder / "staged.nq", knowledge.vocabulary, knowledge.units)


def entry(dataset: str) -> list[Quad]:
    """Return what the catalogue says of the dataset, as far as a workbook holds it."""
    graph, true = NamedNode(CATALOGUE_GRAPH), Literal("true", datatype=NamedNode(XSD + "boolean"))
    said = {DCTERMS + "identifier": Literal("coating"), DCTERMS + "title": Literal("Coating")}
    terms = said | {PL + "simulated": true}
    return [Quad(NamedNode(dataset), NamedNode(name), term, graph) for name, term in terms.items()]


if __name__ == "__main__":
    main()
