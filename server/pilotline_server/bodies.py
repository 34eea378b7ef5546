"""Reads request bodies: no more than is taken, and unpacked without bursting."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from secrets import token_hex

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

_DISCARDED = 16_000_000  # bytes that are read of a body too large, before the connection is cut
_DISCARDING = 5.0  # seconds that this may take
_RATIO = 100  # times its size that a body may unpack to; text and RDF reach 30
_CHUNK = 1024 * 1024  # bytes unpacked at once
_PACKED = 31  # window bits by which zlib reads gzip


async def body(request: Request, most: int) -> bytes:
    """Return a body of at most so many bytes, unpacked; HTTPException for a larger one."""
    return b"".join([chunk async for chunk in _chunks(request, most)])


@asynccontextmanager
async def body_file(request: Request, most: int, folder: Path) -> AsyncIterator[Path]:
    """Keep a body in a file of a folder for the time of the block."""
    folder.mkdir(exist_ok=True)
    file = folder / token_hex(16)
    try:
        with file.open("wb") as output:
            async for chunk in _chunks(request, most):
                await asyncio.to_thread(output.write, chunk)
        yield file
    finally:
        file.unlink(missing_ok=True)


async def _chunks(request: Request, most: int) -> AsyncIterator[bytes]:
    """Yield the body, unpacked."""
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding in ("identity", ""):
        async for chunk in _raw(request, most):
            yield chunk
    elif coding in ("gzip", "x-gzip"):
        async for chunk in _unpacked(_raw(request, most), most):
            yield chunk
    else:
        raise HTTPException(
            415, f"Content-Encoding {coding} is not taken; send gzip", {"Accept-Encoding": "gzip"}
        )


async def _raw(request: Request, most: int) -> AsyncIterator[bytes]:
    said = request.headers.get("content-length", "")
    read, chunks = 0, request.stream()
    if not (said.isdigit() and int(said) > most):
        async for chunk in chunks:
            read += len(chunk)
            if read > most:
                break
            yield chunk
        else:
            return
    await _discard(chunks)
    raise HTTPException(413, f"the body is larger than {most} bytes", {"Connection": "close"})


async def _unpacked(chunks: AsyncIterator[bytes], most: int) -> AsyncIterator[bytes]:
    unpacker, packed, unpacked = zlib.decompressobj(_PACKED), 0, 0
    try:
        async for chunk in chunks:
            packed += len(chunk)
            while chunk:
                part = await asyncio.to_thread(unpacker.decompress, chunk, _CHUNK)
                unpacked += len(part)
                if unpacked > most:
                    raise HTTPException(413, f"the unpacked body is larger than {most} bytes")
                if unpacked > _RATIO * packed + _CHUNK:
                    raise HTTPException(413, f"the body unpacks to more than {_RATIO} times its size")
                yield part
                chunk = unpacker.unconsumed_tail
    except zlib.error:
        raise HTTPException(400, "the body is no gzip, though its Content-Encoding says so") from None
    if not unpacker.eof or unpacker.unused_data:
        raise HTTPException(400, "the gzip body is cut off, or more follows it")


async def _discard(chunks: AsyncIterator[bytes]) -> None:
    """Read on for a moment: a client that is cut off while it sends does not get to read why."""
    read = 0
    with suppress(TimeoutError, ClientDisconnect):
        async with asyncio.timeout(_DISCARDING):
            async for chunk in chunks:
                read += len(chunk)
                if read > _DISCARDED:
                    return
