"""Both engines give the same results on shapes and data that nobody chose."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilotline.validation import Shapes, load_shapes, validate
from pilotline.validation.compiled import Compiled
from pilotline.validation.model import Reader
from pilotline.validation.scope import Scope
from pilotline.validation.validate import EngineError, check_file

PREFIXES = """
@prefix : <urn:x:> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
NODES = [f":n{number}" for number in range(5)]
PREDICATES = [":p", ":q", ":r"]
LITERALS = [
    "1",
    "2",
    "7",
    '"a"',
    '"abc"',
    '"a"@en',
    '"b"@en',
    '"a"@de',
    "true",
    '"2025-03-04"^^xsd:date',
    '"x"^^xsd:integer',
]
PATHS = [
    *PREDICATES, "[ sh:inversePath :p ]", "( :p :q )", "[ sh:alternativePath ( :p :q ) ]",
    "[ sh:zeroOrMorePath :p ]", "[ sh:oneOrMorePath :p ]", "[ sh:zeroOrOnePath :q ]",
    "( [ sh:inversePath :p ] :q )",
]  # fmt: skip
SIMPLE = [
    "sh:minCount 1", "sh:minCount 2", "sh:maxCount 1", "sh:maxCount 0", "sh:datatype xsd:integer",
    "sh:datatype xsd:string", "sh:datatype xsd:date", "sh:datatype rdf:langString", "sh:nodeKind sh:IRI",
    "sh:nodeKind sh:Literal", "sh:class :A", "sh:class :B", "sh:minInclusive 2", "sh:maxExclusive 7",
    "sh:minLength 2", "sh:maxLength 1", 'sh:pattern "^a"', 'sh:languageIn ( "en" )', "sh:uniqueLang true",
    "sh:in ( 1 :n1 )", "sh:hasValue :n2", "sh:equals :q", "sh:disjoint :q", "sh:lessThan :q",
    "sh:lessThanOrEquals :r",
]  # fmt: skip
TARGETS = ["sh:targetClass :A", "sh:targetNode :n1 , :n9", "sh:targetSubjectsOf :p", "sh:targetObjectsOf :q"]

QUALIFIED = "sh:property [ sh:path {} ; sh:qualifiedValueShape [ sh:property {} ] ; sh:qualified{}Count 1 ]"

triples = st.one_of(
    st.builds("{} a {} .".format, st.sampled_from(NODES), st.sampled_from([":A", ":B"])),
    st.builds(
        "{} {} {} .".format,
        st.sampled_from(NODES),
        st.sampled_from(PREDICATES),
        st.sampled_from(NODES + LITERALS),
    ),
)
data_graphs = st.lists(triples, max_size=15).map(lambda lines: "\n".join([":B rdfs:subClassOf :A .", *lines]))


def property_shape(path: str, constraints: list[str]) -> str:
    return f"[ sh:path {path} ; {' ; '.join(dict.fromkeys(constraints))} ]"


def distinct_by_parameter(constraints: list[str]) -> list[str]:
    """Return one constraint of each kind, since most may stand only once in a shape."""
    return list({constraint.split()[0]: constraint for constraint in constraints}.values())


constraints = st.lists(st.sampled_from(SIMPLE), min_size=1, max_size=3).map(distinct_by_parameter)
leaves = st.builds(property_shape, st.sampled_from(PATHS), constraints)
nested = st.one_of(
    st.builds("sh:property {}".format, leaves),
    st.builds("sh:not [ sh:property {} ]".format, leaves),
    st.builds("sh:node [ sh:property {} ]".format, leaves),
    st.builds("sh:or ( [ sh:property {} ] [ sh:property {} ] )".format, leaves, leaves),
    st.builds("sh:and ( [ sh:property {} ] [ sh:class :B ] )".format, leaves),
    st.builds("sh:xone ( [ sh:property {} ] [ sh:property {} ] )".format, leaves, leaves),
    st.builds(
        QUALIFIED.format,
        st.sampled_from(PREDICATES),
        leaves,
        st.sampled_from(["Min", "Max"]),
    ),
    st.builds("sh:property [ sh:path :p ; sh:property {} ]".format, leaves),
    st.just("sh:closed true ; sh:ignoredProperties ( rdf:type :p )"),
)
shapes_graphs = st.builds(
    ":S a sh:NodeShape ; {} ; {} .".format,
    st.sampled_from(TARGETS),
    st.lists(nested, min_size=1, max_size=2).map(" ; ".join),
)


def as_shapes(text: str, folder: Path) -> Shapes:
    file = folder / "shapes.ttl"
    file.write_text(PREFIXES + text)
    return load_shapes(file)


def as_store(text: str) -> ox.Store:
    store = ox.Store()
    store.load(PREFIXES + text, ox.RdfFormat.TURTLE)
    return store


def answers(data: ox.Store, shapes: Shapes, engine: str) -> Counter[tuple[str, ...]]:
    return Counter(result.key for result in validate(data, shapes, engine=engine))


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=data_graphs, shapes=shapes_graphs)
def test_engines_agree_on_any_shapes_and_data(data: str, shapes: str) -> None:
    with TemporaryDirectory() as folder:
        loaded = as_shapes(shapes, Path(folder))
    store = as_store(data)
    assert answers(store, loaded, "auto") == answers(store, loaded, "pyshacl")


def test_shipped_shapes_are_all_compiled() -> None:
    shapes = load_shapes()
    reader = Reader(shapes.graph)
    compiled = Compiled(Scope(), reader)
    assert [compiled.validate(node) for node in reader.targeted()] == [[] for _ in reader.targeted()]


def test_shape_that_cannot_be_compiled_goes_to_the_reference(tmp_path: Path) -> None:
    shapes = as_shapes(
        ':S sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:pattern "^(?!a)" ] .', tmp_path
    )
    results = validate(as_store(':n1 :p "abc" , "bcd" .'), shapes)
    assert [result.value for result in results] == [ox.Literal("abc")]


def test_store_is_left_as_it_was(tmp_path: Path) -> None:
    store = as_store(":n1 :p 1 .")
    validate(store, as_shapes(":S sh:targetSubjectsOf :p ; sh:nodeKind sh:Literal .", tmp_path))
    assert len(store) == 1


def test_unknown_engine_is_refused() -> None:
    with pytest.raises(EngineError, match="auto, pyshacl, not 'turbo'"):
        validate(ox.Store(), load_shapes("runs"), engine="turbo")


@pytest.mark.parametrize("engine", ["auto", "pyshacl"])
def test_triple_terms_are_one_clear_error(tmp_path: Path, engine: str) -> None:
    shapes = as_shapes(":S sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:minCount 1 ] .", tmp_path)
    data = tmp_path / "data.ttl"
    data.write_text(PREFIXES + ":n1 :p <<( :n2 :q 1 )>> .")
    with pytest.raises(EngineError, match=r"data\.ttl: .*p> leads to a triple term, which SHACL does not"):
        check_file(data, shapes, engine=engine)


def test_file_that_is_no_rdf_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text("<a> <b>")
    with pytest.raises(EngineError, match=r"broken\.ttl: .*line 1"):
        validate(broken, load_shapes("runs"))
