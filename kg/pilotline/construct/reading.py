"""Turns an RDF file (JSON-LD, Turtle, N-Triples) into triples, each subject with a pointer to its place."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from pilotline.datasets.dataset import SourceError, SourceFile

_FORMATS = {
    ".jsonld": RdfFormat.JSON_LD,
    ".json": RdfFormat.JSON_LD,
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
}
_CONTEXT = "@context"


@dataclass(frozen=True)
class Reading:
    """What one file holds.

    pointers: the JSON Pointer of each subject; the empty pointer is the whole file.
    """

    file: SourceFile
    quads: tuple[Quad, ...]
    pointers: Mapping[NamedNode, str]


def read_rdf(path: Path, name: str) -> Reading:
    """Read one RDF file.

    name: how provenance and pointers call the file.
    Errors: SourceError with file, line and column.
    """
    data = _bytes(path, name)
    text, encoding = decoded(data, name)
    rdf_format = _FORMATS.get(path.suffix.lower())
    if rdf_format is None:
        raise SourceError(f"{name}: {path.suffix!r} is not read as RDF; use {', '.join(_FORMATS)}")
    places = dict(_places(_json(text, name), name)) if rdf_format is RdfFormat.JSON_LD else {}
    quads = tuple(_parsed(text, rdf_format, name))
    subjects = {quad.subject for quad in quads if isinstance(quad.subject, NamedNode)}
    pointers = {subject: places.get(subject.value, "") for subject in subjects}
    return Reading(SourceFile(name, sha256(data).hexdigest(), len(data), encoding), quads, pointers)


def _bytes(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{name}: {error.strerror or error}") from None


def decoded(data: bytes, name: str) -> tuple[str, str]:
    """Return the text of a file and its encoding: UTF-8, else cp1252, which German Windows tools write."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError as error:
            byte = f"byte 0x{data[error.start]:02X} at offset {error.start}"
    raise SourceError(f"{name}: {byte} is neither UTF-8 nor cp1252; save the file as UTF-8")


def _parsed(text: str, rdf_format: RdfFormat, name: str) -> Iterator[Quad]:
    try:
        # Blank nodes are renamed: the same label in two files is two nodes.
        yield from parse(text, format=rdf_format, rename_blank_nodes=True)
    except SyntaxError as error:
        place = f", line {error.lineno}, column {error.offset}" if error.lineno else ""
        raise SourceError(f"{name}{place}: {error.msg}") from None


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        found = "the file ends here" if error.pos >= len(text.rstrip()) else error.msg
        raise SourceError(
            f"{name}, line {error.lineno}, column {error.colno}: {found}; this is not complete JSON"
        ) from None
    except RecursionError:
        raise SourceError(f"{name}: nested too deeply to be read") from None


def _places(document: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yield IRI and JSON Pointer of every node object, as deep as it stands."""
    pending: list[tuple[Any, str, Mapping[str, str]]] = [(document, "", {})]
    while pending:
        value, pointer, prefixes = pending.pop()
        if isinstance(value, dict):
            prefixes = {**prefixes, **_prefixes(value[_CONTEXT], name)} if _CONTEXT in value else prefixes
            identifier = value.get("@id")
            if isinstance(identifier, str) and len(value) > 1:
                yield _expanded(identifier, prefixes), pointer
        pending += [(child, f"{pointer}/{key}", prefixes) for key, child in _children(value)]


def _children(value: Any) -> Iterator[tuple[str | int, Any]]:
    """Yield the objects and lists within a value, each with its key as a JSON Pointer writes it."""
    items = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    for key, child in items:
        if isinstance(child, dict | list) and key != _CONTEXT:
            yield _escaped(key) if isinstance(key, str) else key, child


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _prefixes(context: Any, name: str) -> dict[str, str]:
    if isinstance(context, str):
        raise SourceError(
            f"{name}: @context {context!r} is another document; put the context itself into the file"
        )
    if isinstance(context, list):
        return {key: iri for part in context for key, iri in _prefixes(part, name).items()}
    if not isinstance(context, dict):
        return {}
    terms = {key: term.get("@id") if isinstance(term, dict) else term for key, term in context.items()}
    return {key: iri for key, iri in terms.items() if isinstance(iri, str) and not key.startswith("@")}


def _expanded(identifier: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = identifier.partition(":")
    if not colon or local.startswith("//") or prefix not in prefixes:
        return identifier
    return prefixes[prefix] + local
