"""A cell of a source is asked what it became; one that gave nothing is told by its row and column."""

import re

import pytest
from click.testing import CliRunner

from pilotline.cli import main
from pilotline.store import Store
from pilotline.trace import Graph, parse_place, read_from
from pilotline.trace.cells import CellError

RUN = "https://w3id.org/pilotline/id/demo-line/run/calendering-A01-1"


@pytest.fixture(scope="module")
def demo(demo_store: Store) -> Graph:
    return Graph(demo_store.read())


def test_a_cell_says_its_value(demo: Graph) -> None:
    (gap,) = read_from(demo, parse_place("calendering.csv!6,6")).values
    assert (gap.bearer, gap.parameter, gap.key, gap.typed) == (RUN, "CalenderingGap", "set", "103")


def test_a_cell_says_what_it_names(demo: Graph) -> None:
    assert ("calendering A01-1", RUN) in read_from(demo, parse_place("calendering.csv!6,1")).things


def test_a_cell_that_gave_nothing_is_told_by_its_row(demo: Graph) -> None:
    found = read_from(demo, parse_place("calendering.csv!6,60"))
    assert not found.values
    assert ("calendering A01-1", RUN) in found.row
    assert ("CalenderingGap (set)", f"{RUN}/q/CalenderingGap/set") in found.row


def test_a_cell_that_gave_nothing_is_told_by_its_column(demo: Graph) -> None:
    assert read_from(demo, parse_place("calendering.csv!400,6")).parameters == ("CalenderingGap (set)",)


@pytest.mark.parametrize("text", ["coating.xlsx", "coating.xlsx!Runs!speed", "a.csv!7", "!Runs!C7"])
def test_a_text_that_names_no_cell_is_refused(text: str) -> None:
    with pytest.raises(CellError, match=re.escape(f"{text!r} names no cell; write coating.xlsx!Runs!C7")):
        parse_place(text)


def test_the_command_shows_the_value_of_a_cell(demo_store: Store) -> None:
    done = CliRunner().invoke(main, ["trace", "--cell", "calendering.csv!6,6", "--db", str(demo_store.path)])
    assert done.exit_code == 0
    assert "CalenderingGap" in done.stdout
    assert "calendering.csv!row 6, column 6" in done.stdout


@pytest.mark.parametrize("asked", [[], ["cell 117", "--cell", "calendering.csv!6,6"]])
def test_a_trace_is_of_a_thing_or_of_a_cell(asked: list[str], demo_store: Store) -> None:
    done = CliRunner().invoke(main, ["trace", *asked, "--db", str(demo_store.path)])
    assert done.exit_code == 2
    assert "name a cell, lot or run, or a cell of a source with --cell" in done.stderr
