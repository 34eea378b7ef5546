"""What a server is told at its start."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from pilotline.store.workers import Guard, Limits


class Settings(BaseModel):
    """The settings of one server.

    workers: processes that answer queries; queue: queries that may wait for one.
    deadline: seconds for a query, its wait included. memory_mb: address space of a worker.
    result_rows, result_mb: caps on an answer. body_kb: cap on a request.
    services: endpoints that a query may call by SERVICE.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    db: Path
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    workers: int = Field(default=2, ge=1)
    queue: int = Field(default=50, ge=0)
    deadline: float = Field(default=30.0, gt=0)
    memory_mb: int = Field(default=2048, ge=512)
    result_rows: int = Field(default=1_000_000, ge=1)
    result_mb: int = Field(default=256, ge=1)
    body_kb: int = Field(default=1000, ge=1)
    services: frozenset[str] = frozenset()

    def limits(self) -> Limits:
        """Return what the queries may take."""
        return Limits(
            workers=self.workers,
            queue=self.queue,
            deadline=self.deadline,
            memory=self.memory_mb * 1024**2,
            rows=self.result_rows,
            size=self.result_mb * 1024**2,
            guard=Guard(services=self.services),
        )
