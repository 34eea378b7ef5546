"""A Dask cluster maps the files of a job as one process does."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from pilotline.cli import main
from pilotline.ingest.shards import ClusterError, cluster
from pilotline.store import Store

distributed = pytest.importorskip("distributed", reason="the extra pilotline[dask] is not installed")
# Dask leaves the sockets of what it closes to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings(f"ignore::{name}")
    for name in ("ResourceWarning", "pytest.PytestUnraisableExceptionWarning")
]
MAPPING = """\
mapping: shifts
version: 1
scope: lab
dataset: {id: coating, title: Coating runs}
tables:
  - file: "coating*.csv"
    row:
      run: {step: Coating, id: [Run]}
      outputs: [{kind: roll, id: [Roll]}]
    columns:
      Speed (m/min): {parameter: CoatingSpeed, kind: set}
"""


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as local:
        yield local.scheduler_address


def ingested(folder: Path, *options: str) -> list[str]:
    """Ingest the files of a folder into a store of its own; return the quads of the dataset."""
    db, files = folder / f"db{len(options)}", sorted(map(str, folder.glob("*.csv")))
    given = ["--mapping", str(folder / "shifts.yaml"), "--db", str(db), "--policy", "record", *options]
    outcome = CliRunner().invoke(main, ["ingest", *files, *given])
    assert outcome.exit_code == 1, outcome.output  # the rows have no input
    quads = Store.open(db).read().quads_for_pattern(None, None, None, None)
    dataset = (quad for quad in quads if str(quad.graph_name).endswith("/lab/dataset/coating>"))
    return sorted(map(str, dataset))


def test_a_cluster_gives_what_one_process_gives(tmp_path: Path, scheduler: str) -> None:
    for number in range(4):
        text = f"Run,Roll,Speed (m/min)\n{number},R{number},1.{number}\n"
        (tmp_path / f"coating-{number}.csv").write_text(text, encoding="utf-8")
    (tmp_path / "shifts.yaml").write_text(MAPPING, encoding="utf-8")
    alone = ingested(tmp_path)
    assert len(alone) > 40
    assert ingested(tmp_path, "--cluster", scheduler) == alone


def test_a_cluster_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pilotline.ingest.shards._PATIENCE", 1)
    with pytest.raises(ClusterError, match="no Dask scheduler answers"), cluster("tcp://127.0.0.1:9"):
        pass
    gc.collect()  # here and not in a test of something else
