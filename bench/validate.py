"""Measures the compiled engine beside pySHACL on the shapes that ship: CPU seconds, memory, agreement.

    python bench/validate.py [--triples 100000 1000000] [--reference 100000] [--into FILE.json]
    python bench/validate.py --shapes-of 100000      (which shapes take the time)
    python bench/validate.py --in-stores 0 30 300    (one new dataset in stores of so many copies of the line)

The data are sheets of the simulated line, as often as it takes, with every fiftieth number at fault, and
the ontology that every validation sees. Each measurement has a process of its own.
"""

import argparse
import json
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from pilotline.cli.demo import demo_jobs
from pilotline.cli.ingest import run
from pilotline.demo import demo_sources, write_files
from pilotline.ingest.founding import found, shipped_rules
from pilotline.ingest.publishing import Policy, rehearse
from pilotline.ingest.rules import Rules
from pilotline.namespaces import HAS_MEASUREMENT_UNIT, HAS_NUMERICAL_PART, LINKS_GRAPH, PL, XSD
from pilotline.quantities.units import Units
from pilotline.validation import load_shapes, validate
from pilotline.validation.background import background
from pilotline.validation.compiled import Compiled
from pilotline.validation.model import Reader
from pilotline.validation.validate import read_rdf

LINE = b"/id/demo-line/"  # each copy of the line has its own scope
ONE_IN = 50
SI_VALUE = NamedNode(PL + "siValue")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--reference", type=int, default=100_000, help="most triples that pySHACL is given")
    parser.add_argument("--shapes-of", type=int, help="print the seconds of each shape at that size")
    parser.add_argument(
        "--in-stores", type=int, nargs="+", help="time one dataset in stores of so many lines"
    )
    parser.add_argument("--into", type=Path)
    parser.add_argument("--one", nargs=2, metavar=("ENGINE", "FILE"), help="measure one engine on one file")
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measured(*arguments.one)))
        return
    with TemporaryDirectory() as folder:
        line = Line(Path(folder))
        if arguments.shapes_of:
            print_shapes(line.write(arguments.shapes_of))
            return
        if arguments.in_stores:
            for copies in arguments.in_stores:
                print(checked_in(Path(folder), line, copies), flush=True)
            return
        figures = list(compared(line, arguments.triples, arguments.reference))
    if arguments.into:
        arguments.into.parent.mkdir(parents=True, exist_ok=True)
        arguments.into.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def compared(line: "Line", sizes: list[int], reference: int) -> Iterator[dict[str, object]]:
    """Yield and print the figures of each size.

    Errors: SystemExit where the engines differ.
    """
    for size in sizes:
        file = line.write(size)
        fast = alone("auto", file)
        figures = {"auto": fast}
        if size <= reference:
            slow = figures["pyshacl"] = alone("pyshacl", file)
            if slow["digest"] != fast["digest"]:
                sys.exit(f"{size} triples: {fast['results']} results, pySHACL has {slow['results']}")
            print(f"{size} triples: {slow['cpu'] / fast['cpu']:.0f} times as fast as pySHACL")
        for engine, figure in figures.items():
            print(engine, figure, flush=True)
            yield {"wanted": size, **figure}


def alone(engine: str, file: Path) -> dict[str, Any]:
    """Return the figures of one engine, measured in a process of its own."""
    command = [sys.executable, __file__, "--one", engine, str(file)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(answer.stdout))


def measured(engine: str, file: str) -> dict[str, object]:
    """Return CPU and wall seconds from the file to the results, MB at most, the results and their digest."""
    shapes, before, started = load_shapes(), process_time(), perf_counter()
    results = validate(Path(file), shapes, engine=engine)
    cpu, wall = process_time() - before, perf_counter() - started
    # A blank node has another name in each process.
    lines = ("\t".join("_:" if part.startswith("_:") else part for part in each.key) for each in results)
    keys = "\n".join(sorted(lines))
    return {
        "engine": engine,
        "cpu": round(cpu, 2),
        "wall": round(wall, 2),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "results": len(results),
        "digest": sha256(keys.encode()).hexdigest(),
    }


def print_shapes(file: Path) -> None:
    """Print the CPU seconds and results of each shape, the slowest first."""
    scope, reader = read_rdf(file), Reader(load_shapes().graph)
    compiled, seconds = Compiled(scope, reader), list[tuple[float, int, str]]()
    for node in reader.targeted():
        started = process_time()
        found = len(compiled.validate(node))
        seconds.append((process_time() - started, found, str(node).rsplit("#", 1)[-1]))
    print(f"{sum(taken for taken, _, _ in seconds):8.2f} s in all, {file.stem} triples")
    for taken, found, name in sorted(seconds, reverse=True)[:25]:
        print(f"{taken:8.2f} s {found:8} results  {name}")


def checked_in(folder: Path, line: "Line", copies: int) -> str:
    """Say how long checking a new sheet takes in a store with so many copies of the line, best of three."""
    rules = shipped_rules()
    store, file = found(folder / f"db-{copies}", rules), folder / "copy.nt"
    for number in range(copies):
        file.write_bytes(line.copy(number))
        with store.write() as draft:
            draft.replace_graph(f"{PL}line-{number}", file, in_scope=True)
    job = next(job for job in demo_jobs(demo_sources(folder / "files")) if job.has_rows)
    staged = job.stage(folder / f"new-{copies}.nq", rules.vocabulary, Units.load())
    seconds = list[float]()
    for _ in range(3):
        started = perf_counter()
        report = rehearse(store, staged, rules)
        seconds.append(perf_counter() - started)
    found_ = f"{len(report.findings)} findings"
    return f"{len(store.read())} quads stored: {min(seconds):.3f} s for {job.files[0].name}, {found_}"


class Line:
    """The sheets of the simulated line, ingested once and damaged."""

    def __init__(self, folder: Path) -> None:
        rules = shipped_rules()
        write_files(folder / "files")
        store = found(folder / "db", rules)
        for outcome in run(demo_jobs(demo_sources(folder / "files")), store, rules, Policy.STRICT):
            assert outcome.published, outcome
        self._folder, self._ontology = folder, known(rules)
        self._sheets = sorted(damaged_sheets(store.read()), key=len)

    def copy(self, number: int) -> bytes:
        """Return all sheets as N-Triples, under a scope of their own."""
        return b"".join(self._sheets).replace(LINE, b"/id/line-%d/" % number)

    def write(self, triples: int) -> Path:
        """Return a file with at least so many triples."""
        file = self._folder / f"{triples}.nt"
        left = triples - self._ontology.count(b"\n")
        with file.open("wb") as out:
            out.write(self._ontology)
            for number in count(1):
                for sheet in self._sheets:
                    if left <= 0:
                        return file
                    out.write(sheet.replace(LINE, b"/id/line-%d/" % number))
                    left -= sheet.count(b"\n")
        raise AssertionError("there is always another copy")


def known(rules: Rules) -> bytes:
    """Return the ontology, and what the tables say, as N-Triples."""
    store = Store()
    store.bulk_load(rules.ontology, RdfFormat.N_TRIPLES)
    store.extend(background())
    return dumped(store)


def dumped(store: Store) -> bytes:
    out = BytesIO()
    for quad in store:
        out.write(f"{quad.triple} .\n".encode())
    return out.getvalue()


def damaged_sheets(store: Store) -> Iterator[bytes]:
    """Yield each dataset with its links, one number in ONE_IN at fault."""
    graphs = {str(graph.value) for graph in store.named_graphs() if isinstance(graph, NamedNode)}
    for graph in sorted(graphs):
        if re.search(r"/id/demo-line/dataset/[^/]+$", graph):
            yield dumped(damaged(store, NamedNode(graph)))


def damaged(store: Store, graph: NamedNode) -> Store:
    """Return a dataset with faults of four kinds: no unit, no number, a size out of range, a sign."""
    sheet = Store()
    sheet.extend(Quad(*quad.triple) for quad in store.quads_for_pattern(None, None, None, graph))
    subjects = {quad.subject for quad in sheet}
    links = store.quads_for_pattern(None, None, None, NamedNode(LINKS_GRAPH))
    part = NamedNode(HAS_NUMERICAL_PART)
    quantities = sorted({quad.subject for quad in sheet.quads_for_pattern(None, part, None)}, key=str)
    for number, quantity in enumerate(quantities[::ONE_IN]):
        lost = (NamedNode(HAS_MEASUREMENT_UNIT), part, SI_VALUE, SI_VALUE)[number % 4]
        for quad in list(sheet.quads_for_pattern(quantity, lost, None)):
            sheet.remove(quad)
            if lost == SI_VALUE:
                shifted = float(quad.object.value) * (1e6 if number % 4 == 2 else -1)
                value = Literal(str(shifted), datatype=NamedNode(XSD + "double"))
                sheet.add(Quad(quantity, lost, value))
    sheet.extend(Quad(*quad.triple) for quad in links if quad.subject in subjects)
    return sheet


if __name__ == "__main__":
    main()
