"""Answers queries and makes changes in processes of their own: each can be stopped, and hurts nobody."""

from pilotline.store.workers.answer import Answer
from pilotline.store.workers.client_changes import GraphChange, UpdateChange
from pilotline.store.workers.documents import TAKEN, media_type
from pilotline.store.workers.errors import (
    EvaluationError,
    GoneGenerationError,
    PreconditionError,
    QueryError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTimeoutError,
    QueryTooLargeError,
    QueueFullError,
    StoreWaitsError,
    UnknownGenerationError,
    UnknownGraphError,
    UnreadError,
    UnsupportedTypeError,
    WorkerDiedError,
)
from pilotline.store.workers.formats import GRAPH_FORMATS, RESULT_FORMATS
from pilotline.store.workers.frames import DATASET, DEFAULT
from pilotline.store.workers.guard import Guard, answers_with_a_graph
from pilotline.store.workers.pool import Back, Pool
from pilotline.store.workers.question import Limits, Question
from pilotline.store.workers.write_queue import WriteQueue, Written

__all__ = [
    "DATASET",
    "DEFAULT",
    "GRAPH_FORMATS",
    "RESULT_FORMATS",
    "TAKEN",
    "Answer",
    "Back",
    "EvaluationError",
    "GoneGenerationError",
    "GraphChange",
    "Guard",
    "Limits",
    "Pool",
    "PreconditionError",
    "QueryError",
    "QueryRefusedError",
    "QuerySyntaxError",
    "QueryTimeoutError",
    "QueryTooLargeError",
    "Question",
    "QueueFullError",
    "StoreWaitsError",
    "UnknownGenerationError",
    "UnknownGraphError",
    "UnreadError",
    "UnsupportedTypeError",
    "UpdateChange",
    "WorkerDiedError",
    "WriteQueue",
    "Written",
    "answers_with_a_graph",
    "media_type",
]
