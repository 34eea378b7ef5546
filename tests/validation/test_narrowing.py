"""Focus nodes that are left out before a SPARQL constraint runs are never among its results."""

from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilotline.validation import load_shapes, validate
from pilotline.validation.links import Links, texts_of
from pilotline.validation.narrowing import narrowed

CASES = Path(__file__).parents[1] / "shapes"

P = "PREFIX : <urn:x:>\n"
PREFIXES = "PREFIX : <urn:x:>\nPREFIX owl: <urn:y:>\n"
NODES = [f":n{number}" for number in range(6)]
VALUES = [*NODES, "1", "2", "2.0", "1.0E0", "30.5", '"a"', '"b"', '"a"@en']
QUERIES = [
    "SELECT $this { $this :p ?x ; :q ?y . FILTER (?x < ?y) }",
    "SELECT $this { $this :p ?x . ?x :q ?y . FILTER (?y != :n1 && ?x != ?y) }",
    "SELECT $this { $this :p ?x . FILTER (?x >= 2 || ?x = :n3) }",
    "SELECT $this { $this :p/^:q ?x ; a :A . ?x :r 'a' }",
    "SELECT $this { $this :p/^:q ?x . ?x a :A ; :r ?y . FILTER NOT EXISTS { ?y :p ?z } }",
    "SELECT $this { ?x :p|:q $this . FILTER NOT EXISTS { ?x :r ?y . FILTER (?y > 1) } }",
    "SELECT $this { $this (:p|^:q)+ $this }",
    "SELECT $this { $this :p ?x . FILTER EXISTS { ?x (:p|:q/:r)+ $this } FILTER (?x != $this) }",
    "SELECT $this { $this :p ?x . { ?x :q ?y } UNION { ?x :r ?z . ?z :p ?y } FILTER NOT EXISTS { ?y a :A } }",
    """SELECT $this { $this :p ?x . FILTER NOT EXISTS {
        { ?x :q ?y } UNION { ?x :r ?y . ?y :p ?z } FILTER EXISTS { ?y :p ?w FILTER (?w != $this) } } }""",
    "SELECT $this { $this :p ?x OPTIONAL { ?x :q ?y } FILTER NOT EXISTS { ?x :r ?y } }",
    "SELECT $this { $this :p ?x BIND (:n1 AS ?y) FILTER NOT EXISTS { ?x :r ?y } }",
    "SELECT $this { $this :p ?x , ?y . FILTER (STR(?x) < STR(?y)) FILTER NOT EXISTS { ?z :q ?x ; :r ?y } }",
    "SELECT $this { ?x :p $this ; :q ?y . FILTER NOT EXISTS { ?x :r* ?y } }",
    """SELECT $this { $this :p ?x . FILTER (?x IN (:n1, :n2)) ?y :q ?x ; :r ?z .
        FILTER (?z IN (:n3, :n4, :n5)) }""",
    "SELECT $this { $this :p ?x . FILTER NOT EXISTS { ?y :q ?x ; :r ?z . FILTER (?z IN (:n1, :n3)) } }",
    """SELECT $this { { $this :p ?x . FILTER (?x != :n1) } ?y :q ?x . FILTER (STR(?y) < STR($this))
        FILTER NOT EXISTS { ?y :r ?z . FILTER EXISTS { ?z :p ?w . FILTER (?w = ?x) } } }""",
    "SELECT $this { $this :p ?x . { ?x :q ?y } UNION { ?x :r ?y . FILTER (CONTAINS(STR(?y), 'n1')) } }",
    """SELECT $this { $this :p ?x . FILTER NOT EXISTS { ?x :q ?y . FILTER (CONTAINS(STR(?y), "n1")) } }""",
    """SELECT $this { { SELECT $this ?z (MIN(STR(?y)) AS ?first) { $this :p ?y , ?z . } GROUP BY $this ?z }
        $this :q ?x . FILTER EXISTS { ?w :q ?x . FILTER (?w != $this) } FILTER (STR(?x) > ?first) }""",
    "SELECT $this { $this :p ?x . FILTER NOT EXISTS { { ?x :q ?y . FILTER (?y > 1) } ?x :r ?z } }",
    "SELECT $this { $this :p ?x . ?y :q ?z . FILTER (?z != ?x) }",
    "SELECT $this { $this :p ?x BIND (:n1 AS ?y) ?y :q/:r ?z }",
    "SELECT $this (COUNT(?x) AS ?n) { $this :p ?x } GROUP BY $this HAVING (COUNT(?x) > 1)",
]

triples = st.one_of(
    st.builds("{} a :A .".format, st.sampled_from(NODES)),
    st.builds(
        "{} {} {} .".format,
        st.sampled_from(NODES),
        st.sampled_from([":p", ":q", ":r"]),
        st.sampled_from(VALUES),
    ),
)


def left_of(nodes: set[str], query: str, store: ox.Store) -> set[str]:
    """The nodes for which the query may find something."""
    links = Links(texts_of(store))
    links.know(nodes)
    return set(links.named(narrowed(links.numbers(nodes), query, PREFIXES, links)))


@pytest.mark.parametrize("query", QUERIES)
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(lines=st.lists(triples, max_size=14))
def test_no_result_is_lost(query: str, lines: list[str]) -> None:
    store = ox.Store()
    store.load("@prefix : <urn:x:> .\n" + "\n".join(lines), ox.RdfFormat.TURTLE)
    query = query.replace("$this", "?this")
    found = {str(solution["this"]) for solution in store.query(P + query)}  # type: ignore[union-attr]
    nodes = {f"<urn:x:n{number}>" for number in range(6)}
    assert found & nodes <= left_of(nodes, query, store)


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("SELECT $this { $this :p ?x . FILTER (?x > 1.5) }", {"n1"}),
        ("SELECT $this { $this :p ?x . FILTER NOT EXISTS { $this :q ?y } }", {"n1"}),
        ("SELECT $this { $this (:q|:r)+ $this }", {"n2", "n3"}),
        ("SELECT $this { ?x :q $this . { $this :r ?y } UNION { $this :p ?y } }", {"n1", "n3"}),
        ("SELECT $this { $this :q ?x . FILTER (?x IN (:n3, :n4)) }", {"n2"}),
        ('SELECT $this { { $this :r ?x } UNION { FILTER (CONTAINS(STR($this), "n1")) } }', {"n1", "n3"}),
        ("SELECT $this { $this :q ?x . ?y :q ?z }", {"n0", "n2"}),
        ("SELECT $this { $this :q ?x . ?y :q/:unknown ?z }", set()),
        ("SELECT $this { $this ?any 1 }", {"n0", "n1", "n2", "n3"}),
    ],
)
def test_nodes_without_a_match_are_left_out(query: str, left: set[str]) -> None:
    store = ox.Store()
    data = "@prefix : <urn:x:> . :n0 :p 1 ; :q :n1 . :n1 :p 2 . :n2 :q :n3 . :n3 :r :n2 ."
    store.load(data, ox.RdfFormat.TURTLE)
    nodes = {f"<urn:x:n{number}>" for number in range(4)}
    assert left_of(nodes, query, store) == {f"<urn:x:{name}>" for name in left}


def test_group_in_braces_is_looked_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pilotline.validation.narrowing._MOST", (0, 3))
    store, many = ox.Store(), " , ".join(f":n{number}" for number in range(9))
    data = f"@prefix : <urn:x:> . :n0 :p 0 ; :q {many} . :n1 :p 2 ; :q :n3 . :n3 :r :n2 ."
    store.load(data, ox.RdfFormat.TURTLE)
    query = "SELECT $this { $this :q ?x . ?x :r ?y . { $this :p ?z . FILTER (?z > 1) } }"
    assert left_of({"<urn:x:n0>", "<urn:x:n1>"}, query, store) == {"<urn:x:n1>"}


def test_all_cases_together_have_the_same_results(monkeypatch: pytest.MonkeyPatch) -> None:
    store, shapes = ox.Store(), load_shapes()
    for case in sorted(CASES.glob("*.ttl")):
        store.load(path=str(case), format=ox.RdfFormat.TURTLE, base_iri=case.as_uri())

    def answers() -> Counter[tuple[str, ...]]:
        return Counter(result.key for result in validate(store, shapes))

    found = answers()
    monkeypatch.setattr("pilotline.validation.focus.narrowed", lambda nodes, *_: nodes)
    assert found == answers()
    assert len(found) > 100
