"""Writes texts as scalars and keys of YAML."""

import json
import re


def flow(text: str) -> str:
    """Return a text as a YAML scalar inside brackets."""
    plain = re.fullmatch(r"[^\W\d][\w ./()°µ²³-]*", text) and text.casefold() not in ("null", "true", "false")
    return text if plain else json.dumps(text, ensure_ascii=False)


def key(text: str) -> str:
    """Return a text as a YAML key."""
    plain = re.fullmatch(r"[^\W\d][\w ./()°µ²³{}%·-]*", text) and text.casefold() != "null"
    return text if plain else json.dumps(text, ensure_ascii=False)
