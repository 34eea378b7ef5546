"""A draft is a mapping that runs, and most of its guesses are right."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pilotline.cli import main
from pilotline.demo import demo_sources, write_files
from pilotline.demo.sources import DemoSource
from pilotline.iris import Scope
from pilotline.quantities.units import Units
from pilotline.tabular.files import serves
from pilotline.tabular.headers import folded
from pilotline.tabular.ledger import Fate, trial
from pilotline.tabular.mapper import job_of
from pilotline.tabular.model import Mapping
from pilotline.tabular.reading import parse_mapping, read_mapping
from pilotline.tabular.suggestion import suggest
from pilotline.vocabulary.terms import Vocabulary

FOREIGN = Path(__file__).parent / "foreign"
# Of the columns that the demo line's own mappings give a parameter, so many are guessed right at once:
# 105 of 129 when this was measured over all files; a draft that gets worse than this has lost something.
RIGHT = 0.75


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[DemoSource]:
    folder = tmp_path_factory.mktemp("demo-line")
    write_files(folder)
    wanted = ("coating", "calendering", "filling")
    return [source for source in demo_sources(folder) if source.mapping.stem in wanted]


def guessed(draft: Mapping) -> dict[tuple[str | None, str], str | None]:
    return {
        (table.sheet, folded(header)): column.parameter
        for table in draft.tables
        for header, column in table.columns.items()
    }


def test_most_parameters_of_the_demo_line_are_guessed(
    sources: list[DemoSource], vocabulary: Vocabulary, units: Units
) -> None:
    right = wanted = 0
    for source in sources:
        for path in source.files:
            found = guessed(parse_mapping(suggest(path, vocabulary, units), "draft"))
            tables = [table for table in read_mapping(source.mapping).tables if serves(table, path)]
            for table in tables:
                named = {h: c.parameter for h, c in table.columns.items() if c.parameter}
                wanted += len(named)
                right += sum(found.get((table.sheet, folded(h))) == p for h, p in named.items())
    assert wanted > 25
    assert right / wanted >= RIGHT


@pytest.mark.parametrize("name", ["coating_de.csv", "coating_en.csv", "slurry_long.csv", "rheology.csv"])
def test_a_draft_for_a_foreign_sheet_runs_as_it_is(name: str, vocabulary: Vocabulary, units: Units) -> None:
    draft = parse_mapping(suggest(FOREIGN / name, vocabulary, units), "draft")
    uses, _ = trial(job_of(draft, Scope("lab"), vocabulary, units), FOREIGN / name)
    assert sum(column.fates[Fate.LOST] for use in uses for column in use.columns) == 0


def test_a_draft_names_header_units_signs_step_and_identity(vocabulary: Vocabulary, units: Units) -> None:
    draft = parse_mapping(suggest(FOREIGN / "coating_de.csv", vocabulary, units), "draft")
    (table,) = draft.tables
    assert (draft.source.decimal, draft.source.dates) == (",", ("%d.%m.%Y",))
    assert getattr(table.row, "run").step == "Coating"  # noqa: B009 - a row may be of any kind
    names = {header: column.parameter for header, column in table.columns.items()}
    assert names["Geschwindigkeit [Meter pro Minute]"] == "CoatingSpeed"
    assert names["Beladung (mg/cm²)"] == "MassLoading"


def test_the_commands_draft_and_try_a_mapping(tmp_path: Path) -> None:
    runner, draft = CliRunner(), str(tmp_path / "draft.yaml")
    (tmp_path / "runs.csv").write_text("Run;Coating speed (m/min)\n1;1,5\n2;1,6\n", encoding="utf-8")
    table = str(tmp_path / "runs.csv")
    assert runner.invoke(main, ["mapping", "suggest", table, "-o", draft]).exit_code == 0
    tried = runner.invoke(main, ["mapping", "check", draft, table])
    assert tried.exit_code == 0
    line = next(line for line in tried.output.splitlines() if line.startswith("Coating speed"))
    assert line.split("  ")[1:] == ["CoatingSpeed", "m/min", "unstated", "run", "2 mapped", "1,5 → 0.025"]
    assert "4 cells: 2 mapped, 2 row" in tried.output


def test_a_trial_of_a_faulty_table_ends_with_exit_code_1(tmp_path: Path) -> None:
    tried = CliRunner().invoke(
        main, ["mapping", "check", str(FOREIGN / "coating.yaml"), str(FOREIGN / "coating_en.csv")]
    )
    assert tried.exit_code == 1
