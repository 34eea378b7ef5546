"""Values behind a cell become columns: shares weigh, kinds and origins stand beside, sources are kept."""

import csv
from pathlib import Path

import pytest
from pyarrow import parquet
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from pilotline.flat import RowKind, Table, flat_table, write_csv, write_parquet
from pilotline.namespaces import PL
from pilotline.quantities.units import Units
from pilotline.trace import Graph
from pilotline.vocabulary.closure import closed_hierarchy, module_files, read_module

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def graph() -> Graph:
    triples = [triple for file in module_files() for triple in read_module(file)]
    store = Store()
    store.bulk_extend(
        Quad(each.subject, each.predicate, each.object, DefaultGraph())
        for each in [*triples, *closed_hierarchy(triples)]
    )
    store.load(path=str(HERE / "line.ttl"))
    return Graph(store)


@pytest.fixture(scope="module")
def cells(graph: Graph) -> Table:
    return flat_table(graph, RowKind(), Units.load())


def row(table: Table, label: str) -> dict[str, object]:
    place = [known for _, known in table.things].index(label)
    return dict(zip(table.columns, table.rows[place], strict=True))


def test_a_cell_has_its_own_values_and_those_it_inherits(cells: Table) -> None:
    assert row(cells, "cell 1") == {
        "DischargeCapacity [Ah]": 0.6,
        "DischargeCapacity.kind": "measured",
        "DischargeCapacity.from": "own",
        "cathode.CoatingSpeed [m/min]": 1.5,
        "cathode.CoatingSpeed.kind": "set",
        "cathode.CoatingSpeed.from": "roll 1",
        "cathode.Density.mean [g/cm³]": 2.1,
        "cathode.Density.min [g/cm³]": 2.0,
        "cathode.Density.max [g/cm³]": 2.4,
        "cathode.Density.sd [g/cm³]": 0.282843,
        "cathode.Density.n": 2,
        "cathode.Density.kind": "measured",
        "cathode.Density.from": "slurry 1, slurry 2",
        "cathode.MassLoading.sideA [mg/cm²]": 20.0,
        "cathode.MassLoading.sideA.kind": "measured",
        "cathode.MassLoading.sideA.from": "roll 1 (sample P-1)",
    }


def test_what_comes_from_a_pool_says_so_and_what_is_missing_stays_empty(cells: Table) -> None:
    found = row(cells, "cell 2")
    assert found["cathode.CoatingSpeed.from"] == "roll 1 (possible)"
    assert found["DischargeCapacity [Ah]"] is None


def test_a_row_can_be_a_run(graph: Graph) -> None:
    table = flat_table(graph, RowKind(NamedNode(PL + "Coating")), Units.load())
    found = row(table, "coating 1")
    assert (found["cathode.CoatingSpeed [m/min]"], found["cathode.CoatingSpeed.from"]) == (1.5, "own")
    assert found["cathode.Density.mean [g/cm³]"] == 2.1


def test_each_number_can_be_followed_to_its_cell(cells: Table, tmp_path: Path) -> None:
    write_csv(cells, tmp_path / "cells.csv")
    with (tmp_path / "cells.sources.csv").open(encoding="utf-8", newline="") as file:
        sources = [
            (line["number"], line["typed"], line["weight"], line["cell"].rpartition("/")[2])
            for line in csv.DictReader(file)
            if line["column"] == "cathode.Density.mean [g/cm³]" and line["row"].endswith("cell-1")
        ]
    assert sorted(sources) == [
        ("2.0", "2,0", "0.75", "s.csv#cell=2,2"),
        ("2.4", "2,4", "0.25", "s.csv#cell=3,2"),
    ]


def test_csv_and_parquet_hold_the_same(cells: Table, tmp_path: Path) -> None:
    write_csv(cells, tmp_path / "cells.csv")
    write_parquet(cells, tmp_path / "cells.parquet")
    with (tmp_path / "cells.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    stored = parquet.read_table(tmp_path / "cells.parquet")
    assert lines[0] == ["iri", "label", *cells.columns] == stored.column_names
    assert [
        ["" if each is None else str(each) for each in line.values()] for line in stored.to_pylist()
    ] == lines[1:]
