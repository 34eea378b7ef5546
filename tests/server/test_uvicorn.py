"""What `connection.py` leans on inside uvicorn is as it expects; a new release of uvicorn may move it."""

import asyncio
import re
from importlib.metadata import requires, version

import pytest
import uvicorn
from starlette.responses import Response
from uvicorn.protocols.http import httptools_impl
from uvicorn.server import ServerState

MOVED = f"uvicorn {version('uvicorn')} has moved what server/pilotline_server/connection.py leans on: "
OF_A_CONNECTION = (
    "_start_asgi_task", "connection_made", "connection_lost", "data_received", "on_headers_complete",
    "on_body", "on_message_complete", "on_response_complete", "send_400_response", "cycle", "flow",
    "headers", "loop", "parser", "pipeline", "scope", "server_state", "timeout_keep_alive",
    "timeout_keep_alive_handler", "timeout_keep_alive_task", "transport", "url",
)  # fmt: skip
OF_A_CYCLE = (
    "body", "default_headers", "disconnected", "flow", "keep_alive", "message_event", "more_body",
    "on_response", "response_complete", "response_started", "scope", "transport",
)  # fmt: skip


class Written(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.parts.append(bytes(data))

    def is_closing(self) -> bool:
        return False


@pytest.fixture(scope="module")
def served() -> tuple[httptools_impl.HttpToolsProtocol, list[bytes]]:
    """A connection of uvicorn's own that has answered one request, and what it has written."""

    async def answered() -> tuple[httptools_impl.HttpToolsProtocol, list[bytes]]:
        config, transport = uvicorn.Config(Response(b"whole"), log_config=None), Written()
        config.load()
        connection = httptools_impl.HttpToolsProtocol(config, ServerState(), app_state={})
        connection.connection_made(transport)
        connection.data_received(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await asyncio.gather(*connection.tasks)
        connection._unset_keepalive_if_required()
        return connection, transport.parts

    return asyncio.run(answered())


def test_the_release_of_uvicorn_is_bounded() -> None:
    bounds = next(each for each in requires("pilotline") or () if re.match(r"uvicorn\b", each))
    assert "<" in bounds, (
        f"{bounds}: connection.py leans on the inside of uvicorn, so name the releases it fits"
    )


@pytest.mark.parametrize("name", OF_A_CONNECTION)
def test_a_connection_has(served: tuple[httptools_impl.HttpToolsProtocol, list[bytes]], name: str) -> None:
    assert hasattr(served[0], name), f"{MOVED}HttpToolsProtocol.{name}"


@pytest.mark.parametrize("name", OF_A_CYCLE)
def test_a_cycle_has(served: tuple[httptools_impl.HttpToolsProtocol, list[bytes]], name: str) -> None:
    assert hasattr(served[0].cycle, name), f"{MOVED}RequestResponseCycle.{name}"


def test_a_response_is_written_as_its_head_and_then_its_body(
    served: tuple[httptools_impl.HttpToolsProtocol, list[bytes]],
) -> None:
    head, *rest = served[1]
    assert rest == [b"whole"], f"{MOVED}the body is no longer one part, after a part that is the head"
    assert head.startswith(httptools_impl.STATUS_LINE[200]), f"{MOVED}STATUS_LINE begins no response"
    assert head.endswith(b"\r\n\r\n"), f"{MOVED}the first part is no longer the whole head"
