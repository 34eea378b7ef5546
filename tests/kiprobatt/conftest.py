from pathlib import Path

import pytest
from beside import shared
from pyoxigraph import RdfFormat, Store

from pilotline.construct import load_manifest, stage_construct
from pilotline.datasets.dataset import Staged
from pilotline.iris import Scope
from pilotline.resources import data_folder

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def mapping() -> Path:
    return data_folder("mappings") / "kiprobatt"


@pytest.fixture(scope="session")
def small(mapping: Path, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    """Five invented pages in the form of the export."""
    files = sorted((HERE / "export").glob("*.jsonld"))
    return stage_construct(mapping, files, Scope("lab"), tmp_path_factory.mktemp("small") / "staged.nq")


@pytest.fixture(scope="session")
def real(mapping: Path, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    """The published export."""
    files = load_manifest(mapping).inputs(shared("data/kiprobatt"))
    return stage_construct(mapping, files, Scope("kiprobatt"), tmp_path_factory.mktemp("real") / "staged.nq")


@pytest.fixture(scope="session")
def graphs(real: Staged) -> Store:
    """The staged graphs of the published export."""
    store = Store()
    store.bulk_load(path=real.quads, format=RdfFormat.N_QUADS)
    return store
