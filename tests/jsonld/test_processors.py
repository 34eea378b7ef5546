"""Three JSON-LD processors make the same triples of a document in the words of the context that ships."""

import json
from pathlib import Path
from typing import Any

import pytest
from beside import shared
from pyld import jsonld
from pyoxigraph import RdfFormat, parse
from rdflib import Graph, Literal
from rdflib.compare import isomorphic

from pilotline.rdf.jsonld import OWN_CONTEXT, inlined

HERE = Path(__file__).parent
PUBLISHED = {
    "upstream/example_calendering.jsonld": 37,
    "data/empa_aurora/unicycler/test_battinfo.jsonld": 329,
}


def by_pyoxigraph(text: str) -> Graph:
    lines = (f"{q.subject} {q.predicate} {q.object} ." for q in parse(text, format=RdfFormat.JSON_LD))
    return Graph().parse(data="\n".join(lines), format="nt")


def by_rdflib(text: str) -> Graph:
    """Return the graph; rdflib leaves 5.0 a double, where JSON-LD asks for the integer 5."""
    graph = Graph().parse(data=text, format="json-ld")
    for subject, predicate, node in list(graph):
        if isinstance(node, Literal) and isinstance(node.value, float) and node.value.is_integer():
            graph.remove((subject, predicate, node))
            graph.add((subject, predicate, Literal(int(node.value))))
    return graph


def by_pyld(text: str) -> Graph:
    lines = jsonld.to_rdf(json.loads(text), {"format": "application/n-quads"})
    return Graph().parse(data=lines, format="nt")


# rdflib's JSON-LD parser uses a class that rdflib itself calls deprecated.
each_processor = pytest.mark.parametrize(
    "read",
    [
        by_pyoxigraph,
        by_pyld,
        pytest.param(
            by_rdflib,
            marks=pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
        ),
    ],
)


@each_processor
def test_run_expands_to_the_triples_of_the_data_model(read: Any) -> None:
    assert isomorphic(read(in_our_words(HERE / "run.jsonld")), Graph().parse(HERE / "run.ttl"))


@each_processor
@pytest.mark.parametrize("name", PUBLISHED)
def test_published_document_expands_to_the_same_triples(name: str, read: Any) -> None:
    folder, _, file = name.partition("/")
    text = in_our_words(shared(folder) / file)
    graph = read(text)
    assert len(graph) == PUBLISHED[name]
    assert isomorphic(graph, by_pyoxigraph(text))


def in_our_words(path: Path) -> str:
    document = {"@context": OWN_CONTEXT, **json.loads(path.read_text(encoding="utf-8"))}
    return json.dumps(inlined(document, path.name))
