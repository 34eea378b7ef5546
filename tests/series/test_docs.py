"""The documentation of series: its mappings can be read, its schema is that of the model."""

import json
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from pilotline.resources import data_folder
from pilotline.series.model import Channel, Cycler, Logger, Register, SeriesMapping, json_schema
from pilotline.series.stage import is_series, read_series_mapping
from pilotline.tabular.reading import parse_as

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["cyclers", "loggers"])
def test_the_whole_mapping_can_be_read(page: str) -> None:
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(mapping:.*?)```", text, re.DOTALL)
    assert parse_as(SeriesMapping, example, "docs").layouts


@pytest.mark.parametrize(
    ("page", "model"), [("cyclers", Cycler), ("loggers", Logger), ("loggers", Register), ("loggers", Channel)]
)
def test_every_key_is_explained(page: str, model: type[BaseModel]) -> None:
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    keys = [field.alias or name for name, field in model.model_fields.items()]
    assert [key for key in keys if f"`{key}`" not in text] == []


def test_the_published_schema_is_that_of_the_model() -> None:
    published = json.loads((DOCS / "series.schema.json").read_text(encoding="utf-8"))
    assert published == json_schema()


@pytest.mark.parametrize("file", sorted(data_folder("mappings").glob("*/*.yaml")), ids=lambda file: file.stem)
def test_the_mappings_of_series_that_ship_can_be_read(file: Path) -> None:
    if is_series(file):
        assert read_series_mapping(file).layouts
