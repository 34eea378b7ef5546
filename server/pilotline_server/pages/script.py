"""The script of the pages, where `make ui` has built it; without it every page works all the same."""

import hashlib
from functools import cache
from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_TYPES = {".js": "text/javascript", ".css": "text/css"}


@cache
def address(name: str) -> str:
    """Return where a built file is served, another address for each content; empty where it was not built."""
    content = _content(name)
    return f"/built/{name}?v={hashlib.sha256(content).hexdigest()[:16]}" if content is not None else ""


async def built(request: Request) -> Response:
    """Answer `/built/{name}`."""
    name = request.path_params["name"]
    content = _content(name)
    if content is None:
        raise HTTPException(404, f"there is no script called {name}")
    media_type = _TYPES[name[name.rindex(".") :]]
    return Response(content, media_type=media_type, headers={"Cache-Control": "max-age=31536000, immutable"})


@cache
def _content(name: str) -> bytes | None:
    file = files(__package__).joinpath("built", name)
    known = name.endswith(tuple(_TYPES)) and "/" not in name
    return file.read_bytes() if known and file.is_file() else None
