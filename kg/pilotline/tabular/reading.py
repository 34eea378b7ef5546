"""Reads a mapping file; what is wrong in it is told by its place, one line each."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from pilotline.datasets.dataset import SourceError
from pilotline.tabular.model import Mapping

M = TypeVar("M", bound=BaseModel)


class _Loader(yaml.SafeLoader):
    """YAML in which a key is always the text that is written and never written twice.

    The header `No` stays `No`; YAML 1.1 alone would read it as false.
    """

    def plain(self, node: yaml.MappingNode) -> dict[str, Any]:
        """Return a mapping node as a dictionary."""
        found: dict[str, Any] = {}
        for key, value in node.value:
            if key.value in found:
                message = f"line {key.start_mark.line + 1}: {key.value!r} stands twice"
                raise yaml.constructor.ConstructorError(None, None, message)
            found[key.value] = self.construct_object(value, deep=True)
        return found


_KEPT = {"tag:yaml.org,2002:null", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in _KEPT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.plain)


def read_mapping(path: Path) -> Mapping:
    """Return the mapping in a YAML file.

    Errors: SourceError, with one line for each thing that is wrong.
    """
    return parse_mapping(text_of(path), path.name)


def text_of(path: Path) -> str:
    """Return the text of a mapping file.

    Errors: SourceError.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be read as UTF-8 text: {error}") from error


def parse_mapping(text: str, name: str) -> Mapping:
    """Return the mapping that a YAML text holds; name: of the file, for messages."""
    return parse_as(Mapping, text, name)


def parse_as(model: type[M], text: str, name: str) -> M:
    """Return what a YAML text holds by a model; name: of the file, for messages.

    Errors: SourceError, with one line for each thing that is wrong.
    """
    try:
        # A SafeLoader: it builds plain data only.
        plain = yaml.load(text, Loader=_Loader)  # noqa: S506
    except yaml.YAMLError as error:
        raise SourceError(f"{name}: not YAML: {' '.join(str(error).split())}") from error
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        raise SourceError("\n".join(_lines(name, error))) from error


def _lines(name: str, error: ValidationError) -> list[str]:
    """Return one line for each error, with its place in the file."""
    lines = []
    errors = error.errors(include_url=False)
    for item in errors:
        if item["type"] == "too_short" and len(errors) > 1:
            continue  # pydantic leaves out the parts that are wrong and then misses them
        place = ".".join(str(part) for part in item["loc"]) or "the file"
        found = "" if item["type"] in ("missing", "value_error", "row_kind") else f", found {item['input']!r}"
        lines.append(f"{name}: {place}: {item['msg'].removeprefix('Value error, ')}{found}")
    return lines
