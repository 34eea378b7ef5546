"""Measures the way of a table into the store, side by side with morph-kgc and a bare bulk load.

    python bench/ingest.py --rows 100000

All ratios come from one run on one machine; the table goes to bench/results/ingest.json.
"""

import argparse
import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from pilotline.cli.ingest import run
from pilotline.ingest.founding import found, shipped_rules
from pilotline.ingest.publishing import Policy
from pilotline.ingest.sources import jobs
from pilotline.iris import Place, Scope
from pilotline.namespaces import HAS_PROPERTY
from pilotline.quantities.units import Units
from pilotline.rml.export import export
from pilotline.rml.functions import module_for_engines
from pilotline.tabular.mapper import job_of, stage
from pilotline.tabular.reading import read_mapping
from pilotline.vocabulary.terms import load_vocabulary

HERE = Path(__file__).resolve().parent
ENGINE = (
    Path(os.environ.get("PILOTLINE_RML_ENGINE") or HERE.parent / "build" / "rml-engine") / "bin" / "python"
)
# 15 columns: what a row names, and ten values with the middle and the width of what a line would record.
VALUES = {
    "Speed (m/min)": ("CoatingSpeed", "set", 1.5, 0.5),
    "Actual speed (m/min)": ("CoatingSpeed", "measured", 1.5, 0.5),
    "Gap (µm)": ("CoatingGap", "set", 180, 30),
    "Tension (N)": ("WebTension", "measured", 60, 10),
    "T zone 1 (°C)": ("DryingTemperature", "set", 80, 10),
    "T zone 2 (°C)": ("DryingTemperature", "set", 110, 10),
    "Wet film (µm)": ("WetFilmThickness", "measured", 160, 20),
    "Dew point (°C)": ("DewPoint", "measured", 2, 2),
    "Room temperature (°C)": ("AmbientTemperature", "measured", 21, 1),
    "Width (mm)": ("CoatingWidth", "measured", 150, 2),
}
CONFIGURATION = """\
[CONFIGURATION]
udfs=functions.py
na_values=,nan
output_format=N-QUADS
output_file=theirs.nq
number_of_processes=1
[mapping]
mappings=mapping.rml.ttl
"""


def write_table(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Run", "Start", "Machine", "Slurry", "Roll", *VALUES])
        for row in range(rows):
            start = f"2025-{row % 12 + 1:02}-{row % 28 + 1:02}T08:15:00"
            values = [
                f"{middle + width * ((row * (place + 7) % 997) / 997 - 0.5):.2f}"
                for place, (_, _, middle, width) in enumerate(VALUES.values())
            ]
            writer.writerow([row, start, f"Coater {row % 3}", row // 100, f"R{row}", *values])


def write_mapping(path: Path, file: str) -> None:
    lines = "".join(
        f"      {json.dumps(header, ensure_ascii=False)}: {{parameter: {parameter}, kind: {kind}, bearer: run"
        + (f", zone: {header.split()[2]}" if "zone" in header else "")
        + "}\n"
        for header, (parameter, kind, _, _) in VALUES.items()
    )
    path.write_text(
        "mapping: bench\nversion: 1\nscope: bench\n"
        "dataset: {id: bench, title: Bench, licence: CC0-1.0, simulated: true}\nsource: {timezone: UTC}\n"
        f"tables:\n  - file: {file}\n    row:\n      run: {{step: Coating, id: [Run]}}\n      start: Start\n"
        "      equipment: {id: [Machine], class: SlotDieCoater}\n"
        "      inputs: [{kind: slurry, id: [Slurry]}]\n      outputs: [{kind: roll, id: [Roll]}]\n"
        f"    columns:\n{lines}",
        encoding="utf-8",
    )


def map_table(folder: Path, rows: int) -> None:
    """Map a table in this process; print seconds, those of the processor, and the peak of memory in MB."""
    mapping = read_mapping(folder / f"{rows}.yaml")
    vocabulary, units = load_vocabulary(), Units.load()
    begin, worked = time.perf_counter(), time.process_time()
    stage(mapping, [folder / f"{rows}.csv"], Scope("bench"), folder / f"{rows}.nq", vocabulary, units)
    seconds, worked = time.perf_counter() - begin, time.process_time() - worked
    print(seconds, worked, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def mapped(folder: Path, rows: int) -> tuple[float, float, float]:
    """Return seconds, seconds of the processor and MB of mapping so many rows, in a process of its own."""
    if not (folder / f"{rows}.csv").exists():
        write_table(folder / f"{rows}.csv", rows)
        write_mapping(folder / f"{rows}.yaml", f"{rows}.csv")
    command = [sys.executable, __file__, "--map", str(folder), "--rows", str(rows)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    seconds, worked, memory = map(float, told)
    return seconds, worked, memory


def by_morph(folder: Path, rows: int) -> tuple[float | None, float | None]:
    """Return seconds, and those of the processor, of morph-kgc on the same rows by the mapping as RML."""
    if not ENGINE.exists():
        return None, None
    mapping = read_mapping(folder / f"{rows}.yaml")
    job = job_of(mapping, Scope("bench"), load_vocabulary(), Units.load())
    (folder / "mapping.rml.ttl").write_text(export(job, [folder / f"{rows}.csv"]), encoding="utf-8")
    (folder / "functions.py").write_text(module_for_engines(), encoding="utf-8")
    (folder / "morph.ini").write_text(CONFIGURATION, encoding="utf-8")
    begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([ENGINE, "-m", "morph_kgc", "morph.ini"], cwd=folder, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begin, worked


def bulk_load(quads: Path) -> tuple[float, int]:
    """Return the seconds of a bare bulk load of an N-Quads file, and the number of its quads."""
    folder = quads.with_suffix(".bare")
    store = Store(folder)
    begin = time.perf_counter()
    store.bulk_load(path=quads, format=RdfFormat.N_QUADS)
    store.flush()
    seconds, count = time.perf_counter() - begin, len(store)
    del store
    shutil.rmtree(folder)
    return seconds, count


def with_default_graph(quads: Path) -> Path:
    """Write each quad of a file once more, without its graph: all that a publish puts into the store."""
    both = quads.with_suffix(".both.nq")
    with quads.open("rb") as lines, both.open("wb") as out:
        for line in lines:
            out.write(line + line.rpartition(b" <")[0] + b" .\n")
    return both


def triples_of_quantities(folder: Path, rows: int) -> float:
    """Return the mean number of triples that state a quantity, its cell pointer among them."""
    quantities = triples = 0
    with (folder / f"{rows}.nq").open(encoding="utf-8") as lines:
        for line in lines:
            subject, predicate, _ = line.split(" ", 2)
            stated = predicate == f"<{HAS_PROPERTY}>"
            quantities += stated
            triples += stated or "/q/" in subject
    return triples / quantities


def whole_way(folder: Path, rows: int) -> float:
    """Return the seconds of mapping, checking and publishing a table."""
    rules = shipped_rules()
    store = found(folder / "db", rules)
    work = jobs([folder / f"{rows}.csv"], folder / f"{rows}.yaml", Place())
    begin = time.perf_counter()
    run(work, store, rules, Policy.RECORD)
    return time.perf_counter() - begin


def measured(folder: Path, rows: int, whole_rows: int) -> Iterator[tuple[str, float | None, str]]:
    """Yield name, figure and what is demanded of it."""
    few = max(1000, rows // 10)
    small, small_worked, small_memory = mapped(folder, few)
    seconds, worked, memory = mapped(folder, rows)
    yield "mapping, s", seconds, ""
    yield "mapping, s of the processor", worked, ""
    most = f"at most {1.1 * rows / few:.3g}"
    yield f"time of {rows // few} times the rows, ratio", seconds / small, most
    yield f"processor's time of {rows // few} times the rows, ratio", worked / small_worked, most
    yield "growth of memory with the rows, MB", memory - small_memory, "below 300"
    theirs, they_worked = by_morph(folder, rows)
    yield "morph-kgc, s", theirs, ""
    yield "morph-kgc, s of the processor", they_worked, ""
    yield "morph-kgc over mapping, ratio", theirs and theirs / seconds, "at least 10"
    yield (
        "morph-kgc over mapping by the processor, ratio",
        they_worked and they_worked / worked,
        "at least 10",
    )
    yield "triples a quantity", triples_of_quantities(folder, rows), "at most 11"
    yield "rows that go the whole way", whole_rows, ""
    mapped(folder, whole_rows)
    quads = folder / f"{whole_rows}.nq"
    bare, count = bulk_load(quads)
    yield "quads mapped", count, ""
    yield "bare bulk_load of what is mapped, s", bare, ""
    bare_both, count = bulk_load(with_default_graph(quads))
    yield "quads in the store", count, ""
    yield "bare bulk_load of all quads in the store, s", bare_both, ""
    whole = whole_way(folder, whole_rows)
    yield "whole way, s", whole, ""
    yield "bare bulk_load of what is mapped over whole way, ratio", bare / whole, ""
    yield "bare bulk_load of all quads over whole way, ratio", bare_both / whole, "at least 0.5"


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=100_000)
    arguments.add_argument("--whole-rows", type=int, help="rows that go the whole way, by default all")
    arguments.add_argument("--map", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.map:
        return map_table(given.map, given.rows)
    print(f"{given.rows:,} rows of 15 columns")
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        for name, figure, wanted in measured(Path(folder), given.rows, given.whole_rows or given.rows):
            shown = "no engine; make rml-engine" if figure is None else f"{figure:,.3g}"
            print(f"  {name:56} {shown:>12}  {wanted}", flush=True)
            figures.append((name, figure))
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    text = json.dumps({"rows": given.rows, **dict(figures)}, indent=2)
    (results / "ingest.json").write_text(text + "\n", encoding="utf-8")
    return None


if __name__ == "__main__":
    main()
