"""The documentation's examples are mappings that can be read."""

import json
import re
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from pilotline.tabular.model import Column, Long, json_schema
from pilotline.tabular.reading import parse_mapping
from pilotline.tabular.subjects import Row

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "mapping.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
PARTS = [example for example in EXAMPLES if example.startswith(("row:", "columns:"))]


def test_the_whole_mapping_can_be_read() -> None:
    assert parse_mapping(EXAMPLES[0], "docs").mapping == "demo-coating"


@pytest.mark.parametrize("example", PARTS)
def test_each_part_can_be_read(example: str) -> None:
    part = yaml.safe_load(example)
    if "row" in part:
        TypeAdapter[Row](Row).validate_python(part["row"])
    TypeAdapter(dict[str, Column]).validate_python(part.get("columns", {}))
    if "long" in part:
        Long.model_validate(part["long"])


def test_every_key_is_explained() -> None:
    schema = json.dumps(json_schema())
    keys = set(re.findall(r'"properties": \{"(\w+)"', schema)) | set(Column.model_fields)
    assert sorted(key for key in keys if key.rstrip("_") not in TEXT) == []


def test_the_published_schema_is_that_of_the_model() -> None:
    published = json.loads((DOCS / "mapping.schema.json").read_text(encoding="utf-8"))
    assert published == json_schema()
