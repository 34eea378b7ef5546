"""Answers `/update`: what a client with a token wants changed by SPARQL."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from pilotline.store.workers import UpdateChange, WriteQueue
from pilotline_server.access import Access
from pilotline_server.answers import while_connected
from pilotline_server.options import preflight
from pilotline_server.protocol import address, read_update


@dataclass(frozen=True)
class UpdateEndpoint:
    """The update endpoint of one store. body: bytes that a request may have."""

    queue: WriteQueue
    access: Access
    body: int

    async def __call__(self, request: Request) -> Response:
        """Make the change, and say so once it is on the disk."""
        if request.method == "OPTIONS":
            return preflight("POST, OPTIONS")
        client = self.access.client(request, "write")
        asked = await read_update(request, self.body)
        change = UpdateChange(
            asked.update, address(request), asked.default_graphs, asked.named_graphs, client.name
        )
        await while_connected(request, self.queue.write(change))
        return Response(status_code=204, headers={"Cache-Control": "no-store"})
