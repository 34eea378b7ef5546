from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pilotline.datasets.dataset import Staged
from pilotline.iris import Scope
from pilotline.quantities.units import Units
from pilotline.tabular.mapper import stage
from pilotline.tabular.reading import parse_mapping
from pilotline.vocabulary.terms import Vocabulary, load_vocabulary

Stage = Callable[[str, Sequence[Path]], Staged]


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture(scope="session")
def units() -> Units:
    return Units.load()


@pytest.fixture
def staged(tmp_path: Path, vocabulary: Vocabulary, units: Units) -> Stage:
    """Return what maps files by the text of a mapping."""

    def run(mapping: str, files: Sequence[Path]) -> Staged:
        parsed = parse_mapping(mapping, "mapping.yaml")
        return stage(parsed, files, Scope("lab"), tmp_path / "staged.nq", vocabulary, units)

    return run
