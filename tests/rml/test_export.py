"""A mapping written as RML and run by another engine gives the same dataset, but for the cell pointers."""

import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import NamedNode, RdfFormat, Store

from pilotline.cli import main
from pilotline.iris import Scope
from pilotline.namespaces import PL
from pilotline.quantities.units import Units
from pilotline.rml.functions import iri, moment, number, si
from pilotline.tabular.mapper import stage
from pilotline.tabular.reading import read_mapping
from pilotline.vocabulary.terms import load_vocabulary

HERE = Path(__file__).parent
CASES = HERE / "cases"
ENGINE = Path(os.environ.get("PILOTLINE_RML_ENGINE") or HERE.parents[1] / "build" / "rml-engine")
CONFIGURATION = """\
[CONFIGURATION]
udfs=functions.py
na_values=,nan
output_format=N-QUADS
output_file=theirs.nq
number_of_processes=1
[mapping]
mappings=mapping.rml.ttl
"""


def quads(path: Path) -> set[str]:
    """Return the quads of a file without cell pointers, numbers compared by value."""
    store = Store()
    store.load(path=path, format=RdfFormat.N_QUADS)
    pointers = {graph for graph in store.named_graphs() if str(graph).endswith("/pointers>")}
    own = (quad for quad in store if quad.graph_name not in pointers)
    return {str(quad) for quad in own if quad.predicate != NamedNode(PL + "cell")}


@pytest.mark.parametrize(
    ("mapping", "file", "count"), [("coating.yaml", "coating.csv", 172), ("robot.yaml", "robot.json", 76)]
)
def test_morph_kgc_makes_the_same_dataset(tmp_path: Path, mapping: str, file: str, count: int) -> None:
    if not (ENGINE / "bin" / "python").exists():
        pytest.skip("no RML engine; `make rml-engine` installs it")
    for name in (mapping, file):
        (tmp_path / name).write_bytes((CASES / name).read_bytes())
    written = CliRunner().invoke(
        main,
        [
            "mapping",
            "export",
            str(tmp_path / mapping),
            str(tmp_path / file),
            "--rml",
            "--functions",
            str(tmp_path / "functions.py"),
        ],
    )
    assert written.exit_code == 0, written.output
    (tmp_path / "mapping.rml.ttl").write_text(written.output, encoding="utf-8")
    (tmp_path / "morph.ini").write_text(CONFIGURATION, encoding="utf-8")
    subprocess.run(
        [ENGINE / "bin" / "python", "-m", "morph_kgc", "morph.ini"],
        cwd=tmp_path, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    stage(
        read_mapping(tmp_path / mapping), [tmp_path / file], Scope("lab"), tmp_path / "ours.nq",
        load_vocabulary(), Units.load(),
    )  # fmt: skip
    ours = quads(tmp_path / "ours.nq")
    assert quads(tmp_path / "theirs.nq") == ours
    assert len(ours) == count


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Speed (m/min): {parameter: CoatingSpeed, scale: 10}", "`scale:`"),
        ('Speed (m/min): {parameter: CoatingSpeed, missing: ["0"]}', "`missing:` of a column"),
        ("Speed (m/min): {parameter: CoatingSpeed, unit: {column: Run}}", "units from a column"),
        (
            "Speed (m/min): {parameter: CoatingSpeed}\n      "
            "V: {parameter: CoatingSpeed, unit: m/s, formula: v * 2, from: {v: Speed (m/min)}}",
            "`formula:`",
        ),
    ],
)
def test_what_rml_cannot_say_is_refused_in_one_line(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "a.csv").write_text("Run,Speed (m/min)\n1,2\n", encoding="utf-8")
    (tmp_path / "a.yaml").write_text(
        "mapping: m\nversion: 1\nscope: lab\ndataset: {id: d, title: D}\ntables:\n"
        f"  - file: a.csv\n    row: {{run: {{step: Coating, id: [Run]}}}}\n    columns:\n      {line}\n",
        encoding="utf-8",
    )
    tried = CliRunner().invoke(
        main, ["mapping", "export", str(tmp_path / "a.yaml"), str(tmp_path / "a.csv"), "--rml"]
    )
    assert tried.exit_code == 2
    assert f"a.csv: RML cannot say {message}" in tried.output


def test_the_functions_of_the_export_read_cells_as_the_mapper_does() -> None:
    assert [number("1,50", ","), number("1.50", ","), number("n/a"), number("-2E-3")] == [
        "1.50",
        None,
        None,
        "-0.002",
    ]
    assert si("25", "1", "273.15") == "298.15"
    assert moment("04.03.2025 08:15", "%d.%m.%Y %H:%M", "Europe/Berlin") == "2025-03-04T08:15:00+01:00"
    assert iri("lot/{a}", "R 44", where=" Plus", equals="plus") == "lot/R%2044"
    assert [
        iri("lot/{a}", "R", filled=" "),
        iri("lot/{a}", "R", numeric="x"),
        iri("x", where="a", equals="b"),
    ] == [None] * 3
