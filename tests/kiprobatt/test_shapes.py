"""Each shape for KIproBatt has a case that violates it by name."""

from pathlib import Path

import pytest
from rdflib import SH, Graph, URIRef

from pilotline.namespaces import SHAPES
from pilotline.resources import data_folder
from pilotline.validation.shapes import load_shapes
from pilotline.validation.validate import ENGINES, validate

CASES = sorted((Path(__file__).parent / "cases").glob("*.ttl"))
FILE = data_folder("shapes") / "sources" / "kiprobatt.ttl"


def named(case: Path) -> set[str]:
    return set(case.read_text().partition("\n")[0].partition("violates: ")[2].split())


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_case_violates_what_it_names(case: Path, engine: str) -> None:
    results = validate(case, load_shapes(FILE), engine=engine)
    assert {str(result.shape.value).removeprefix(SHAPES) for result in results} == named(case)


def test_every_rule_has_a_case() -> None:
    graph = Graph().parse(FILE)
    rules = {str(rule).removeprefix(SHAPES) for rule in graph.subjects(predicate=SH.path) if "#" in str(rule)}
    assert all((URIRef(SHAPES + rule), SH.message, None) in graph for rule in rules)
    assert rules == set().union(*map(named, CASES))
