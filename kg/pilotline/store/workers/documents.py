"""Checks RDF documents before the parser sees them, and takes multipart bodies apart."""

import json
import re
from collections.abc import Iterator
from email import policy
from email.parser import BytesParser
from typing import NamedTuple
from xml.parsers import expat

from pyoxigraph import RdfFormat

from pilotline.store.workers.errors import QueryRefusedError, QuerySyntaxError, UnsupportedTypeError

_DEPTH = 200  # the JSON-LD parser dies between 1000 and 5000, and XML takes time that grows with the square
_JSON = re.compile(rb'"(?:[^"\\]|\\.)*"|([\[{])|([\]}])', re.DOTALL)
_TYPES = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/xml": RdfFormat.RDF_XML,
    "text/xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/json": RdfFormat.JSON_LD,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/trig": RdfFormat.TRIG,
}
TAKEN = (*_TYPES, "multipart/form-data")


class Document(NamedTuple):
    """One RDF document. name: what an error calls it."""

    name: str
    content: bytes
    format: RdfFormat

    @property
    def may_hold_quads(self) -> bool:
        """Say whether the format has named graphs."""
        return self.format.supports_datasets

    def check(self) -> None:
        """Raise a QueryError for what must not reach the parser."""
        if self.format == RdfFormat.RDF_XML:
            _check_xml(self)
        elif self.format == RdfFormat.JSON_LD:
            _check_json(self)


def documents(content: bytes, content_type: str) -> list[Document]:
    """Return the documents of a request body.

    Errors: UnsupportedTypeError for a type that is no RDF; QuerySyntaxError for a broken multipart body.
    """
    if media_type(content_type) == "multipart/form-data":
        return list(_files(content, content_type))
    return [_document("the body", content, content_type, "")]


def with_known_contexts(document: Document) -> Document:
    """Return a JSON-LD document in which the published contexts that ours answers stand written out.

    Errors: QuerySyntaxError for any other remote context: none is ever fetched.
    """
    if document.format != RdfFormat.JSON_LD:
        return document
    from pilotline.datasets.dataset import SourceError
    from pilotline.rdf.jsonld import inlined  # brings PyLD along, which few changes need

    try:
        said = json.loads(document.content)
        whole = inlined(said, document.name)
    except SourceError as error:
        raise QuerySyntaxError(str(error)) from None
    except ValueError:
        return document  # the parser says where it is broken
    return document if whole == said else document._replace(content=json.dumps(whole).encode())


def media_type(content_type: str) -> str:
    """Return the type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def _files(content: bytes, content_type: str) -> Iterator[Document]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1")
    message = BytesParser(policy=policy.HTTP).parsebytes(head + content)
    if not message.is_multipart() or message.defects:
        raise QuerySyntaxError("the multipart body is broken: its boundary or its end is missing")
    for number, part in enumerate(message.iter_parts(), start=1):
        body = part.get_payload(decode=True)
        assert isinstance(body, bytes)
        name = part.get_filename() or f"part {number}"
        yield _document(name, body, part.get("Content-Type", ""), name.rpartition(".")[2])


def _document(name: str, content: bytes, content_type: str, extension: str) -> Document:
    kind = media_type(content_type)
    by_extension = RdfFormat.from_extension(extension) if kind in ("", "application/octet-stream") else None
    rdf_format = _TYPES.get(kind) or by_extension
    if rdf_format is None or rdf_format == RdfFormat.N3:
        raise UnsupportedTypeError(
            f"{name}: {kind or 'no Content-Type'} is not taken; send {', '.join(TAKEN)}"
        )
    charset = re.search(r'charset\s*=\s*"?([^";\s]+)', content_type, re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedTypeError(f"{name}: the charset {charset[1]} is not taken; send UTF-8")
    return Document(name, content, rdf_format)


def _check_json(document: Document) -> None:
    depth = 0
    for match in _JSON.finditer(document.content):
        depth += (match[1] is not None) - (match[2] is not None)
        if depth > _DEPTH:
            raise QueryRefusedError(f"{document.name} nests more than {_DEPTH} deep; flatten it")


def _check_xml(document: Document) -> None:
    parser, depth = expat.ParserCreate(), 0

    def doctype(*_: object) -> None:
        raise QueryRefusedError(f"{document.name} has a DTD, which is refused; write the entities out")

    def start(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEPTH:
            raise QueryRefusedError(f"{document.name} nests more than {_DEPTH} deep; flatten it")

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(document.content, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise QuerySyntaxError(
            f"{document.name}, line {error.lineno}: {reason}", error.lineno, error.offset + 1
        ) from None
    except ValueError as error:  # an encoding that the parser does not know
        raise QueryRefusedError(f"{document.name}: {error}; send UTF-8") from None
