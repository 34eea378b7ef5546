"""A lab's own ranges, tolerances and shapes: they go before ours, and reach nothing outside."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import DCTERMS, SH, URIRef

from pilotline.ingest.publishing import rehearse
from pilotline.ingest.rules import Rules
from pilotline.ingest.sources import jobs
from pilotline.iris import Place
from pilotline.namespaces import SHAPES
from pilotline.quantities.units import Units
from pilotline.resources import data_folder
from pilotline.store import Store
from pilotline.validation import ShapesError, load_shapes, validate
from pilotline.validation.ranges import RangesError
from pilotline.validation.tolerances import TolerancesError

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
    for name in ("Quantity-plausible", "Quantity-judged"):
        (query,) = shapes.graph.objects(URIRef(SHAPES + name), SH.sparql / SH.select)
        assert "NOT IN (<https://w3id.org/pilotline/ontology#CoatingGap>)" in str(query)


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


CASES = Path(__file__).parents[1] / "shapes"
TOLERANCES = "check,tolerance,unit,reason\n"


@pytest.mark.parametrize(
    ("case", "code", "row"),
    [
        ("violates-negative-mass", "Mass-notNegative", "tare,90,g,old scale"),
        ("violates-scale-read-empty", "Mass-withinTare", "tare,0,mg,"),
        ("violates-filled-cell-lighter-than-its-parts", "WetCell-massBalance", "filled cell mass,60,%,"),
        ("violates-slurry-heavier-than-its-components", "Slurry-massBalance", "slurry mass,90,%,"),
        ("violates-shares-that-miss-the-whole", "Recipe-fractions", "component shares,60,%,"),
        ("violates-more-sheets-counted-than-named", "Stack-sheetCount", "sheet count,20,1,"),
        ("violates-porosity-that-misses-its-balance", "Porosity-balance", "porosity,60,%,"),
        ("violates-efficiency-of-other-capacities", "Efficiency-capacities", "efficiency,0.5,1,"),
        ("violates-map-behind-the-end-of-the-roll", "PositionMap-insideRoll", "roll length,90,%,"),
    ],
)
def test_tolerance_of_the_lab_goes_before_ours(case: str, code: str, row: str, tmp_path: Path) -> None:
    (tmp_path / "ours.csv").write_text(TOLERANCES + row + "\n")
    data = CASES / f"{case}.ttl"
    assert code in {result.code for result in validate(data, load_shapes())}
    shapes = load_shapes(data_folder("shapes"), tmp_path)
    assert code not in {result.code for result in validate(data, shapes)}


def test_tolerance_of_the_lab_stands_in_the_message_with_its_source(tmp_path: Path) -> None:
    (tmp_path / "ours.csv").write_text(TOLERANCES + "tare,2,mg,our scale\n")
    graph = load_shapes(data_folder("shapes"), tmp_path).graph
    shape = URIRef(SHAPES + "Mass-notNegative")
    assert {str(text) for text in graph.objects(shape, SH.description)} == {"at least -2 mg"}
    assert [str(source) for source in graph.objects(shape, DCTERMS.source)] == ["our scale"]
    assert {float(str(bound)) for bound in graph.objects(shape, SH.minInclusive)} == {-2e-6}
    assert all("2 mg" in str(text) for text in graph.objects(shape, SH.message))


def test_each_tolerance_that_ships_stands_once_in_its_rule() -> None:
    graph = load_shapes().graph
    for shape, value in graph.subject_objects(URIRef(SHAPES + "tolerance")):
        written = [str(query) for query in graph.objects(shape, SH.sparql / SH.select)]
        found = [len(re.findall(rf"(?<![\w.]){re.escape(str(value))}(?![\w.])", query)) for query in written]
        bounds = [
            bound
            for bound in graph.objects(shape, SH.minInclusive)
            if abs(float(str(bound))) == float(str(value))
        ]
        assert sum(found) + len(bounds) == 1, shape


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("tara,1,mg,", "row 2: no check 'tara'; there are component shares, efficiency"),
        ("tare,x,mg,", "row 2, column tolerance: 'x' is no number"),
        ("tare,1,mgg,", "row 2: unknown unit 'mgg'"),
        ("tare,-1,mg,", "row 2: a tolerance is a number from 0"),
    ],
)
def test_table_of_tolerances_that_cannot_be_used(row: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "ours.csv"
    file.write_text(TOLERANCES + row + "\n")
    with pytest.raises(TolerancesError, match=message):
        load_shapes(data_folder("shapes"), file)


def test_mapping_names_the_limits_of_its_line(founded: Path, rules: Rules, tmp_path: Path) -> None:
    """The scale of this line is read with up to 20 mg on it, so -15 mg is no fault."""
    (tmp_path / "tolerances.csv").write_text(TOLERANCES + "tare,20,mg,our scale\n")
    (tmp_path / "ranges.csv").write_text(HEAD + "stacking speed,1,2,1/min,warning,our stacker\n")
    (tmp_path / "stacks.csv").write_text("Run,Start,Stack,Mass (mg),Speed (1/min)\n1,2025-03-04,S1,-15,9\n")
    mapping = tmp_path / "stacks.yaml"
    mapping.write_text(
        "mapping: stacks\nversion: 1\nscope: lab\ndataset: {id: stacks, title: Stacks}\n"
        "limits: [tolerances.csv, ranges.csv]\ntables:\n  - file: stacks.csv\n    row:\n"
        "      run: {step: Stacking, id: [Run]}\n      start: Start\n"
        "      outputs: [{kind: stack, id: [Stack], product: ElectrodeStack}]\n    columns:\n"
        "      Mass: {parameter: StackMass, kind: measured}\n"
        "      Speed: {parameter: StackingSpeed, kind: set}\n"
    )
    (job,) = jobs([tmp_path / "stacks.csv"], mapping, Place())
    staged = job.stage(tmp_path / "staged.nq", rules.vocabulary, Units.load())
    report = rehearse(Store.open(founded), staged, rules.with_shapes(*job.shapes))
    assert {each.code for each in report.findings} >= {"Mass-withinTare", "Lab-StackingSpeed"}
    assert "Mass-notNegative" not in {each.code for each in report.findings}
