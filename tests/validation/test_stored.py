"""Literals are compared as a store gives them back."""

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotline.validation.links import Links
from pilotline.validation.stored import stored_forms

XSD = "http://www.w3.org/2001/XMLSchema#"
TEXTS = st.one_of(
    st.from_regex(r"[+-]?[0-9]{1,20}(\.[0-9]{0,20})?([eE]-?[0-9]{1,2})?", fullmatch=True),
    st.from_regex(
        r"[12][0-9]{3}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\.[0-9]{1,4})?)?(Z|[+-][01][0-9]:[0-5]0)?",
        fullmatch=True,
    ),
    st.sampled_from(["true", "1", "-0", "INF", "NaN", "", "P1D", "24:00:00"]),
)
DATATYPES = st.sampled_from(
    [
        "integer",
        "decimal",
        "double",
        "float",
        "dateTime",
        "date",
        "time",
        "boolean",
        "int",
        "duration",
        "string",
    ]
)


@settings(max_examples=2000, deadline=None, derandomize=True)
@given(text=TEXTS, datatype=DATATYPES)
def test_a_literal_is_known_as_a_store_gives_it_back(text: str, datatype: str) -> None:
    literal, name = ox.Literal(text, datatype=ox.NamedNode(XSD + datatype)), ox.NamedNode("urn:x")
    store = ox.Store()
    store.add(ox.Quad(name, name, literal))
    (quad,) = store
    assert stored_forms([str(literal)]).get(str(literal), str(literal)) == str(quad.object)


def test_what_is_the_same_to_a_store_is_one_value() -> None:
    texts = [f'"{text}"^^<{XSD}decimal>' for text in ("4.0", "4")]
    links = Links(("<urn:a>", "<urn:p>", text) for text in texts)
    assert list(links.all(ox.NamedNode("urn:p"))) == [("<urn:a>", texts[1])]
