"""A generation held in memory answers as the one on the disk does, and never an older one."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from pilotline.store import Store
from pilotline.store.workers import GRAPH_FORMATS, Limits, Pool, QueryError, QueryTimeoutError, Question, warm
from pilotline.store.workers.warm import can_fork

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system has no pidfd")
T = TypeVar("T")
ALL = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s"
BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
WARM = Limits(workers=1, deadline=20, in_memory=1024**3)


def triples(count: int) -> list[Triple]:
    return [Triple(NamedNode(f"urn:n{n}"), NamedNode("urn:is"), Literal(f"{n} µm")) for n in range(count)]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store.create(tmp_path / "db")
    with store.write() as draft:
        draft.replace_graph("urn:graph:a", triples(1000), in_scope=True)
        draft.store.add_graph(NamedNode("urn:graph:empty"))
    return store


def run(store: Store, job: Callable[[Pool], Awaitable[T]], limits: Limits = WARM) -> T:
    async def whole() -> T:
        async with Pool(store.path, limits) as pool:
            return await job(pool)

    return asyncio.run(whole())


async def warmed(pool: Pool, generation: int) -> None:
    end = time.monotonic() + 20
    while pool.in_memory != generation:
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


async def told(pool: Pool, question: Question) -> tuple[int, bytes]:
    answer = await pool.query(question)
    return answer.generation, b"".join([block async for block in answer.blocks()])


def test_memory_answers_as_the_disk_does(store: Store) -> None:
    async def job(pool: Pool) -> list[tuple[int, bytes]]:
        cold = await told(pool, Question(ALL, "json"))
        await warmed(pool, 2)
        return [cold, await told(pool, Question(ALL, "json"))]

    cold, warm = run(store, job)
    assert warm == cold
    assert warm[1].count(b"urn:is") == 1000


def test_a_graph_without_triples_is_there_in_memory_too(store: Store) -> None:
    async def job(pool: Pool) -> tuple[int, bytes]:
        await warmed(pool, 2)
        return await told(pool, Question("", "ntriples", graph="urn:graph:empty"))

    assert set(GRAPH_FORMATS) >= {"ntriples"}
    assert run(store, job) == (2, b"")


def test_a_new_generation_is_answered_at_once_and_comes_into_memory(store: Store) -> None:
    async def job(pool: Pool) -> list[tuple[int, bytes]]:
        await warmed(pool, 2)
        with store.write() as draft:
            draft.replace_graph("urn:graph:a", triples(7), in_scope=True)
        count = Question("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "csv")
        at_once = await told(pool, count)
        await warmed(pool, 3)
        return [at_once, await told(pool, count)]

    assert run(store, job) == [(3, b"n\r\n7\r\n")] * 2


def test_a_forked_worker_past_its_deadline_is_replaced(store: Store) -> None:
    async def job(pool: Pool) -> QueryError:
        await warmed(pool, 2)
        with pytest.raises(QueryError) as caught:
            await told(pool, Question(BOMB, "json"))
        assert (await told(pool, Question("ASK {}", "csv"))) == (2, b"true")
        return caught.value

    limits = Limits(workers=1, deadline=2, in_memory=1024**3)
    assert isinstance(run(store, job, limits), QueryTimeoutError)


def test_forks_and_a_template_that_were_killed_are_replaced(store: Store) -> None:
    async def job(pool: Pool) -> list[tuple[int, bytes]]:
        await warmed(pool, 2)
        assert pool._warm is not None
        template = pool._warm._template
        assert template is not None
        for fork in pool._warm._idle:
            signal.pidfd_send_signal(fork._handle, signal.SIGKILL)
        template._process.kill()
        await asyncio.sleep(0.2)
        answers = [await told(pool, Question("ASK {}", "csv"))]
        while pool._warm._template in (None, template):
            await asyncio.sleep(0.02)
        await warmed(pool, 2)
        return [*answers, await told(pool, Question("ASK {}", "csv"))]

    assert run(store, job) == [(2, b"true")] * 2


QUESTIONS = [
    Question(ALL, "json"),
    Question("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g", "csv"),
    Question("SELECT ?g FROM NAMED <urn:graph:b> { GRAPH ?g { ?s ?p ?o } } LIMIT 1", "csv"),
    Question("SELECT (COUNT(*) AS ?n) FROM <urn:graph:b> { ?s ?p ?o }", "csv"),
    Question("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "csv", default_graphs=["urn:graph:b"]),
    Question("SELECT ?g { GRAPH ?g {} } ORDER BY ?g", "csv", named_graphs=["urn:graph:b"]),
    Question("DESCRIBE <urn:n1>", "ntriples"),
    Question("SELECT (COUNT(*) AS ?n) { ?s <urn:is>* ?o }", "csv"),
    Question("ASK { GR\\u0041PH ?g { ?s ?p ?o } }", "csv"),
]


@pytest.mark.parametrize("whole", [True, False], ids=["all graphs", "the default graph alone"])
def test_each_dataset_of_a_query_is_the_same_in_memory(
    store: Store, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.write() as draft:
        draft.replace_graph("urn:graph:b", triples(7), in_scope=False)
        draft.replace_graph("urn:graph:c", [Triple(*[NamedNode("urn:n1")] * 3)], in_scope=False)
    monkeypatch.setattr(warm, "_ALL_GRAPHS", 1 if whole else 10**9)

    async def job(pool: Pool) -> list[object]:
        cold = [await outcome(pool, question) for question in QUESTIONS]
        await warmed(pool, 3)
        assert pool._warm is not None
        assert pool._warm._template is not None
        assert pool._warm._template.whole == whole
        return [cold, [await outcome(pool, question) for question in QUESTIONS]]

    on_disk, in_memory = run(store, job)
    assert in_memory == on_disk


async def outcome(pool: Pool, question: Question) -> object:
    try:
        return sorted((await told(pool, question))[1].splitlines())
    except QueryError as error:
        return type(error)


def test_a_generation_beyond_the_budget_stays_on_the_disk(store: Store) -> None:
    async def job(pool: Pool) -> tuple[int, int]:
        await asyncio.sleep(1)
        generation, _ = await told(pool, Question(ALL, "json"))
        return pool.in_memory, generation

    assert run(store, job, Limits(workers=1, in_memory=1)) == (0, 2)
