from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat
from pyoxigraph import Store as Oxigraph

from pilotline.datasets.dataset import Staged
from pilotline.ingest.publishing import Rules
from pilotline.iris import Scope
from pilotline.quantities.units import Units
from pilotline.series.stage import read_series_mapping, stage_series

Stage = Callable[[Path, Sequence[Path]], Staged]


@pytest.fixture(scope="session")
def stage(rules: Rules, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Stage files by a mapping of series, in the scope `lab`."""

    def staged(mapping: Path, files: Sequence[Path]) -> Staged:
        into = tmp_path_factory.mktemp("series") / "staged.nq"
        read = read_series_mapping(mapping)
        return stage_series(read, files, Scope("lab"), into, rules.vocabulary, Units.load())

    return staged


def graph_of(staged: Staged) -> Oxigraph:
    store = Oxigraph()
    store.bulk_load(path=staged.quads, format=RdfFormat.N_QUADS)
    return store


def codes(staged: Staged) -> dict[str, int]:
    """How many findings of each code."""
    found: dict[str, int] = {}
    for finding in staged.findings:
        found[finding.code] = found.get(finding.code, 0) + 1
    return found
