"""Answers queries in processes of their own, so that a query can be stopped and cannot hurt anybody."""

from pilotline.store.workers.errors import (
    QueryError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTimeoutError,
    QueryTooLargeError,
    QueueFullError,
    WorkerDiedError,
)
from pilotline.store.workers.formats import GRAPH_FORMATS, RESULT_FORMATS
from pilotline.store.workers.guard import Guard, answers_with_a_graph
from pilotline.store.workers.pool import Answer, Limits, Pool

__all__ = [
    "GRAPH_FORMATS",
    "RESULT_FORMATS",
    "Answer",
    "Guard",
    "Limits",
    "Pool",
    "QueryError",
    "QueryRefusedError",
    "QuerySyntaxError",
    "QueryTimeoutError",
    "QueryTooLargeError",
    "QueueFullError",
    "WorkerDiedError",
    "answers_with_a_graph",
]
