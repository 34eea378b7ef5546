from pathlib import Path

import pytest

from pilotline.quantities.units import Units
from pilotline.vocabulary.terms import Vocabulary, load_vocabulary
from pilotline.workbooks.knowledge import Knowledge
from pilotline.workbooks.steps import Wishes
from pilotline.workbooks.template import write_template


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture(scope="session")
def units() -> Units:
    return Units.load()


@pytest.fixture(scope="session")
def knowledge(vocabulary: Vocabulary, units: Units) -> Knowledge:
    return Knowledge.shipped(vocabulary, units)


@pytest.fixture(scope="session")
def template(knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty template for coating and drying."""
    path = tmp_path_factory.mktemp("template") / "sheet.xlsx"
    write_template(path, [knowledge.step("coating"), knowledge.step("drying")], knowledge, Wishes())
    return path
