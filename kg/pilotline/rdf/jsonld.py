"""Turns JSON-LD into quads without the network, and says which of its words no context maps.

JSON-LD drops an unmapped key with all below it in silence, and makes an unmapped type an IRI of nobody.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from pyld import jsonld
from pyoxigraph import Quad, RdfFormat, parse

from pilotline.datasets.dataset import SourceError
from pilotline.findings import Finding, Severity
from pilotline.namespaces import HAS_MEASUREMENT_UNIT, ONTOLOGY
from pilotline.resources import data_folder

# Deeper documents are no metadata of a battery, and exhaust the stack of a parser.
MAX_DEPTH = 200
OWN_CONTEXT = f"{ONTOLOGY}/context.jsonld"
# Addresses of published contexts that ours answers: its words mean in it what they mean there.
_KNOWN = re.compile(
    rf"{re.escape(ONTOLOGY)}(/\d[^/]*)?/context(\.jsonld)?"
    r"|https?://w3id\.org/emmo/domain/(battery|electrochemistry|chemical-substance)(/\d[^/]*)?/context(/context\.json)?"
    r"|https://raw\.githubusercontent\.com/emmo-repo/domain-(battery|electrochemistry)/[^/]+/context/context\.json"
)
# What stands before the colon of an IRI; any other word there is a prefix that nobody declared.
_SCHEMES = frozenset({"data", "doi", "file", "geo", "http", "https", "info", "mailto", "tag", "urn"})
_NOWHERE = "https://relative.invalid/"


@dataclass(frozen=True)
class Unmapped:
    """A word that no context maps.

    kind: key, type or unit; pointers: JSON Pointers of where it stands.
    """

    word: str
    kind: str
    pointers: tuple[str, ...]


def read_jsonld(file: Path, base: str) -> tuple[list[Quad], list[Finding]]:
    """Return the quads of a JSON-LD file and a finding for each word that no context maps.

    base: IRI that relative ones are resolved against.
    Errors: SourceError for what is no JSON-LD, and for a context that is not known: none is ever fetched.
    """
    document = inlined(_parsed(file), file.name)
    text = json.dumps(document)
    try:
        quads = list(parse(text, format=RdfFormat.JSON_LD, base_iri=base, rename_blank_nodes=True))
        missing = unmapped(document)
    except (SyntaxError, jsonld.JsonLdError) as error:
        raise SourceError(f"{file}: not JSON-LD: {_said(error)}") from None
    return quads, [_finding(each, file) for each in missing]


@cache
def own_context() -> Mapping[str, Any]:
    """Return the context that ships, not to be changed."""
    text = (data_folder("ontology") / "context.jsonld").read_text(encoding="utf-8")
    context: Mapping[str, Any] = json.loads(text)["@context"]
    return context


def inlined(node: Any, name: str) -> Any:
    """Return a document with the addresses of contexts replaced by what stands there; name: for errors."""
    if isinstance(node, list):
        return [inlined(each, name) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _context(value, name) if key == "@context" else inlined(value, name)
        for key, value in node.items()
    }


def unmapped(document: Any) -> list[Unmapped]:
    """Return the keys, types and units of a document with inline contexts that none of them maps.

    A key that a context maps to null is left out by its author's wish.
    """
    dropped: list[str | None] = []
    options: jsonld.ExpandOptions = {"documentLoader": _refuse, "base": _NOWHERE}
    expanded = jsonld.expand(_without_base(document), options, on_property_dropped=dropped.append)
    words = [("key", word) for word in dropped if word]
    found = dict.fromkeys([*words, *_unmapped_values(expanded)])
    places = _places(document, {word for _, word in found})
    return [Unmapped(word, kind, tuple(places[kind == "key", word])) for kind, word in found]


def _without_base(node: Any) -> Any:
    """Return a document whose relative IRIs can be told: those against `_NOWHERE`."""
    if isinstance(node, list):
        return [_without_base(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {key: _without_base(value) for key, value in node.items() if key != "@base"}


def _unmapped_values(node: Any) -> Iterator[tuple[str, str]]:
    """Yield what expansion left relative or with a prefix that nobody declares."""
    if isinstance(node, list):
        for each in node:
            yield from _unmapped_values(each)
    elif isinstance(node, dict):
        for key, value in node.items():
            if not key.startswith("@") and not _is_iri(key):
                yield "key", key
            if key == "@type":
                yield from (("type", _word(iri)) for iri in _strings(value) if not _is_iri(iri))
            if key == HAS_MEASUREMENT_UNIT:
                units = (each["@id"] for each in value if "@id" in each)
                yield from (("unit", _word(iri)) for iri in units if not _is_iri(iri))
            yield from _unmapped_values(value)


def _is_iri(word: str) -> bool:
    scheme, colon, _ = word.partition(":")
    if not colon or word.startswith(_NOWHERE):
        return word.startswith("@")
    return scheme == "_" or scheme.lower() in _SCHEMES


def _word(iri: str) -> str:
    return iri.removeprefix(_NOWHERE)


def _strings(value: Any) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def _places(document: Any, words: set[str]) -> Mapping[tuple[bool, str], list[str]]:
    """Return where each of the words stands: as a key or not, the word, its JSON Pointers."""
    found: dict[tuple[bool, str], list[str]] = defaultdict(list)
    for pointer, is_key, word in _walk(document, ""):
        if word in words:
            found[is_key, word].append(pointer)
    return found


def _walk(node: Any, pointer: str) -> Iterator[tuple[str, bool, str]]:
    if isinstance(node, str):
        yield pointer, False, node
    elif isinstance(node, list):
        for number, each in enumerate(node):
            yield from _walk(each, f"{pointer}/{number}")
    elif isinstance(node, dict):
        for key, value in node.items():
            if key != "@context":
                below = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
                yield below, True, key
                yield from _walk(value, below)


def _parsed(file: Path) -> Any:
    try:
        document = json.loads(file.read_bytes(), object_pairs_hook=_object, parse_constant=_constant)
    except UnicodeDecodeError:
        raise SourceError(f"{file}: not UTF-8, which JSON is written in") from None
    except RecursionError:
        document = None
    except ValueError as error:
        raise SourceError(f"{file}: not JSON: {error}") from None
    if document is None or _depth(document) > MAX_DEPTH:
        raise SourceError(f"{file}: nested deeper than {MAX_DEPTH} levels")
    return document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; of a key that stands twice JSON would keep the last and lose the other."""
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object; write its values as a list")
    return content


def _constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON number; leave it out if there is no value")


def _depth(document: Any) -> int:
    """Return how many levels of lists and objects a document has."""
    level, depth = [document], 1
    while level := [each for node in level for each in _inside(node) if isinstance(each, (dict, list))]:
        depth += 1
    return depth


def _inside(node: Any) -> list[Any]:
    return list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []


def _context(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return [_context(each, name) for each in value]
    if not isinstance(value, str):
        return inlined(value, name)
    if _KNOWN.fullmatch(value):
        return own_context()
    raise SourceError(
        f"{name}: the context {value!r} is not known, and contexts are never fetched; write its words into "
        f"the file, or name {OWN_CONTEXT}"
    )


def _refuse(address: str, _options: object) -> Any:
    raise SyntaxError(f"it asks for {address}, and contexts are never fetched")


def _said(error: Exception) -> str:
    """Return the first line of an error; PyLD's others repeat the document."""
    return str(error.args[0] if error.args else error).splitlines()[0]


def _finding(missing: Unmapped, file: Path) -> Finding:
    first, count = (missing.pointers or ("",))[0], len(missing.pointers)
    places = f" ({count} places)" if count > 1 else ""
    near = get_close_matches(missing.word, own_context(), n=1)
    hint = f"did you mean {near[0]!r}?" if near else "map it in @context, or write it as an IRI"
    if missing.word in own_context():
        hint = f"it is a word of {OWN_CONTEXT}; name that in @context"
    is_lost = missing.kind == "key" and ":" not in missing.word
    fate = ": it and all below it are lost" if is_lost else ", so it is no IRI of anybody"
    return Finding(
        code=f"Jsonld-{missing.kind}",
        severity=Severity.WARNING if is_lost else Severity.VIOLATION,
        message=f"no context maps the {missing.kind} {missing.word!r}{fate}{places}",
        hint=hint,
        file=file.name,
        cell=first,
        value=missing.word,
    )
