"""Why a query got no answer, one class for each thing that a caller can do about it."""

from pilotline.errors import PilotlineError


class QueryError(PilotlineError):
    """A query without an answer; the message is for the person who asked."""


class QuerySyntaxError(QueryError):
    """The text is no SPARQL query. line, column: where, counted from 1; 0 when not known."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class QueryRefusedError(QueryError):
    """The query asks for what this store does not do for strangers, such as calling another server."""


class QueryTimeoutError(QueryError):
    """The deadline came before the answer."""


class QueryTooLargeError(QueryError):
    """The answer needs more rows, bytes or memory than the store gives."""


class QueueFullError(QueryError):
    """Too many queries wait already; ask again later."""


class EvaluationError(QueryError):
    """It cannot be carried out: it calls an unknown function, or creates a graph that exists."""


class StoreWaitsError(QueryError):
    """Another process writes to the store; ask again later."""


class UnsupportedTypeError(QueryError):
    """A document in a format that is not read here."""


class UnknownGraphError(QueryError):
    """The store holds no such graph."""


class UnknownGenerationError(QueryError):
    """The store has not come to such a generation yet."""


class GoneGenerationError(QueryError):
    """The store keeps this generation no longer."""


class PreconditionError(QueryError):
    """The graph is not as the client says that it must be for this change."""


class WorkerDiedError(QueryError):
    """The process that ran the query ended without an answer."""


class UnreadError(WorkerDiedError):
    """The process ended before it began with the query, which another one can run."""
