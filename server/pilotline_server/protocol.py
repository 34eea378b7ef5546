"""Reads a query or an update of the SPARQL 1.1 Protocol from an HTTP request."""

import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import parse_qsl

from pyoxigraph import NamedNode
from starlette.exceptions import HTTPException
from starlette.requests import Request

from pilotline_server.bodies import body

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_URL = 64_000  # bytes of a query string; longer queries are posted
_FIELDS = 100
Fields = list[tuple[str, str]]


class QueryRequest(NamedTuple):
    """What the client asks.

    default_graphs, named_graphs: None where the request names no dataset.
    format: the short name of a format in the URL, which goes before the Accept header; empty for none.
    base: the address of the endpoint, against which relative IRIs are resolved.
    generation: an earlier one that the request names; 0 for the newest.
    """

    query: str
    default_graphs: list[str] | None
    named_graphs: list[str] | None
    format: str
    base: str
    generation: int


@dataclass(frozen=True)
class UpdateRequest:
    """What the client wants changed; the graphs are those that the request names for WHERE."""

    update: str
    default_graphs: list[str]
    named_graphs: list[str]


async def read_query(request: Request, most: int) -> QueryRequest | None:
    """Return the query of a request, None where a GET has none; HTTPException for what breaks the protocol.

    most: bytes of a body.
    """
    if request.method != "POST":
        return query_in(request, b"")
    _check_post(request, "query", QUERY)  # before the body is read
    return query_in(request, await body(request, most))


def query_in(request: Request, content: bytes) -> QueryRequest | None:
    """Return the query of a request whose body is here, as `read_query` does."""
    if request.method == "POST":
        fields = _posted(request, content, "query", QUERY)
    else:
        fields = url_fields(request)
        if not any(name in {"query", "update"} for name, _ in fields):
            return None
    query = _only(fields, "query", "update", "this address takes no update; it answers the parameter query")
    default, named = graph_names(fields, "default-graph-uri"), graph_names(fields, "named-graph-uri")
    _refuse(fields, "using-graph-uri", "using-named-graph-uri")
    answer_format = next((value for name, value in fields if name == "format"), "")
    return QueryRequest(
        query, default or None, named or None, answer_format, address(request), generation_named(fields)
    )


async def read_update(request: Request, most: int) -> UpdateRequest:
    """Return the update of a POST; HTTPException for what breaks the protocol. most: bytes of a body."""
    _check_post(request, "update", UPDATE)
    fields = _posted(request, await body(request, most), "update", UPDATE)
    update = _only(fields, "update", "query", "this address takes no query; it answers the parameter update")
    _refuse(fields, "default-graph-uri", "named-graph-uri")
    return UpdateRequest(
        update, graph_names(fields, "using-graph-uri"), graph_names(fields, "using-named-graph-uri")
    )


def address(request: Request) -> str:
    """Return the URL of a request without its query, with the percent signs that the client sent."""
    scope = request.scope
    host = request.headers.get("host") or request.url.netloc
    path = scope.get("raw_path", scope["path"].encode()).decode("ascii", "replace")
    return f"{scope['scheme']}://{host}{path}"


def url_fields(request: Request) -> Fields:
    """Return the parameters of the URL, in order; HTTPException 414 for a long one."""
    if len(request.scope["query_string"]) > _URL:
        raise HTTPException(414, f"the URL is longer than {_URL} bytes; send it by POST")
    return _fields(request.scope["query_string"], "the URL")


def generation_named(fields: Fields) -> int:
    """Return the generation that a request names; 0 where it names none. HTTPException 400 for no number."""
    texts = [value for name, value in fields if name == "generation"]
    if not texts:
        return 0
    if len(texts) > 1 or not re.fullmatch("[1-9][0-9]{0,9}", texts[0]):
        raise HTTPException(400, f"generation is a number from 1, given once; not {', '.join(texts)!r}")
    return int(texts[0])


def graph_names(fields: Fields, parameter: str) -> list[str]:
    """Return the graphs that a parameter names; HTTPException 400 for what is no absolute IRI."""
    names = [value for name, value in fields if name == parameter]
    for name in names:
        try:
            NamedNode(name)
        except ValueError:
            raise HTTPException(400, f"{parameter}: {name!r} is no absolute IRI of a graph") from None
    return names


def _check_post(request: Request, parameter: str, direct: str) -> tuple[str, Fields]:
    """Return the media type and the parameters in the URL of a POST; HTTPException for one not taken."""
    in_url, media_type = url_fields(request), _media_type(request, direct)
    if any(name in {"query", "update"} for name, _ in in_url):
        raise HTTPException(400, f"the {parameter} of a POST stands in its body, not in the URL")
    return media_type, in_url


def _posted(request: Request, content: bytes, parameter: str, direct: str) -> Fields:
    """Return the parameters of a POST, from a form or with the body as one of them."""
    media_type, in_url = _check_post(request, parameter, direct)
    if media_type == FORM:
        return [*in_url, *_fields(content, "the form")]
    return [*in_url, (parameter, _text(content, "the body"))]


def _only(fields: Fields, parameter: str, other: str, refusal: str) -> str:
    values = [value for name, value in fields if name == parameter]
    if any(name == other for name, _ in fields):
        raise HTTPException(400, refusal)
    if len(values) != 1:
        raise HTTPException(400, f"the parameter {parameter} must be given once, not {len(values)} times")
    return values[0]


def _refuse(fields: Fields, *parameters: str) -> None:
    for name, _ in fields:
        if name in parameters:
            raise HTTPException(400, f"{name} does not belong to this operation")


def _media_type(request: Request, direct: str) -> str:
    media_type, *parameters = (
        part.strip() for part in request.headers.get("content-type", "").lower().split(";")
    )
    if media_type not in {FORM, direct}:
        found = media_type or "no Content-Type"
        raise HTTPException(
            415, f"{found} is not taken; send {direct} or {FORM}", {"Accept-Post": f"{direct}, {FORM}"}
        )
    charsets = {part.partition("=")[2].strip('" ') for part in parameters if part.startswith("charset")}
    if charsets - {"utf-8", "utf8"}:
        raise HTTPException(415, f"the charset {charsets.pop()} is not taken; send UTF-8")
    return media_type


def _fields(encoded: bytes, where: str) -> Fields:
    if not encoded:
        return []
    text = _text(encoded, where)
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except UnicodeDecodeError:
        raise HTTPException(400, f"{where} is not UTF-8 once its percent signs are decoded") from None
    except ValueError:
        raise HTTPException(400, f"{where} has more than {_FIELDS} fields") from None


def _text(encoded: bytes, where: str) -> str:
    try:
        return encoded.decode("utf-8")
    except UnicodeDecodeError as error:
        raise HTTPException(400, f"{where} is not UTF-8 (byte {error.start})") from None
