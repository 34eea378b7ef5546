"""A query gets an answer or a reason, and nobody else notices what it did to its process."""

import asyncio
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pyoxigraph import (
    Literal,
    NamedNode,
    Triple,
    parse,
)

from pilotline.store import Store
from pilotline.store.workers import (
    GRAPH_FORMATS,
    RESULT_FORMATS,
    Answer,
    Guard,
    Limits,
    Pool,
    QueryError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTimeoutError,
    QueryTooLargeError,
    Question,
    QueueFullError,
    WorkerDiedError,
)
from pilotline.store.workers.forks import Fork
from pilotline.store.workers.process import Process
from pilotline.store.workers.rows import row_counter

T = TypeVar("T")
ALL = "SELECT ?s ?p ?o { ?s ?p ?o }"
BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
DOUBLED = " ".join(f"BIND(CONCAT(?t{n}, ?t{n}) AS ?t{n + 1})" for n in range(16))
MEMORY_BOMB = (
    f'SELECT (GROUP_CONCAT(?t16) AS ?t) {{ ?a ?b ?c . ?d ?e ?f . BIND("0123456789" AS ?t0) {DOUBLED} }}'
)
LIMITS = Limits(workers=2, deadline=10)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = Store.create(tmp_path_factory.mktemp("store") / "db")
    triples = [
        Triple(NamedNode(f"urn:n{n}"), NamedNode("urn:is"), Literal(f'{n} ",{{"\n µ')) for n in range(3000)
    ]
    with store.write() as draft:
        draft.replace_graph("urn:graph:a", triples, in_scope=True)
        draft.replace_graph("urn:graph:b", triples[:5], in_scope=False)
    return store.path


def run(path: Path, job: Callable[[Pool], Awaitable[T]], limits: Limits = LIMITS) -> T:
    async def whole() -> T:
        async with Pool(path, limits) as pool:
            return await job(pool)

    return asyncio.run(whole())


async def whole(answer: Answer) -> bytes:
    return b"".join([block async for block in answer.blocks()])


def serialized(path: Path, query: str, answer_format: Any) -> bytes:
    results: Any = Store.open(path).read().query(query)
    text = results.serialize(format=answer_format)
    assert isinstance(text, bytes)
    return text


async def ask(pool: Pool) -> bool:
    answer = await pool.query(Question("ASK { ?s ?p ?o }", "json"))
    return json.loads(await whole(answer))["boolean"] is True


@pytest.mark.parametrize("name", RESULT_FORMATS)
def test_a_table_comes_whole_in_each_format(path: Path, name: str) -> None:
    async def job(pool: Pool) -> bytes:
        return await whole(await pool.query(Question(ALL, name)))

    assert run(path, job) == serialized(path, ALL, RESULT_FORMATS[name])


@pytest.mark.parametrize("name", GRAPH_FORMATS)
def test_a_graph_comes_whole_in_each_format(path: Path, name: str) -> None:
    async def job(pool: Pool) -> bytes:
        return await whole(await pool.query(Question("CONSTRUCT WHERE { ?s ?p ?o }", name)))

    assert len(set(parse(run(path, job), GRAPH_FORMATS[name]))) == 3000


def test_a_small_answer_is_one_block_with_its_generation(path: Path) -> None:
    async def job(pool: Pool) -> Answer:
        return await pool.query(Question("ASK { ?s ?p ?o }", "json"))

    answer = run(path, job)
    assert (answer.complete, answer.first, answer.generation) == (True, b'{"head":{},"boolean":true}', 2)


@pytest.mark.parametrize(
    ("default", "named", "rows"),
    [
        (None, None, 3000), (["urn:graph:b"], None, 5), ([], ["urn:graph:b"], 0),
        (["urn:graph:b", "urn:graph:a"], None, 3005), (["urn:graph:none"], None, 0),
    ],
)  # fmt: skip
def test_the_dataset_is_the_one_that_the_protocol_names(
    path: Path, default: list[str] | None, named: list[str] | None, rows: int
) -> None:
    async def job(pool: Pool) -> bytes:
        return await whole(await pool.query(Question(ALL, "csv", default, named)))

    assert row_counter("csv")(run(path, job)) - 1 == rows


def test_a_worker_moves_on_with_the_store(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "db")

    async def job(pool: Pool) -> list[int]:
        before = await pool.query(Question(ALL, "csv"))
        with store.write() as draft:
            draft.replace_graph("urn:g", [Triple(*[NamedNode("urn:x")] * 3)], in_scope=True)
        after = await pool.query(Question(ALL, "csv"))
        return [before.generation, after.generation, after.first.count(b"urn:x")]

    assert run(store.path, job, Limits(workers=1)) == [1, 2, 3]


def failing(path: Path, query: str, limits: Limits = LIMITS) -> QueryError:
    """Return why a query failed, and make sure that the next one does not."""

    async def job(pool: Pool) -> QueryError:
        with pytest.raises(QueryError) as caught:
            await whole(await pool.query(Question(query, "json")))
        assert await ask(pool)
        return caught.value

    return run(path, job, limits)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT * { ?s ?p }", "line 1, column 19: not understood near '* { ?s ?p }'"),
        ("SELECT *\n{ ?s rdfs:label ?o }", "line 2, column 16: the prefix rdfs: is not declared; add PREFIX"),
        ("SELECT * { ?s foo:bar ?o }", "line 1, column 22: the prefix foo: is not declared"),
        ("SELECT (COUNT(?a) AS ?n) ?b {?a ?b ?c}", "The SELECT contains a variable that is unbound, not"),
        ("SELECT * {", "line 1, column 11: not understood near 'SELECT * {'"),
        ("", "line 1, column 1: the query is empty"),
    ],
)  # fmt: skip
def test_a_syntax_error_says_where_and_what(path: Path, query: str, says: str) -> None:
    error = failing(path, query)
    assert isinstance(error, QuerySyntaxError)
    assert says in str(error)


def test_a_query_past_its_deadline_ends(path: Path) -> None:
    assert isinstance(failing(path, BOMB, Limits(workers=1, deadline=1)), QueryTimeoutError)


def test_a_memory_bomb_ends_its_worker_only(path: Path) -> None:
    error = failing(path, MEMORY_BOMB, Limits(workers=1, memory=1024**3))
    assert isinstance(error, QueryTooLargeError)


def test_too_many_rows_are_an_error_and_not_a_cut_answer(path: Path) -> None:
    error = failing(path, ALL, Limits(workers=1, rows=2999))
    assert (
        str(error)
        == "the answer is too large: it has more than 2999 rows; ask for less, or in parts with LIMIT"
    )


def test_too_many_bytes_are_an_error(path: Path) -> None:
    assert "larger than 90000 bytes" in str(failing(path, ALL, Limits(workers=1, size=90_000)))


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv", "ntriples", "nquads"])
def test_rows_are_counted_wherever_blocks_end(path: Path, name: str) -> None:
    header = name in {"csv", "tsv"}
    if name in RESULT_FORMATS:
        text = serialized(path, ALL, RESULT_FORMATS[name])
    else:
        text = serialized(path, "CONSTRUCT WHERE { ?s ?p ?o }", GRAPH_FORMATS[name])
    for size in (1, 2, 3, 7, 1000):
        count = row_counter(name)
        assert sum(count(text[i : i + size]) for i in range(0, len(text), size)) - header == 3000


async def warm(pool: Pool) -> None:
    while pool.limits.in_memory and not (pool._warm and pool._warm._idle):
        await asyncio.sleep(0.02)


def kill(worker: Process | Fork) -> None:
    if isinstance(worker, Fork):
        signal.pidfd_send_signal(worker._handle, signal.SIGKILL)
    else:
        os.kill(worker._process.pid, signal.SIGKILL)


IN_MEMORY = Limits(workers=2, deadline=10, in_memory=1024**3)


@pytest.mark.parametrize("limits", [LIMITS, IN_MEMORY], ids=["disk", "memory"])
def test_killing_a_worker_in_its_query_is_an_error_for_that_query_alone(path: Path, limits: Limits) -> None:
    async def job(pool: Pool) -> str:
        await warm(pool)
        running = asyncio.create_task(pool.query(Question(BOMB, "json")))
        await asyncio.sleep(0.3)
        (busy,) = pool._busy
        kill(busy)
        with pytest.raises(WorkerDiedError) as caught:
            await running
        assert await ask(pool)
        return str(caught.value)

    assert "ended (status -9)" in run(path, job, limits)


@pytest.mark.parametrize("limits", [LIMITS, IN_MEMORY], ids=["disk", "memory"])
def test_workers_killed_while_idle_are_replaced(path: Path, limits: Limits) -> None:
    async def job(pool: Pool) -> bool:
        await warm(pool)
        for worker in [*pool._idle, *(pool._warm._idle if pool._warm else ())]:
            kill(worker)
        await asyncio.sleep(0.2)
        return await ask(pool)

    assert run(path, job, limits)


def test_others_are_answered_while_a_bomb_runs(path: Path) -> None:
    async def job(pool: Pool) -> float:
        running = asyncio.create_task(pool.query(Question(BOMB, "json")))
        await asyncio.sleep(0.2)
        start = time.monotonic()
        assert await ask(pool)
        elapsed = time.monotonic() - start
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert not pool._busy
        return elapsed

    assert run(path, job) < 2


def test_a_query_beyond_the_queue_is_turned_away(path: Path) -> None:
    async def job(pool: Pool) -> None:
        running = [asyncio.create_task(pool.query(Question(BOMB, "json"))) for _ in range(2)]
        await asyncio.sleep(0.2)
        with pytest.raises(QueueFullError):
            await ask(pool)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        assert await ask(pool)

    run(path, job, Limits(workers=1, queue=1))


def test_closing_an_answer_early_frees_its_worker(path: Path) -> None:
    async def job(pool: Pool) -> bool:
        answer = await pool.query(Question("SELECT * { ?a ?b ?c . ?d ?e ?f }", "csv"))
        assert not answer.complete
        await answer.close()
        return await ask(pool)

    assert run(path, job, Limits(workers=1))


def test_a_query_as_deep_as_the_guard_lets_through_is_survived(path: Path) -> None:
    depth, chain = Guard().depth - 2, Guard().chain - 1
    deep = "ASK { FILTER(" + "STR(" * (depth - 1) + "?a" + ")" * (depth - 1) + ") }"
    wide = "ASK {" + "MINUS{?a ?b ?c}" * chain + "}"

    async def job(pool: Pool) -> None:
        for query in (deep, wide):
            await whole(await pool.query(Question(query, "json")))

    run(path, job)


SERVICES = [
    "SELECT * { SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "SELECT * { service silent<http://127.0.0.1:{port}/>{ ?s ?p ?o } }",
    "SELECT * { BIND(<http://127.0.0.1:{port}/> AS ?e) SERVICE ?e { ?s ?p ?o } }",
    "PREFIX e: <http://127.0.0.1:{port}/> ASK { FILTER EXISTS { SERVICE e: { ?s ?p ?o } } }",
    "SELECT * { # '\n SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "DESCRIBE ?s { { SELECT * { SERVICE\t<http://127.0.0.1:{port}/> { ?s ?p ?o } } } }",
    "SELECT * { FILTER('a\\'' != \"'\") SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "PREFIX e: <urn:> SELECT * { ?s e:a\\# SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?a . FILTER(?a<2) SERVICE<http://127.0.0.1:{port}/>{ ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
]


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """A server that remembers who called."""
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        stop = threading.Event()

        def accept() -> None:
            while not stop.is_set():
                try:
                    connection, caller = server.accept()
                except TimeoutError:
                    continue
                calls.append(caller)
                connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1], calls
        stop.set()
        thread.join()


@pytest.mark.parametrize("query", SERVICES)
def test_service_is_refused_and_nobody_is_called(
    path: Path, query: str, listener: tuple[int, list[object]]
) -> None:
    port, calls = listener
    error = failing(path, query.replace("{port}", str(port)))
    assert isinstance(error, QueryRefusedError | QuerySyntaxError)
    time.sleep(0.1)
    assert calls == []


def test_the_listener_hears_a_service_that_is_allowed(path: Path, listener: tuple[int, list[object]]) -> None:
    port, calls = listener
    endpoint = f"http://127.0.0.1:{port}/"
    guard = Guard(services=frozenset({endpoint}))
    error = failing(path, f"SELECT * {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}", Limits(guard=guard))
    assert not isinstance(error, QueryRefusedError)
    time.sleep(0.1)
    assert len(calls) > 0


def test_a_long_list_of_from_is_refused(path: Path) -> None:
    error = failing(path, "SELECT * " + "FROM <urn:graph:a> " * 11 + "{ ?s ?p ?o }")
    assert str(error) == "the query has 11 FROM or USING clauses; at most 10 are taken"
