"""Each case breaks exactly the shapes that its first line names, and nothing else."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from rdflib import RDF, SH, URIRef

from pilotline.namespaces import SHAPES
from pilotline.resources import data_folder
from pilotline.validation import Shapes, load_shapes, validate
from pilotline.validation.validate import ENGINES

FOLDER = Path(__file__).parent
CASES = sorted(FOLDER.glob("*.ttl"))
PUBLISHED = sorted((FOLDER / "publish").glob("*.ttl"))
VIOLATES = "# violates: "


@pytest.fixture(scope="session")
def shapes() -> Shapes:
    return load_shapes()


@pytest.fixture(scope="session")
def profile() -> Shapes:
    return load_shapes(data_folder("shapes") / "profiles" / "publish.ttl")


def named_in(case: Path) -> set[str]:
    first = case.read_text().splitlines()[0]
    return set(first.removeprefix(VIOLATES).split()) if first.startswith(VIOLATES) else set()


def rules(shapes: Shapes) -> set[URIRef]:
    """Return the shapes that state a rule: property shapes, and others with a query or a message."""
    graph = shapes.graph
    stated = {*graph.subjects(RDF.type, SH.PropertyShape), *graph.subjects(SH.sparql, None)}
    stated |= set(graph.subjects(SH.message, None))
    return {rule for rule in stated if isinstance(rule, URIRef)}


def cases_of(file: Path) -> Path:
    """Return the folder with the cases for a file of shapes that does not apply to all data."""
    tests = FOLDER.parent
    return {"publish": FOLDER / "publish"}.get(file.stem, tests / file.stem / "cases")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case_breaks_exactly_what_it_names(case: Path, engine: str, shapes: Shapes) -> None:
    found = {result.code for result in validate(case, shapes, engine=engine)}
    assert found == named_in(case)


def test_case_that_violates_nothing_is_named_so() -> None:
    assert {case.stem for case in CASES if case.stem.startswith("conforms-") is bool(named_in(case))} == set()


def test_each_rule_has_a_case_of_its_own(shapes: Shapes) -> None:
    assert {rule.removeprefix(SHAPES) for rule in rules(shapes)} - broken_alone(CASES) == set()


def broken_alone(cases: Iterable[Path]) -> set[str]:
    """Return the rules that some case breaks, and that one alone."""
    return set[str]().union(*(named for case in cases if len(named := named_in(case)) == 1))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case.stem)
def test_case_breaks_exactly_what_it_names_of_the_profile(case: Path, engine: str, profile: Shapes) -> None:
    assert {result.code for result in validate(case, profile, engine=engine)} == named_in(case)


def test_each_rule_for_single_sources_and_profiles_has_a_case() -> None:
    folder = data_folder("shapes")
    apart = sorted({*folder.rglob("*.ttl")} - {*folder.glob("*.ttl")})
    assert [file.stem for file in apart] == ["publish", "kiprobatt"]
    for file in apart:
        stated = {rule.removeprefix(SHAPES) for rule in rules(load_shapes(file))}
        assert stated == broken_alone(cases_of(file).glob("*.ttl")), file


@pytest.mark.parametrize("name", ["", "profiles/publish.ttl", "sources/kiprobatt.ttl"])
def test_each_rule_speaks_english_and_german(name: str) -> None:
    shapes = load_shapes(data_folder("shapes") / name)
    graph = shapes.graph
    for rule in rules(shapes):
        holders = [rule, *graph.objects(rule, SH.sparql)]
        texts = [
            text for holder in holders for text in graph.objects(holder, SH.message) if str(text).strip()
        ]
        assert sorted(getattr(text, "language", "") for text in texts) == ["de", "en"], rule


@pytest.mark.parametrize("name", ["", "profiles/publish.ttl", "sources/kiprobatt.ttl"])
def test_each_rule_chooses_its_severity(name: str) -> None:
    shapes = load_shapes(data_folder("shapes") / name)
    assert {rule for rule in rules(shapes) if (rule, SH.severity, None) not in shapes.graph} == set()
