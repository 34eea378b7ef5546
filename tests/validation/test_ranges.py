"""A lab's own ranges and shapes: they go before ours, and reach nothing outside."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import SH, URIRef

from pilotline.namespaces import SHAPES
from pilotline.resources import data_folder
from pilotline.validation import ShapesError, load_shapes, validate
from pilotline.validation.ranges import RangesError

HEAD = "parameter,min,max,unit,severity,reason\n"


def run_of(speed: str) -> ox.Store:
    store = ox.Store()
    pl = "https://w3id.org/pilotline/ontology#"
    store.update(
        f"INSERT DATA {{ <urn:q> a <{pl}CoatingSpeed> ; "
        f"<{pl}siValue> '{speed}'^^<http://www.w3.org/2001/XMLSchema#double> }}"
    )
    return store


def test_range_of_the_lab_goes_before_that_of_the_paper(tmp_path: Path) -> None:
    (tmp_path / "ours.csv").write_text(HEAD + "coating speed,0.1,0.5,m/min,violation,our coater\n")
    shapes = load_shapes("reported-ranges", tmp_path)
    reported = URIRef(SHAPES + "CoatingSpeed-reportedRange")
    assert shapes.graph.value(reported, SH.deactivated) is not None
    assert [result.code for result in validate(run_of("4.0E-3"), shapes)] == []
    assert [result.code for result in validate(run_of("2.0E-2"), shapes)] == ["Lab-CoatingSpeed"]


def test_range_of_the_lab_goes_before_what_is_plausible(tmp_path: Path) -> None:
    file = tmp_path / "ours.csv"
    file.write_text(HEAD + "CoatingGap,1,2,µm,,\n")
    shapes = load_shapes(data_folder("shapes"), file)
    queries = shapes.graph.objects(URIRef(SHAPES + "Quantity-plausible"), SH.sparql / SH.select)
    assert ["NOT IN (<https://w3id.org/pilotline/ontology#CoatingGap>)" in str(q) for q in queries] == [True]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("coating sped,1,2,m/min,,", "row 2: no parameter is called 'coating sped'; did you mean"),
        ("CoatingSpeed,x,2,m/min,,", "row 2, column min: 'x' is no number"),
        ("CoatingSpeed,1,2,m/mni,,", "row 2: unknown unit 'm/mni'"),
        ("CoatingSpeed,1,2,m/min,fatal,", "row 2, column severity: use violation, warning or info"),
        ("CoatingSpeed,,,m/min,,", "row 2: give min, max or both"),
    ],
)
def test_table_of_ranges_that_cannot_be_used(row: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "ours.csv"
    file.write_text(HEAD + row + "\n")
    with pytest.raises(RangesError, match=message):
        load_shapes(file)


def test_a_word_in_a_comment_is_no_service(tmp_path: Path) -> None:
    file = tmp_path / "lab.ttl"
    select = "<http://www.w3.org/ns/shacl#select>"
    file.write_text(f'<urn:s> {select} """SELECT $this {{ ?s ?p "service" # service\n }}""" .')
    assert load_shapes(file).files == ("lab.ttl",)
    file.write_text(f'<urn:s> {select} "SELECT $this {{ SERVICE SILENT <urn:x> {{ }} }}" .')
    with pytest.raises(ShapesError, match="refused"):
        load_shapes(file)
