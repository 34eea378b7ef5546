"""A founded store for tests that ingest: made once, copied for each."""

import shutil
from pathlib import Path

import pytest

from pilotline.cli.demo import demo_jobs
from pilotline.cli.ingest import run
from pilotline.demo import demo_sources, write_files
from pilotline.founding import found, shipped_rules
from pilotline.ingest import Policy, Rules
from pilotline.store import Store


@pytest.fixture(scope="session")
def rules() -> Rules:
    """Shapes and vocabulary as they ship."""
    return shipped_rules()


@pytest.fixture(scope="session")
def founded(rules: Rules, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with ontology and specification, not to be written to."""
    path = tmp_path_factory.mktemp("founded") / "db"
    found(path, rules)
    return path


@pytest.fixture
def store(founded: Path, tmp_path: Path) -> Store:
    """A founded store of the test's own."""
    return Store.open(shutil.copytree(founded, tmp_path / "db"))


@pytest.fixture(scope="session")
def demo_store(rules: Rules, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The demo line, ingested as `pilotline demo` does it; not to be written to."""
    folder = tmp_path_factory.mktemp("demo-line")
    write_files(folder / "files")
    store = found(folder / "db", rules)
    for outcome in run(demo_jobs(demo_sources(folder / "files")), store, rules, Policy.STRICT):
        assert outcome.conforms, outcome
    return store
