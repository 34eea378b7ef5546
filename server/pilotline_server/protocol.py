"""Reads a SPARQL 1.1 Protocol query from an HTTP request."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl

from pyoxigraph import NamedNode
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
_URL = 64_000  # bytes of a query string; longer queries are posted
_FIELDS = 100
_DISCARDED = 16  # times the largest body that is read of one too large, before the connection is cut
_DISCARDING = 5.0  # seconds that this may take


@dataclass(frozen=True)
class QueryRequest:
    """What the client asks.

    default_graphs, named_graphs: None where the request names no dataset.
    format: the short name of a format in the URL, which goes before the Accept header; empty for none.
    """

    query: str
    default_graphs: list[str] | None
    named_graphs: list[str] | None
    format: str


async def read_query(request: Request, most: int) -> QueryRequest | None:
    """Return the query of a request, None where a GET has none; HTTPException for what breaks the protocol.

    most: bytes of a body.
    """
    in_url = _fields(request.scope["query_string"], "the URL")
    if len(request.scope["query_string"]) > _URL:
        raise HTTPException(414, f"the URL is longer than {_URL} bytes; send the query by POST")
    if request.method != "POST":
        return _from_fields(in_url) if any(name in {"query", "update"} for name, _ in in_url) else None
    media_type = _media_type(request)
    body = await _body(request, most)
    if media_type == FORM:
        return _from_fields(_fields(body, "the form"))
    if any(name in {"query", "update"} for name, _ in in_url):
        raise HTTPException(400, "the query stands in the body and in the URL; send it once")
    return _from_fields([*in_url, ("query", _text(body, "the body"))])


def _from_fields(fields: list[tuple[str, str]]) -> QueryRequest:
    def values(name: str) -> list[str]:
        return [value for field, value in fields if field == name]

    queries = values("query")
    if values("update"):
        raise HTTPException(400, "this address takes no update; it answers the parameter query")
    if len(queries) != 1:
        raise HTTPException(400, f"the parameter query must be given once, not {len(queries)} times")
    default, named = _graphs(values("default-graph-uri")), _graphs(values("named-graph-uri"))
    return QueryRequest(queries[0], default, named, (values("format") or [""])[0])


def _graphs(names: list[str]) -> list[str] | None:
    for name in names:
        try:
            NamedNode(name)
        except ValueError:
            raise HTTPException(400, f"{name!r} is no absolute IRI of a graph") from None
    return names or None


def _media_type(request: Request) -> str:
    media_type, *parameters = (
        part.strip() for part in request.headers.get("content-type", "").lower().split(";")
    )
    if media_type not in {FORM, DIRECT}:
        found = media_type or "no Content-Type"
        raise HTTPException(
            415, f"{found} is not taken; send {DIRECT} or {FORM}", {"Accept-Post": f"{DIRECT}, {FORM}"}
        )
    charsets = {part.partition("=")[2].strip('" ') for part in parameters if part.startswith("charset")}
    if charsets - {"utf-8", "utf8"}:
        raise HTTPException(415, f"the charset {charsets.pop()} is not taken; send UTF-8")
    return media_type


async def _body(request: Request, most: int) -> bytes:
    said = request.headers.get("content-length", "")
    body, chunks = bytearray(), request.stream()
    if not (said.isdigit() and int(said) > most):
        async for chunk in chunks:
            body += chunk
            if len(body) > most:
                break
        else:
            return bytes(body)
    await _discard(chunks, _DISCARDED * most)
    raise HTTPException(413, f"the body is larger than {most} bytes", {"Connection": "close"})


async def _discard(chunks: AsyncIterator[bytes], most: int) -> None:
    """Read on for a moment: a client that is cut off while it sends does not get to read why."""
    read = 0
    with suppress(TimeoutError, ClientDisconnect):
        async with asyncio.timeout(_DISCARDING):
            async for chunk in chunks:
                read += len(chunk)
                if read > most:
                    return


def _fields(encoded: bytes, where: str) -> list[tuple[str, str]]:
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
