"""The documentation of series: its mappings can be read, its schema is that of the model."""

import json
import re
from pathlib import Path

import pytest

from pilotline.resources import data_folder
from pilotline.series.model import Cycler, SeriesMapping, json_schema
from pilotline.series.stage import is_series, read_series_mapping
from pilotline.tabular.reading import parse_as

DOCS = Path(__file__).parents[2] / "docs"


def test_the_whole_mapping_can_be_read() -> None:
    text = (DOCS / "cyclers.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert parse_as(SeriesMapping, example, "docs").cycler[0].order == "charge first"


def test_every_key_is_explained() -> None:
    text = (DOCS / "cyclers.md").read_text(encoding="utf-8")
    assert [key for key in Cycler.model_fields if f"`{key}`" not in text] == []


def test_the_published_schema_is_that_of_the_model() -> None:
    published = json.loads((DOCS / "series.schema.json").read_text(encoding="utf-8"))
    assert published == json_schema()


@pytest.mark.parametrize("file", sorted(data_folder("mappings").glob("*/*.yaml")), ids=lambda file: file.stem)
def test_the_mappings_of_series_that_ship_can_be_read(file: Path) -> None:
    if is_series(file):
        assert read_series_mapping(file).layouts
