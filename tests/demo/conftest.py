import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, Store, parse

from pilotline.datasets.dataset import Staged
from pilotline.demo import DemoSource, demo_sources, faulty_sources, write_files
from pilotline.ingest.sources import Job
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.vocabulary.terms import Vocabulary, load_vocabulary

Rows = list[dict[str, str]]
Reader = Callable[[str], Rows]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the demo line."""
    target = tmp_path_factory.mktemp("demo")
    write_files(target)
    return target


@pytest.fixture(scope="session")
def rows(folder: Path) -> Reader:
    """Read a CSV file of the demo line as a lab would."""

    def read(name: str) -> Rows:
        delimiter = ";" if name == "rheology.csv" else ","
        with (folder / name).open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines, delimiter=delimiter))

    return read


@dataclass(frozen=True)
class Line:
    """The demo line after mapping: what was found in each hand-in, and all its triples in one graph."""

    staged: list[Staged]
    store: Store


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture(scope="session")
def line(folder: Path, vocabulary: Vocabulary, tmp_path_factory: pytest.TempPathFactory) -> Line:
    """The demo line, mapped and linked."""
    target = tmp_path_factory.mktemp("quads")
    staged = [_stage(source, vocabulary, target / f"{n}.nq") for n, source in enumerate(demo_sources(folder))]
    store = Store()
    latest = {each.description.iri: each for each in staged}
    for each in latest.values():
        store.extend(
            quad
            for named in parse(path=str(each.quads), format=RdfFormat.N_QUADS)
            for quad in (named, Quad(named.subject, named.predicate, named.object))
        )
    return Line(staged, store)


@pytest.fixture(scope="session")
def faulty(folder: Path, vocabulary: Vocabulary, tmp_path_factory: pytest.TempPathFactory) -> list[Staged]:
    """The files with faults, mapped."""
    target = tmp_path_factory.mktemp("faulty")
    sources = enumerate(faulty_sources(folder))
    return [_stage(source, vocabulary, target / f"{number}.nq") for number, source in sources]


def _stage(source: DemoSource, vocabulary: Vocabulary, into: Path) -> Staged:
    return Job(source.files, source.mapping, Place()).stage(into, vocabulary, Units.load())
