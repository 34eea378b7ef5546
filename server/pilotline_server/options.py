"""Answers OPTIONS: what an address takes, for people and for browsers that ask before a script may."""

from starlette.responses import Response

_HEADERS = "Accept, Authorization, Content-Encoding, Content-Type, If-Match, If-None-Match"


def preflight(methods: str) -> Response:
    """Return the answer to an OPTIONS request."""
    headers = {
        "Allow": methods,
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": _HEADERS,
        "Access-Control-Max-Age": "86400",
    }
    return Response(status_code=204, headers=headers)
