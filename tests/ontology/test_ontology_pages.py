"""The page on the pattern says what the tests read; the term reference says all that is known of a term."""

import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from click.testing import CliRunner
from pyoxigraph import Literal
from rdflib import Graph
from rdflib.compare import isomorphic

from pilotline.cli.ontology import ontology
from pilotline.namespaces import ECHEM, OWL, PL
from pilotline.rdf.jsonld import read_jsonld
from pilotline.vocabulary.closure import module_files
from pilotline.vocabulary.diagram import line_diagram
from pilotline.vocabulary.facts import Facts
from pilotline.vocabulary.term import Fact, Terms, Use

ROOT = Path(__file__).parents[2]
RUN = ROOT / "tests" / "jsonld" / "run.ttl"
PAGE = ROOT / "docs" / "ontology" / "pattern.md"


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts.read(module_files())


@pytest.fixture(scope="module")
def terms(facts: Facts) -> Terms:
    return Terms(facts, Facts.read(sorted((ROOT / "docs" / "ontology" / "examples").glob("*.ttl"))))


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reference") / "terms"
    result = CliRunner().invoke(ontology, ["build", "--reference", str(folder)])
    assert result.exit_code == 0, result.output
    return folder


def block(language: str) -> str:
    blocks = re.findall(f"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 1
    return str(blocks[0])


def test_turtle_of_the_page_is_the_tested_run_in_15_lines() -> None:
    lines = [line for line in block("turtle").splitlines() if line and not line.startswith("@")]
    assert len(lines) <= 15
    assert isomorphic(Graph().parse(data=block("turtle")), Graph().parse(RUN))


def test_json_of_the_page_says_the_same(tmp_path: Path) -> None:
    file = tmp_path / "page.jsonld"
    file.write_text(block("json"), encoding="utf-8")
    quads, findings = read_jsonld(file, "https://example.org/")
    said = Graph().parse(
        data="\n".join(f"{q.subject} {q.predicate} {q.object} ." for q in quads), format="nt"
    )
    assert findings == []
    assert isomorphic(said, Graph().parse(RUN))
    assert json.loads(block("json"))["@context"].endswith("/context.jsonld")


def test_diagram_of_the_page_is_what_the_ontology_gives(facts: Facts) -> None:
    assert block("mermaid") == line_diagram(facts)


def test_all_that_is_known_of_a_step(terms: Terms) -> None:
    coating = terms.term(PL + "Coating")
    assert (coating.kind, coating.label, coating.file) == ("Class", "Coating", "steps.ttl")
    assert coating.alternatives["de"] == ("Beschichten", "Beschichtung")
    assert coating.definition == "Step in which slurry is laid as a wet film on a current collector."
    assert coating.scope_note == "Each face of the foil that is coated by itself is a run of its own."
    assert PL + "ProcessStep" in coating.parents
    assert (OWL + "equivalentClass", ECHEM + "electrochemistry_cfcf6ca6_70e9_4369_9314_7f20b3efbf21") in (
        coating.upstream
    )
    assert Fact(PL + "slug", (Literal("coating"),)) in coating.facts
    assert Use(PL + "ParameterSpecification", PL + "inStep", PL + "Coating-CoatingSpeed") in coating.uses
    assert Use(PL + "RangeStatement", PL + "aboutStep", PL + "Statement-s179") in coating.uses
    assert "recipe-and-run.ttl" in coating.examples


def test_hierarchy_is_shown_both_ways_up_to_the_top(terms: Terms) -> None:
    assert terms.term(PL + "CoatingSpeed").ancestors[0] == PL + "LineSpeed"
    assert [terms.label(iri) for iri in terms.term(PL + "CoatingSpeed").ancestors][1] == "Speed"
    assert PL + "CoatingSpeed" in terms.term(PL + "LineSpeed").children
    assert PL + "High" in terms.term(PL + "Level").instances


def test_unknown_term_is_refused(terms: Terms) -> None:
    with pytest.raises(KeyError):
        terms.term(PL + "Cooting")


def found(pattern: str, page: str) -> list[str]:
    return [unescape(text) for text in re.findall(pattern, page)]


def test_each_term_has_its_place_and_each_link_an_end(reference: Path, terms: Terms) -> None:
    pages = {path.name: path.read_text(encoding="utf-8") for path in reference.glob("*.html")}
    places = {name: found(' id="([^"]+)"', text) for name, text in pages.items()}
    shown = [name for names in places.values() for name in names]
    assert sorted(shown) == sorted(iri.removeprefix(PL) for iri in terms.facts.ours())
    for name, text in pages.items():
        for file, fragment in map(urldefrag, set(found(' href="([^":]+)"', text))):
            assert (reference / (file or name)).is_file()
            assert not fragment or fragment in places[file or name]
