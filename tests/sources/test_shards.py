"""Several files at once give what one after the other gives: the same quads, findings and outcomes."""

from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest
from stores import copy_of

from pilotline.cli.ingest import run
from pilotline.datasets.dataset import SourceError, Staged
from pilotline.ingest.publishing import Policy, Rules, Terms
from pilotline.ingest.shards import Each, in_turn
from pilotline.ingest.sources import jobs
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.store import Store

MAPPING = """\
mapping: shifts
version: 1
scope: lab
dataset: {id: coating, title: Coating runs}
tables:
  - file: "coating*.csv"
    row:
      run: {step: Coating, id: [Run]}
      operator: {column: Operator}
      outputs: [{kind: roll, id: [Roll]}]
    columns:
      Speed (m/min): {parameter: CoatingSpeed, kind: set}
      Remark: {note: true}
"""
SHIFTS = {
    "coating-1.csv": "Run,Operator,Roll,Speed (m/min),Remark,Odd\n1,Ada Lovelace,R1,1.5,,x\n",
    "coating-2.csv": "Run,Operator,Roll,Speed (m/min),Remark\n2,Alan,R2,fast,as Ada Lovelace said\n",
    "coating-3.csv": "Run,Operator,Roll,Speed (m/min),Remark\n3,Alan,R3,1.7,\n",
}


@pytest.fixture(scope="module")
def pool() -> Executor:
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    for name, text in SHIFTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "shifts.yaml").write_text(MAPPING, encoding="utf-8")
    return [tmp_path / name for name in SHIFTS]


def staged(files: list[Path], each: Each, rules: Rules) -> Staged:
    (job,) = jobs(files, files[0].parent / "shifts.yaml", Place())
    into = files[0].parent / "staged.nq"
    return job.stage(into, rules.vocabulary, Units.load(), each=each)


def test_files_of_one_dataset_give_the_same_quads(files: list[Path], pool: Executor, rules: Rules) -> None:
    def said(each: Each) -> tuple[Staged, str]:
        found = staged(files, each, rules)
        return replace(found, read_at=datetime.min.replace(tzinfo=UTC)), found.quads.read_text("utf-8")

    serial = said(in_turn)
    assert said(pool.map) == serial
    assert "as [operator] said" in serial[1]
    codes = {finding.code for finding in serial[0].findings}
    assert codes >= {"Column-unmapped", "Operator-dropped", "Notes-kept", "Cell-number"}


def test_no_shard_is_left_behind(files: list[Path], rules: Rules) -> None:
    staged(files, in_turn, rules)
    assert [path.name for path in files[0].parent.glob("*.nq")] == ["staged.nq"]


def test_datasets_are_published_in_the_order_of_their_paths(
    store: Store, files: list[Path], pool: Executor, rules: Rules, founded: Path, tmp_path: Path
) -> None:
    work = [job for file in files for job in jobs([file], file.parent / "shifts.yaml", Place())]
    terms = Terms(Policy.RECORD, allow_removals=True)
    serial = run(work, store, rules, terms)
    other = Store.open(copy_of(founded, tmp_path / "other"))
    assert run(work, other, rules, terms, each=pool.map) == serial
    assert [outcome.version for outcome in serial] == [1, 2, 3]


def test_what_stops_one_file_is_said_as_it_is_without_workers(
    files: list[Path], pool: Executor, rules: Rules
) -> None:
    files[1].write_bytes(b"Run,Roll\n\xff")
    with pytest.raises(SourceError, match=r"coating-2\.csv: byte 9"):
        staged(files, pool.map, rules)
