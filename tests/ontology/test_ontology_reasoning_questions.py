"""What must follow from the closed hierarchy follows, what must not does not; each answer can turn."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import Quad, QueryBoolean, RdfFormat, Store, Triple, parse

from pilotline.vocabulary.closure import closed_hierarchy, load_ontology

QUESTIONS = sorted((Path(__file__).parents[1] / "questions").glob("*/*.rq"))
WITHOUT, WITH = "# red without: ", "# red with: "


@pytest.fixture(scope="module")
def ontology() -> list[Triple]:
    return list(load_ontology())


def answer(query: str, triples: list[Triple]) -> bool:
    store = Store()
    closed = [*triples, *closed_hierarchy(triples)]
    store.bulk_extend(Quad(triple.subject, triple.predicate, triple.object) for triple in closed)
    found = store.query(query)
    assert isinstance(found, QueryBoolean)
    return bool(found)


def changed(query: str, triples: list[Triple]) -> list[Triple]:
    """Return the ontology with the change by which a question says that its answer turns."""
    removed, added = remark(query, WITHOUT), remark(query, WITH)
    assert removed or added
    assert set(removed) <= set(triples), "the question removes what no module states"
    return [*(triple for triple in triples if triple not in removed), *added]


def remark(query: str, mark: str) -> list[Triple]:
    lines = query.splitlines()
    found = [line.removeprefix(mark) for line in lines if line.startswith(mark)]
    prefixes = [line for line in lines if line.startswith("PREFIX")]
    return as_triples(parse("\n".join([*prefixes, *found]), format=RdfFormat.TURTLE))


def as_triples(quads: Iterable[Quad]) -> list[Triple]:
    return [Triple(quad.subject, quad.predicate, quad.object) for quad in quads]


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_question_has_its_answer_and_can_turn_red(path: Path, ontology: list[Triple]) -> None:
    query, expected = path.read_text(encoding="utf-8"), path.parent.name == "follows"
    assert answer(query, ontology) is expected
    assert answer(query, changed(query, ontology)) is not expected
