"""What the pool is asked, and what that may take."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from pilotline.store.workers.frames import Request, written
from pilotline.store.workers.guard import Guard, may_name_graphs


@dataclass(frozen=True)
class Limits:
    """What the queries may take.

    workers: processes, and one more for clients who use no other. queue: queries of one client that may wait.
    deadline: seconds for a query, with its wait. memory: address space of a worker in bytes.
    rows, size (bytes): caps on an answer. in_memory: bytes that a generation held in memory may take;
    0 for none.
    """

    workers: int = 2
    queue: int = 100
    deadline: float = 30.0
    memory: int = 2 * 1024**3
    rows: int = 1_000_000
    size: int = 256 * 1024**2
    in_memory: int = 0
    guard: Guard = field(default_factory=Guard)


@dataclass(frozen=True)
class Question:
    """A query as the protocol has it.

    format: a name of RESULT_FORMATS or GRAPH_FORMATS that fits the form of the query.
    default_graphs, named_graphs: the dataset that the request names; None when it names none.
    base: what relative IRIs are resolved against; empty for nothing. client: who asks, for a fair share.
    graph: instead of a query, the graph to write out: an IRI, `default` or `dataset`.
    generation: an earlier one of those kept; 0 for the newest.
    bound: a term for each variable that is given; the query selects them too.
    """

    query: str
    format: str
    default_graphs: list[str] | None = None
    named_graphs: list[str] | None = None
    base: str = ""
    client: str = ""
    graph: str = ""
    generation: int = 0
    bound: Mapping[str, NamedNode | Literal] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Say whether the answer may need more than the default graph."""
        return (
            bool(self.graph)
            or self.default_graphs is not None
            or self.named_graphs is not None
            or may_name_graphs(self.query)
        )

    def request(self, rows: int, size: int, deadline: float) -> Request:
        """Return what a worker is told. rows, size (bytes): caps on the answer. deadline: seconds."""
        return Request(
            query=self.query,
            format=self.format,
            default_graphs=self.default_graphs,
            named_graphs=self.named_graphs,
            base=self.base,
            graph=self.graph,
            generation=self.generation,
            whole=self.whole,
            bound={name: written(term) for name, term in self.bound.items()},
            rows=rows,
            size=size,
            deadline=deadline,
        )
