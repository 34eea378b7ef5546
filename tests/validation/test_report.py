import json

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import SH

from pilotline.findings import Finding, Severity
from pilotline.namespaces import PL, XSD
from pilotline.validation import (
    Report,
    as_data,
    check_graph,
    load_shapes,
    prepare,
    to_html,
    to_json,
    to_text,
    to_turtle,
)
from pilotline.validation.links import texts_of
from pilotline.validation.report import group_findings
from pilotline.validation.scope import Scope


@pytest.fixture
def report(sheet: ox.Store, dataset: str) -> Report:
    return check_graph(sheet, [dataset], load_shapes("quantities", "runs"))


def test_one_fault_in_neighbouring_cells_is_told_once(report: Report) -> None:
    told = [
        (group.finding.place, group.count)
        for group in report.groups()
        if group.finding.code == "Quantity-unit"
    ]
    assert told == [("coating.xlsx!Runs!F2:F4", 3), ("coating.xlsx!Runs!F7", 1)]


def test_finding_gives_the_text_as_typed(report: Report) -> None:
    assert {finding.value for finding in report.findings if finding.code == "Quantity-unit"} == {"1,5"}


def test_value_without_a_cell_has_that_of_its_run(sheet: ox.Store, dataset: str) -> None:
    sheet.update(f"DELETE WHERE {{ GRAPH <{dataset}> {{ ?q <{PL}cell> ?cell }} }}")
    run, cell = "<https://lab.example/l1/run/coating-2>", "<https://lab.example/l1/source/a.csv#cell=2,1>"
    sheet.update(f"INSERT DATA {{ GRAPH <{dataset}> {{ {run} <{PL}cell> {cell} }} }}")
    report = check_graph(sheet, [dataset], load_shapes("quantities"))
    assert {finding.place for finding in report.findings if finding.file} == {"a.csv!row 2, column 1"}


def test_text_report_in_english(report: Report) -> None:
    assert to_text(report, "en", "coating.xlsx").splitlines()[:4] == [
        "coating.xlsx does not conform: 6 violations, 1 warning, 1 information",
        "",
        "violation Quantity-unit",
        "  coating.xlsx!Runs!F2:F4, 3 values: A number needs exactly one unit; enter it in the header, such "
        "as 'speed [m/min]', or 1 for a plain ratio. [found: 1,5]",
    ]


def test_text_report_in_german(report: Report) -> None:
    first, _, rule, place = to_text(report, "de").splitlines()[:4]
    assert first == "ist nicht in Ordnung: 6 Fehler, 1 Warnung, 1 Hinweis"
    assert rule == "Fehler Quantity-unit"
    assert place.startswith("  coating.xlsx!Runs!F2:F4, 3 Werte: Eine Zahl braucht genau eine Einheit")


def test_json_report_keeps_every_finding(report: Report) -> None:
    data = json.loads(to_json(report))
    assert data == as_data(report)
    assert data["conforms"] is False
    assert len(data["findings"]) == 8
    assert [group["cell"] for group in data["groups"]] == ["F2:F4", "F7", "A9", "A9", "A9", "A9"]


def test_turtle_report_has_a_cell_for_each_result(report: Report) -> None:
    graph = rdflib.Graph().parse(data=to_turtle(report), format="turtle")
    results = set(graph.objects(None, SH.result))
    assert len(results) == 8
    assert {graph.value(result, rdflib.URIRef(PL + "cell")) for result in results} == {
        rdflib.URIRef(f"https://lab.example/l1/source/coating.xlsx#sheet=Runs&cell={cell}")
        for cell in ("F2", "F3", "F4", "F7", "A9")
    }


def test_turtle_report_spells_out_a_path_with_parts(report: Report) -> None:
    graph = rdflib.Graph().parse(data=to_turtle(report), format="turtle")
    paths = {path for path in graph.objects(None, SH.resultPath) if isinstance(path, rdflib.BNode)}
    assert [len(list(graph.objects(path, SH.alternativePath))) for path in paths] == [1, 1]


def test_html_report_escapes_what_was_typed() -> None:
    finding = Finding("X", Severity.WARNING, "<b>", value="<script>")
    page = to_html(Report((), load_shapes("runs")).noting([finding]))
    assert "&lt;script&gt;" in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["row 3, column 2", "row 4, column 2"], ["rows 3 to 4, column 2"]),
        (["F9", "F10"], ["F9:F10"]),
        (["F9", "G10"], ["F9", "G10"]),
        (["F9", "F9"], ["F9"]),
        (["/@graph/3", "/@graph/4"], ["/@graph/3", "/@graph/4"]),
    ],
)
def test_cells_of_one_column_are_joined(cells: list[str], told: list[str]) -> None:
    findings = [
        Finding("X", Severity.WARNING, "m", file="f", cell=cell, focus=str(number))
        for number, cell in enumerate(cells)
    ]
    assert [group.finding.cell for group in group_findings(findings)] == told


def test_what_only_the_context_describes_is_not_judged(sheet: ox.Store, dataset: str) -> None:
    other = "https://lab.example/l1/dataset/other"
    sheet.load("<urn:run> a <urn:thing> .", ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(other))
    neighbours = sheet.quads_for_pattern(None, None, None, ox.NamedNode(dataset))
    assert check_graph(sheet, [other], load_shapes("quantities"), neighbours=neighbours).results == ()


def test_what_the_ontology_says_too_is_there_once() -> None:
    twice = b'<urn:a> <urn:p> "1.50"^^<http://www.w3.org/2001/XMLSchema#decimal> .\n'
    data = ox.Store()
    data.load(twice + b"<urn:a> <urn:p> <urn:b> .\n", ox.RdfFormat.N_TRIPLES)
    ready = prepare(Scope(texts_of(data)), twice + b"<urn:a> <urn:p> <urn:c> .\n<urn:b> <urn:p> <urn:d> .\n")
    links = ready.scope.links
    found = [value for _, value in links.all(ox.NamedNode("urn:p"))]
    assert sorted(found) == [f'"1.5"^^<{XSD}decimal>', "<urn:b>", "<urn:c>", "<urn:d>"]
    assert (ready.described, ready.outside) == ({"<urn:a>"}, {"<urn:b>"})


def test_unit_of_another_dimension_is_found_without_help_of_the_data(sheet: ox.Store, dataset: str) -> None:
    gap, length = f"<{PL}CoatingGap>", f"<{PL}dimensionName>"
    ontology = f'{gap} {length} "temperature" .\n'.encode()
    report = check_graph(sheet, [dataset], load_shapes("quantities"), ontology=ontology)
    told = [(each.place, each.message[:50]) for each in report.findings if each.code == "Quantity-dimension"]
    assert told == [("coating.xlsx!Runs!G7", "The unit measures length, but this parameter is a ")]
