"""Measures what one small dataset costs to ingest into stores of growing size, and what a small update costs.

    python bench/life.py [--triples 10000 100000 1000000] [--into bench/results/life.json]

The probe is the same each time: five coating runs on slurries that the store knows, one of them misspelt.
A flat line of seconds says that the cost does not depend on the size of the store.
"""

import argparse
import json
import os
import shutil
import statistics
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from pyoxigraph import Literal, NamedNode, Triple

from pilotline.ingest.founding import found, shipped_rules
from pilotline.ingest.publishing import ingest
from pilotline.ingest.rules import Rules
from pilotline.ingest.sources import Job
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.store import Draft, Store, WriteGroups

MAPPING = """
mapping: bench-{name}
version: 1
scope: bench
dataset: {{id: "{name}", title: "{name}", licence: CC0-1.0, simulated: true}}
tables:
  - file: "*.csv"
    row:
      run: {{step: {step}, id: [Run]}}
      inputs: [{{kind: {taken}, id: [In]}}]
      outputs: [{{kind: {made}, id: [Out], product: {product}}}]
      equipment: {{id: [Machine]}}
      start: Start
    columns:
      Value: {{parameter: {parameter}, kind: set, unit: "{unit}"}}
"""
MIXING = {
    "step": "SlurryPreparation",
    "taken": "material",
    "made": "slurry",
    "product": "Slurry",
    "parameter": "MixingTemperature",
    "unit": "°C",
}
COATING = {
    "step": "Coating",
    "taken": "slurry",
    "made": "roll",
    "product": "CoatedElectrode",
    "parameter": "CoatingSpeed",
    "unit": "m/min",
}
ROWS = 3000  # of one dataset of the store
REPEATS = 5
CALLERS, UPDATES = 32, 640


def main() -> None:
    """Measure, print a table, write the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--triples", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    arguments.add_argument("--into", type=Path)
    given = arguments.parse_args()
    rules, figures = shipped_rules(), []
    with TemporaryDirectory() as folder:
        line = Line(Path(folder), rules)
        for triples in given.triples:
            size = line.grow(triples)
            figures.append({"triples": size, "seconds": line.probe(), "updates per second": line.updates()})
            print(figures[-1], flush=True)
    ratio = figures[-1]["seconds"] / figures[0]["seconds"]
    print(f"largest to smallest store: {ratio:.2f} times the seconds")
    if given.into:
        given.into.parent.mkdir(parents=True, exist_ok=True)
        given.into.write_text(json.dumps({"stores": figures, "ratio": ratio}, indent=1) + "\n")


class Line:
    """A store that grows by datasets of mixing and coating runs."""

    def __init__(self, folder: Path, rules: Rules) -> None:
        self.folder, self.rules, self.units = folder, rules, Units.load()
        self.store: Store = found(folder / "db", rules)
        self.datasets = 0

    def grow(self, triples: int) -> int:
        """Ingest datasets until the store's default graph holds so many more than what every store holds."""
        while (size := self.size()) < triples:
            name, rows = f"{self.datasets:04d}", min(ROWS, max(10, (triples - size) // 40))
            self.ingest(self.store, f"mixing-{name}", MIXING, _rows(name, rows // 10, "M", "S"))
            self.ingest(self.store, f"coating-{name}", COATING, _rows(name, rows, "S", "R", of=rows // 10))
            self.datasets += 1
        return size

    def size(self) -> int:
        """Return how many triples the runs of the line have."""
        content = self.store.read()
        counts = content.quads_for_pattern(
            None, NamedNode("https://w3id.org/pilotline/ontology#tripleCount"), None, None
        )
        # Each entry stands in its graph and in the default graph; the specification comes with every store.
        values = [int(q.object.value) for q in counts if "/bench/" in str(q.subject)]  # type: ignore[union-attr]
        return sum(values) // 2

    def probe(self) -> float:
        """Return the median seconds of ingesting five rows, each time into a copy of the store."""
        seconds = []
        for _ in range(REPEATS):
            copy = self._copy()
            rows = [
                *_rows("0000", 4, "S", "P", of=4),
                "X,S0000-0001x,PX,coater-1,2025-03-04T08:00:00+01:00,1.5",
            ]
            seconds.append(self.ingest(Store.open(copy), "probe", COATING, rows))
            shutil.rmtree(copy)
        return statistics.median(seconds)

    def _copy(self) -> Path:
        """Return a copy of the store that is on the disk, so that no sync has to wait for it."""
        copy = Path(shutil.copytree(self.store.path, self.folder / "copy"))
        os.sync()
        return copy

    def ingest(self, store: Store, name: str, kind: dict[str, str], rows: Iterator[str] | list[str]) -> float:
        """Ingest rows as one dataset and return the seconds of link, check and publish."""
        mapping, sheet = self.folder / f"{name}.yaml", self.folder / f"{name}.csv"
        mapping.write_text(MAPPING.format(name=name, **kind), encoding="utf-8")
        sheet.write_text("\n".join(["Run,In,Out,Machine,Start,Value", *rows]) + "\n", encoding="utf-8")
        job = Job((sheet,), mapping, Place())
        staged = job.stage(self.folder / "staged.nq", self.rules.vocabulary, self.units)
        started = perf_counter()
        outcome = ingest(store, staged, self.rules)
        assert outcome.published, outcome.findings[:3]
        return perf_counter() - started

    def updates(self) -> float:
        """Return how many small acknowledged updates a second 32 callers get through."""
        copy = self._copy()
        groups = WriteGroups(Store.open(copy))

        def update(number: int) -> None:
            node = NamedNode(f"urn:n{number}")

            def change(draft: Draft) -> None:
                draft.replace_graph(
                    f"urn:graph:{number}", [Triple(node, node, Literal(number))], in_scope=False
                )

            groups.write(change)

        started = perf_counter()
        with ThreadPoolExecutor(CALLERS) as threads:
            list(threads.map(update, range(UPDATES)))
        seconds = perf_counter() - started
        shutil.rmtree(copy)
        return round(UPDATES / seconds, 1)


def _rows(name: str, count: int, taken: str, made: str, of: int = 1) -> Iterator[str]:
    """Yield rows of runs that take one lot of the kind `taken`, and make one of the kind `made`."""
    day, value = {"M": ("03", "40"), "S": ("04", "1.5")}[taken]
    for n in range(max(count, 1)):
        run, lot = f"{made}{name}-{n:04d}", f"{taken}{name}-{n % max(of, 1):04d}"
        yield f"{run},{lot},{run},machine-1,2025-03-{day}T08:{n % 60:02d}:00+01:00,{value}"


if __name__ == "__main__":
    main()
