"""JSON in the words of the ontology becomes the triples that it means, and no key is lost."""

import json
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Graph
from rdflib.compare import isomorphic

from pilotline.resources import data_folder
from pilotline.vocabulary.facts import Facts
from pilotline.vocabulary.names import expand

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def context() -> dict[str, Any]:
    text = (data_folder("ontology") / "context.jsonld").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)["@context"]
    return content


def with_context(context: dict[str, Any]) -> str:
    return json.dumps({"@context": context, **json.loads((HERE / "run.jsonld").read_text(encoding="utf-8"))})


def by_pyoxigraph(text: str) -> Graph:
    graph = Graph()
    lines = (f"{q.subject} {q.predicate} {q.object} ." for q in parse(text, format=RdfFormat.JSON_LD))
    return graph.parse(data="\n".join(lines), format="nt")


def by_rdflib(text: str) -> Graph:
    return Graph().parse(data=text, format="json-ld")


# rdflib's JSON-LD parser uses a class that rdflib itself calls deprecated.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("read", [by_pyoxigraph, by_rdflib])
def test_run_expands_to_the_triples_of_the_data_model(context: dict[str, Any], read: Any) -> None:
    assert isomorphic(read(with_context(context)), Graph().parse(HERE / "run.ttl"))


def test_every_word_means_a_declared_term(context: dict[str, Any]) -> None:
    facts = Facts.read(sorted(data_folder("ontology").glob("*.ttl")))
    values = {word: value if isinstance(value, str) else value["@id"] for word, value in words(context)}
    unknown = [word for word, value in values.items() if expand(value) not in facts.declared_in]
    assert unknown == []


def test_word_that_upstream_has_keeps_its_upstream_meaning(context: dict[str, Any]) -> None:
    assert context["CoatedElectrode"] == "echem:electrochemistry_92147e31_d015_4889_a092_04fbab033f15"
    assert context["CalenderedElectrode"] == "pl:CalenderedElectrode"


def words(context: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(word, value) for word, value in context.items() if word != "@version" and not is_prefix(value)]


def is_prefix(value: Any) -> bool:
    return isinstance(value, str) and value.endswith(("#", "/"))
