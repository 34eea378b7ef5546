"""A query over the triples that it is said to need finds what it finds over all."""

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilotline.validation.links import texts_of
from pilotline.validation.needs import needs_of
from pilotline.validation.scope import Scope

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
P = f"PREFIX : <urn:x:>\nPREFIX rdf: <{RDF}>\n"
TURTLE = "@prefix : <urn:x:> .\n"
NODES = [f":n{number}" for number in range(5)]
QUERIES = [
    "SELECT * { ?x :p ?y ; :q ?z }",
    "SELECT * { ?x :p ?y OPTIONAL { ?y :q ?z FILTER (?z != ?x) } }",
    "SELECT ?x ?y ?z { ?x :p/(:q|^:r) ?y . ?y a :A , ?z }",
    "SELECT * { ?x a :A , :B . FILTER NOT EXISTS { ?x :p ?y . ?y a ?any } }",
    "SELECT * { ?x rdf:type :A . { ?x :p ?y } UNION { ?x :q ?y } FILTER (?y * 2 > 3 || !BOUND(?x)) }",
    "SELECT * { ?x ^a ?y }",
    "SELECT * { :A ^a ?y }",
    "SELECT * { ?x :p* ?y }",
    "SELECT * { ?x (:p)? ?y . ?y :q ?z }",
    "SELECT * { ?x ?p ?y . ?y :r ?z }",
    "SELECT * { ?x :p ?y ; ?any ?z }",
    "SELECT * { ?x !:p ?y }",
    "SELECT * { ?x !(:p|^:q) ?y }",
    "SELECT * { [ :p ?x ] ?any ?y }",
    "SELECT * { { SELECT ?x ?y (COUNT(?z) AS ?n) { ?x :p ?y ; :q ?z } GROUP BY ?x ?y } ?y :r ?w }",
    "SELECT ?x { ?x :p ?y BIND (IF(EXISTS { ?y :q ?z }, 1, 2) AS ?n) FILTER (?n = 1) } ORDER BY ?x ?y ?z",
    "SELECT * { ?x :p :n1. ?x a :A.}",
    "SELECT * { ?x :p (:n1 :n2) }",
    "SELECT * { ?x :p :n1. (:n1) ?any ?y }",
    "SELECT * { (:n1) ?any ?y }",
]
triples = st.one_of(
    st.builds("{} a {} .".format, st.sampled_from(NODES), st.sampled_from([":A", ":B"])),
    st.builds(
        "{} {} {} .".format,
        st.sampled_from(NODES),
        st.sampled_from([":p", ":q", ":r", ":s"]),
        st.sampled_from([*NODES, "1", "2.0", "_:b", "(:n1 :n2)"]),
    ),
)


@pytest.mark.parametrize("query", QUERIES)
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(lines=st.lists(triples, max_size=12))
def test_what_a_query_needs_is_enough(query: str, lines: list[str]) -> None:
    store = ox.Store()
    store.load(TURTLE + "\n".join(lines), ox.RdfFormat.TURTLE)
    scope = Scope(texts_of(store))
    assert found(scope.holding(P + query), query) == found(store, query)


def found(store: ox.Store, query: str) -> list[str]:
    return sorted(map(str, store.query(P + query)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "needs"),
    [
        ("SELECT ?x { ?x :p ?y }", {"<urn:x:p>"}),
        ("SELECT ?x { ?x a :A ; :q/:r 3 }", {"rdf:type <urn:x:A>", "<urn:x:A>", "<urn:x:q>", "<urn:x:r>"}),
        ("SELECT ?x { ?x a ?y }", {"rdf:type"}),
        ("SELECT ?this ?value ?path { ?x :p ?y FILTER (!BOUND(?z)) }", {"<urn:x:p>"}),
    ],
)
def test_no_more_than_a_query_can_look_at(query: str, needs: set[str]) -> None:
    told = needs_of(P + query)
    assert told is not None
    lists = {(f"<{RDF}{name}>", None) for name in ("first", "rest")}
    named = {f"{predicate} {value or ''}".strip() for predicate, value in told - lists}
    assert {name.replace(f"<{RDF}type>", "rdf:type") for name in named} == needs


@pytest.mark.parametrize(
    "query",
    [
        "{ ?x ?p ?y }",
        "{ ?x :p* ?y }",
        "{ ?x !:p ?y }",
        "{ (1) :p ?y }",
        "{ ?x :p 1. (1) :p ?y }",
        "{ ?x other:p 1 }",
        r"{ ?x :p\-q 1 }",
    ],
)
def test_a_query_that_can_look_at_anything_needs_all(query: str) -> None:
    assert needs_of(P + "SELECT ?x " + query) is None
