"""A value that a mapping calculates names every cell that went into it, and is found from each."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from pilotline.cli import main
from pilotline.datasets.dataset import SourceError, Staged
from pilotline.store import Store
from pilotline.tabular.formula import FormulaError, parse
from pilotline.trace import Graph, parse_place, read_from

Stage = Callable[[str, Sequence[Path]], Staged]
CASE = Path(__file__).parent / "cases" / "calculated"
MAPPING = (CASE / "mapping.yaml").read_text(encoding="utf-8")
LOADING = "formula: (electrode - foil) / (width * length)"


@pytest.fixture(scope="module")
def weighed(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    db = tmp_path_factory.mktemp("weighed") / "db"
    mapping = ["--mapping", str(CASE / "mapping.yaml"), "--scope", "lab", "--db", str(db)]
    done = CliRunner().invoke(main, ["ingest", str(CASE / "weighed.csv"), *mapping])
    assert done.exit_code == 0, done.output
    return Graph(Store.open(db).read())


@pytest.mark.parametrize("column", [3, 4, 5, 6])
def test_a_loading_is_found_from_each_of_its_cells_and_names_them_all(weighed: Graph, column: int) -> None:
    values = read_from(weighed, parse_place(f"weighed.csv!2,{column}")).values
    (loading,) = (value for value in values if value.parameter == "MassLoading")
    assert (loading.typed, loading.unit) == ("20", "MilliGramPerSquareCentiMetre")
    assert [cell.partition("#")[2] for cell in loading.cells] == [f"cell=2,{each}" for each in (3, 4, 5, 6)]


def test_a_mean_names_the_cells_that_are_filled(weighed: Graph) -> None:
    values = read_from(weighed, parse_place("weighed.csv!3,9")).values
    (mean,) = (value for value in values if "stat=mean" in value.key)
    assert mean.typed == "102"
    assert [cell.partition("#")[2] for cell in mean.cells] == ["cell=3,7", "cell=3,9"]


def test_an_empty_cell_is_no_replicate_and_no_source(weighed: Graph) -> None:
    assert not read_from(weighed, parse_place("weighed.csv!3,8")).values


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("electrode / width", "gives [mass] / [length], and 'mg/cm²' is [mass] / [length] ** 2"),
        ("electrode - width", "Cannot convert from"),
        ("electrode - paper", "'paper' is not understood; use electrode, foil, length, width"),
        ("electrode -", "'electrode -' is no formula"),
        ("open(electrode)", "'open(electrode)' is not understood"),
    ],
)
def test_a_formula_that_does_not_fit_stops_the_reading(staged: Stage, formula: str, said: str) -> None:
    with pytest.raises(SourceError) as raised:
        staged(MAPPING.replace(LOADING, f"formula: {formula}"), [CASE / "weighed.csv"])
    assert said in str(raised.value)


def test_a_column_of_a_formula_needs_a_line_of_its_own(staged: Stage) -> None:
    mapping = MAPPING.replace("length: Length}", "length: Long}")
    with pytest.raises(SourceError, match="'Long' of `from:` has no line of its own under `columns:`"):
        staged(mapping, [CASE / "weighed.csv"])


def test_numbered_columns_are_one_name_for_a_function_alone(staged: Stage) -> None:
    with pytest.raises(SourceError, match=r"'t' names several columns; say mean\(t\) or so"):
        staged(MAPPING.replace("formula: mean(t)", "formula: t * 2"), [CASE / "weighed.csv"])


@pytest.mark.parametrize(
    ("text", "result"),
    [("sd(t)", 2.0), ("max(t, 9) - -1", 10.0), ("sum(t) ** 2 / 3", 147.0), ("(min(t) + a) * 0.5", 6.5)],
)
def test_a_formula_gives_what_it_says(text: str, result: float) -> None:
    assert parse(text, ["t", "a"])({"t": [5.0, 7.0, 9.0], "a": [8.0]}) == result


def test_a_text_is_no_number_of_a_formula() -> None:
    with pytest.raises(FormulaError, match="'x'"):
        parse("a + 'x'", ["a"])
