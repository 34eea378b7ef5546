"""Each folder of `cases` holds a mapping, tables, the N-Quads and the findings that they give."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from pilotline.datasets.dataset import Staged
from pilotline.findings import Finding

Stage = Callable[[str, Sequence[Path]], Staged]
CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


@pytest.fixture(params=CASES, ids=[path.name for path in CASES])
def case(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@pytest.fixture
def result(case: Path, staged: Stage) -> Staged:
    tables = sorted(path for path in case.iterdir() if path.suffix in (".csv", ".tsv", ".json"))
    return staged((case / "mapping.yaml").read_text(encoding="utf-8"), tables)


def test_tables_give_the_expected_quads(case: Path, result: Staged) -> None:
    own = f" <{result.description.iri}> ."
    lines = result.quads.read_text(encoding="utf-8").splitlines(keepends=True)
    found = "".join(line for line in lines if line.rstrip().endswith(own))
    assert found == (case / "expected.nq").read_text(encoding="utf-8")


def test_tables_give_the_expected_findings(case: Path, result: Staged) -> None:
    lines = "".join(said(finding) + "\n" for finding in result.findings)
    assert lines == (case / "expected.txt").read_text(encoding="utf-8")


def test_what_is_written_is_valid_in_the_graphs_of_one_dataset(result: Staged) -> None:
    graphs = {str(quad.graph_name) for quad in parse(path=result.quads, format=RdfFormat.N_QUADS)}
    own, pointers = f"<{result.description.iri}>", f"<{result.description.iri}/pointers>"
    assert graphs | {pointers} == {own, pointers}


def said(finding: Finding) -> str:
    return f"{finding.severity} {finding.code} {finding.place}: {finding.message}"
