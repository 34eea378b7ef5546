"""What a server is told at its start."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from pilotline.store.workers import Guard, Limits
from pilotline_server.access import Token


class Settings(BaseModel):
    """The settings of one server.

    default_graph: `merged`, or `plain` for a bare SPARQL store. tokens: by name; without any it is read-only.
    private: reading needs a token too. public_url: how clients reach the server behind a proxy.
    shapes: file or folder of the lab: its own ranges (CSV) and shapes, by which pages draw and check.
    bases: what IRIs of data begin with that come to `/id/` from another address.
    trusted_proxies: addresses whose X-Forwarded-For is believed.
    workers: processes that answer queries; queue: queries of one client that may wait for one.
    deadline: seconds for a query, its wait included. memory_mb: address space of a worker.
    in_memory_mb: what a generation held in memory may take; 0 leaves it on the disk.
    cache_mb: answers kept for clients who ask the same again; 0 for none.
    result_rows, result_mb: caps on an answer. body_kb, upload_mb: caps on a request, and on a graph sent.
    patience: seconds in which the head of a request must be complete, and a part of its body come.
    services, loads: endpoints that SERVICE, and documents that LOAD may name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    db: Path
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    default_graph: Literal["merged", "plain"] = "merged"
    tokens: Mapping[str, Token] = {}
    private: bool = False
    public_url: str = Field(default="", pattern=r"^(https?://[^\s?#]+[^\s?#/])?$")
    shapes: Path | None = None
    bases: tuple[Annotated[str, Field(pattern=r"^https?://[^\s?#]+/$")], ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    workers: int = Field(default=2, ge=1)
    queue: int = Field(default=100, ge=1)
    deadline: float = Field(default=30.0, gt=0)
    memory_mb: int = Field(default=2048, ge=512)
    in_memory_mb: int = Field(default=4096, ge=0)
    cache_mb: int = Field(default=64, ge=0)
    result_rows: int = Field(default=1_000_000, ge=1)
    result_mb: int = Field(default=256, ge=1)
    body_kb: int = Field(default=1000, ge=1)
    upload_mb: int = Field(default=100, ge=1)
    patience: float = Field(default=20.0, gt=0)
    services: frozenset[str] = frozenset()
    loads: frozenset[str] = frozenset()

    def limits(self) -> Limits:
        """Return what the queries may take."""
        return Limits(
            workers=self.workers,
            queue=self.queue,
            deadline=self.deadline,
            memory=self.memory_mb * 1024**2,
            rows=self.result_rows,
            size=self.result_mb * 1024**2,
            in_memory=self.in_memory_mb * 1024**2,
            guard=Guard(services=self.services, loads=self.loads),
        )
