"""A founded store for tests that ingest: made once for all test processes, copied for each test."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from stores import copy_of

from pilotline.cli.demo import demo_jobs
from pilotline.cli.ingest import run
from pilotline.demo import demo_sources, write_files
from pilotline.ingest.founding import found, shipped_rules
from pilotline.ingest.publishing import Policy, Rules
from pilotline.store import Store


@pytest.fixture(scope="session")
def rules() -> Rules:
    """Shapes and vocabulary as they ship."""
    return shipped_rules()


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that the first test process to need it has made, and the others wait for."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder = root / name
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            make(root / f"{name}.part")
            (root / f"{name}.part").rename(folder)
    return folder


@pytest.fixture(scope="session")
def founded(rules: Rules, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with ontology and specification, not to be written to."""

    def make(folder: Path) -> None:
        found(folder / "db", rules)

    return made_once(tmp_path_factory, "founded", make) / "db"


@pytest.fixture
def store(founded: Path, tmp_path: Path) -> Store:
    """A founded store of the test's own."""
    return Store.open(copy_of(founded, tmp_path / "db"))


@pytest.fixture(scope="session")
def demo_store(rules: Rules, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The demo line, ingested as `pilotline demo` does it; not to be written to."""

    def make(folder: Path) -> None:
        write_files(folder / "files")
        store = found(folder / "db", rules)
        for outcome in run(demo_jobs(demo_sources(folder / "files")), store, rules, Policy.STRICT):
            assert outcome.conforms, outcome

    return Store.open(made_once(tmp_path_factory, "demo-line", make) / "db")
